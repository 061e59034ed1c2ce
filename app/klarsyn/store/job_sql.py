"""Questions to the queue of jobs that procrastinate's own interface has no words for."""

from klarsyn.store.job_schema import SCHEMA

_JOBS = f"{SCHEMA}.procrastinate_jobs"

STALLED = f"""
    SELECT job.id, job.attempts, job.queueing_lock FROM {_JOBS} job
    LEFT JOIN {SCHEMA}.procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :silence))
    FOR UPDATE OF job
"""  # noqa: S608  the schema's name is ours
"""Jobs under way of workers that are gone."""

WAITS = f"SELECT EXISTS (SELECT 1 FROM {_JOBS} WHERE status = 'todo' AND queueing_lock = :lock)"  # noqa: S608
"""Whether another job for the same waits, which then stands for both."""

GIVE_BACK = f"SELECT {SCHEMA}.procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)"
END = (
    f"SELECT {SCHEMA}.procrastinate_finish_job_v1("
    f":id, CAST(:ending AS {SCHEMA}.procrastinate_job_status), false)"
)

RESTING = f"""
    SELECT args->>'exam_id' FROM {_JOBS} WHERE task_name = :task AND status IN ('todo', 'doing')
    UNION
    SELECT exam_id FROM (
        SELECT job.args->>'exam_id' AS exam_id, count(DISTINCT job.id) AS failures, max(event.at) AS last
        FROM {_JOBS} job JOIN {SCHEMA}.procrastinate_events event ON event.job_id = job.id
        WHERE job.task_name = :task AND job.status = 'failed' GROUP BY 1
    ) failed
    WHERE last + make_interval(secs => least(:first * power(2, failures - 1), :most)) > now()
"""  # noqa: S608
"""Exams that need no new job now: theirs waits or is under way, or failed a short while ago."""

STATE = f"SELECT status::text, count(*) FROM {_JOBS} GROUP BY 1"  # noqa: S608

FORGET = f"""
    DELETE FROM {_JOBS} job WHERE status NOT IN ('todo', 'doing') AND NOT EXISTS (
        SELECT 1 FROM {SCHEMA}.procrastinate_events event
        WHERE event.job_id = job.id AND event.at > now() - make_interval(secs => :age))
"""  # noqa: S608
