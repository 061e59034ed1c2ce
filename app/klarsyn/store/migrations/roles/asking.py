"""What a blind role may ask of the database: its queue, a claim, which exams it may know the AI of.

Everything is computed where the asker cannot watch, and answers hold exams and dates alone. No answer tells
how many reads an exam has or needs; that an exam has been read to its end is told to whom it may be told.
"""

from klarsyn.store.migrations.roles.windows import ME, function

_WRITER = 0x4B6C6172

RECENT = "interval '2 days'"
"""How long after the first impression a reader may come back to what the AI said."""


def _covers(here: str, read: str) -> str:
    """Condition: a read covers all images that its exam has now."""
    return (
        f"NOT EXISTS (SELECT 1 FROM {here}.image i WHERE i.exam_id = {read}.exam_id "
        f"AND NOT ({read}.covers::jsonb ? i.sop_instance_uid) "
        f"AND (f.images IS NULL OR f.images::jsonb ? i.sop_instance_uid))"
    )


def _standing(here: str, read: str) -> str:
    """Condition: no withdrawal takes a read back."""
    return (
        f"NOT EXISTS (SELECT 1 FROM {here}.read w WHERE w.supersedes = {read}.read_id "
        "AND w.kind = 'withdrawal')"
    )


def knowing(here: str) -> list[str]:
    """Return the functions about what one account may know."""
    own = (
        f"FROM {here}.read r LEFT JOIN {here}.queue_fact f ON f.exam_id = r.exam_id "
        f"WHERE r.reader = {ME} AND {_standing(here, 'r')} AND {_covers(here, 'r')}"
    )
    recent = (
        f"(r.signed_at > now() - {RECENT} OR EXISTS (SELECT 1 FROM {here}.draft d "
        f"WHERE d.reader = {ME} AND d.exam_id = r.exam_id))"
    )
    of_patient = (
        f"{here}.exam x JOIN {here}.exam e ON e.patient_id = x.patient_id "
        "AND e.patient_issuer = x.patient_issuer AND e.patient_id <> ''"
    )
    return [
        *function(
            "ended",
            "SETOF text",
            f"SELECT r.exam_id FROM {here}.read r LEFT JOIN {here}.queue_fact f ON f.exam_id = r.exam_id "
            f"WHERE r.kind = 'final' AND r.effective_at <= now() AND {_standing(here, 'r')} "
            f"AND {_covers(here, 'r')} GROUP BY r.exam_id, f.reads_required "
            "HAVING count(DISTINCT r.reader) >= COALESCE(f.reads_required, 2)",
        ),
        *function(
            "arbitrable",
            "SETOF text",
            # Single normal reads are left out: whether one is enough is not for readers, who arbitrate too.
            "SELECT e FROM reader.ended() e WHERE pg_has_role(session_user, 'klarsyn_arbiter', 'MEMBER') "
            f"AND EXISTS (SELECT 1 FROM {here}.read r WHERE r.exam_id = e AND r.kind = 'final' "
            f"AND {_standing(here, 'r')} HAVING count(DISTINCT r.reader) >= 2 "
            "OR bool_or(COALESCE(r.\"right\", '1') >= '3' OR COALESCE(r.\"left\", '1') >= '3'))",
        ),
        *function(
            "known",
            "SETOF text",
            f"SELECT DISTINCT r.exam_id::text {own} AND r.kind = 'first impression' AND {recent} "
            "UNION SELECT reader.arbitrable()",
        ),
        # Received states may hold marks of a CAD, those of reads what another reader drew.
        *function(
            "known_states",
            "SETOF text",
            f"SELECT s.sop_instance_uid::text FROM {here}.presentation_state s "
            f"JOIN {here}.read r ON r.read_id = s.read_id WHERE r.reader = {ME} "
            f"UNION SELECT m.state_uid FROM {here}.presentation_state_image m "
            f"JOIN {here}.image i ON i.sop_instance_uid = m.image_uid WHERE i.exam_id IN ("
            f"SELECT e.exam_id FROM {of_patient} WHERE x.exam_id IN (SELECT reader.known()) "
            f"AND e.exam_id <> x.exam_id AND (NOT e.reading_task OR e.exam_id IN (SELECT reader.ended())) "
            f"UNION SELECT r.exam_id {own} AND r.kind = 'final' AND r.effective_at <= now() "
            f"AND r.exam_id IN (SELECT reader.ended()) AND {recent})",
        ),
        # Told by yesterday's reads, so that how soon it is told says nothing of who read.
        *function(
            "klarsyn_priors_of(asked text)",
            "SETOF text",
            f"SELECT e.exam_id::text FROM {of_patient} WHERE x.exam_id = asked AND e.exam_id <> x.exam_id "
            "AND (NOT e.reading_task OR (e.exam_id IN (SELECT reader.ended()) AND NOT EXISTS ("
            f"SELECT 1 FROM {here}.read r WHERE r.exam_id = e.exam_id AND r.effective_at >= "
            "date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')))",
        ),
    ]


def queueing(here: str) -> list[str]:
    """Return the function of a reader's queue: domain/queue.order, computed inside."""
    day = "(now() AT TIME ZONE 'UTC')::date"
    body = f"""
    WITH rule AS (
        SELECT q.* FROM {here}.queue_rule q WHERE q.number = 1
    ), site AS (
        SELECT {day} AS today,
            sha256(convert_to((SELECT v.value FROM {here}.site_value v WHERE v.name = 'queue_seed'), 'UTF8')
                || '\\x00'::bytea || convert_to({ME}, 'UTF8')
                || '\\x00'::bytea || convert_to(to_char({day}, 'YYYY-MM-DD'), 'UTF8')) AS key
    ), open AS MATERIALIZED (
        SELECT e.exam_id, e.study_date, e.exam_type, e.arrived_at, f.images,
            COALESCE(f.reads_required, 2) AS required, COALESCE(f.has_result, false) AS has_result,
            COALESCE(CASE
                WHEN f.band_since > e.arrived_at + rule.settling_s * interval '1 second'
                    AND (f.band_since AT TIME ZONE 'UTC')::date = site.today THEN f.band_before
                ELSE f.band END, rule.not_scored_band) AS own,
            (e.arrived_at AT TIME ZONE 'UTC')::date AS arrived,
            COALESCE(e.study_date, (e.arrived_at AT TIME ZONE 'UTC')::date) AS studied
        FROM {here}.exam e CROSS JOIN rule CROSS JOIN site
        LEFT JOIN {here}.queue_fact f ON f.exam_id = e.exam_id
        WHERE e.reading_task AND COALESCE(f.waiting, true)
            AND EXISTS (SELECT 1 FROM {here}.image i WHERE i.exam_id = e.exam_id)
    ), finals AS MATERIALIZED (
        SELECT r.exam_id, r.reader, r.effective_at <= now() AS counts, {_covers(here, "r")} AS whole
        FROM open f JOIN {here}.read r ON r.exam_id = f.exam_id
        WHERE r.kind = 'final' AND {_standing(here, "r")}
    ), done AS (
        SELECT x.exam_id, count(DISTINCT x.reader) FILTER (WHERE x.counts AND x.whole) AS reads,
            bool_or(x.reader = {ME} AND x.whole) AS mine, bool_or(x.reader = {ME}) AS begun
        FROM finals x GROUP BY x.exam_id
    ), ranked AS (
        SELECT o.*, COALESCE(d.begun, false) AS reopened,
            rule.letter_days > 0
                AND o.studied + rule.letter_days <= site.today + rule.letter_margin_days AS promised,
            GREATEST(0, o.own - GREATEST(0, site.today - GREATEST(o.studied, o.arrived)) / rule.aging_days)
                AS band,
            substring(sha256(site.key || convert_to(o.exam_id, 'UTF8')) FOR 8) AS shuffled
        FROM open o CROSS JOIN rule CROSS JOIN site LEFT JOIN done d ON d.exam_id = o.exam_id
        WHERE NOT COALESCE(d.mine, false) AND COALESCE(d.reads, 0) < o.required
            AND (o.has_result OR o.arrived_at <= now() - rule.settling_s * interval '1 second')
    )
    SELECT k.exam_id::text,
        (row_number() OVER (ORDER BY
            CASE WHEN k.promised THEN -1 ELSE k.band END,
            CASE WHEN k.promised THEN k.studied ELSE 'epoch'::date END,
            k.shuffled, k.exam_id COLLATE "C"))::integer AS place,
        k.study_date, k.exam_type::text, k.arrived_at, k.reopened
    FROM ranked k ORDER BY 2
    """
    columns = (
        "TABLE (exam_id text, place integer, study_date date, exam_type text, arrived_at timestamptz, "
        "reopened boolean)"
    )
    return function("klarsyn_queue", columns, body)


def claiming(here: str) -> list[str]:
    """Return a reader's own way to a claim.

    What the caller says of how many reads an exam needs and which images it has is not believed: by asking
    with other numbers one could count the others.
    """
    asked = "the_exam text, the_reader text, needed integer, its_images text[], lease interval, again boolean"
    body = f"""
    DECLARE
        really integer;
        images text[];
    BEGIN
        IF the_reader IS DISTINCT FROM {ME} THEN
            RAISE EXCEPTION 'Write under your own account only.' USING ERRCODE = '42501';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM {here}.exam e WHERE e.exam_id = the_exam AND e.reading_task) THEN
            RETURN 'taken';
        END IF;
        SELECT f.reads_required INTO really FROM {here}.queue_fact f WHERE f.exam_id = the_exam;
        SELECT array_agg(i.sop_instance_uid::text) INTO images FROM {here}.image i
        LEFT JOIN {here}.queue_fact f ON f.exam_id = i.exam_id
        WHERE i.exam_id = the_exam AND (f.images IS NULL OR f.images::jsonb ? i.sop_instance_uid);
        RETURN {here}.klarsyn_claim(
            the_exam, the_reader, COALESCE(really, 2), COALESCE(images, ARRAY[]::text[]),
            LEAST(GREATEST(lease, interval '0'), interval '1 hour'), again);
    END
    """
    return [
        *function(f"klarsyn_claim({asked})", "text", body, language="plpgsql", stable=False),
        # The lock of one writer at a time (store/database.py); all other keys are closed to readers.
        *function(
            "pg_advisory_xact_lock(key integer)",
            "void",
            f"SELECT pg_catalog.pg_advisory_xact_lock(key::bigint) WHERE key = {_WRITER}",
            stable=False,
        ),
    ]
