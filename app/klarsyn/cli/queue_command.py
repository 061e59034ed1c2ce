"""`klarsyn queue`: the order of reading, as the reader may see it, or in full for the administrator."""

import argparse
from typing import TYPE_CHECKING

from klarsyn.cli.context import Context, opened
from klarsyn.cli.prior_command import alone_line, prior_line
from klarsyn.cli.session_command import print_found, print_session, row_line

if TYPE_CHECKING:
    from klarsyn.domain.policy import ReadingPolicy
    from klarsyn.reading.waiting import FullQueueRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--full",
        action="store_true",
        help="with scores and every reason; for administrators, not for readers",
    )
    parser.add_argument(
        "--minutes", type=int, help="what a session of so many minutes takes, and what it leaves"
    )
    parser.add_argument(
        "--search",
        metavar="WORDS",
        help="only some exams: ffdm, dbt, film, a date 2026-01-05 or 2026-01-01..2026-01-31, >7 days of "
        "waiting, an accession number",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the queue."""
    with opened() as context:
        if arguments.minutes is not None:
            return print_session(context, arguments.minutes, full=arguments.full)
        if arguments.search is not None:
            return print_found(context, arguments.search)
        print_queue(context, full=arguments.full)
    return 0


def print_queue(context: Context, *, full: bool) -> int:
    """Print one table and return its length; the full one says so above it, and lists the priors too."""
    from klarsyn.reading.policies import policy_in_force
    from klarsyn.reading.waiting import full_queue, reader_rows

    now = context.clock.now()
    policy = policy_in_force(context.store, context.settings).policy
    rows = full_queue(context.store, policy, reader=context.reader, now=now)
    alone = context.store.exams.priors_alone()
    print(f"Queue of reader {context.reader}, policy {policy.name}.")
    if policy.banner:
        print(policy.banner)
    if not rows:
        print("Nothing waits to be read.")
    if full:
        _print_full(context, rows, alone, policy)
    elif rows:
        print(f"{'#':>4}  {'Date':<10}  {'Type':<14}  Why here")
        for row in reader_rows(rows, now):
            print(row_line(row))
    if alone:
        print(alone_line(len(alone), context.settings.reading_task_max_age_days))
    return len(rows)


def _print_full(
    context: Context, rows: "list[FullQueueRow]", alone: set[str], policy: "ReadingPolicy"
) -> None:
    from klarsyn.reading.beside import priors_beside

    exams, now = context.store.exams, context.clock.now()
    if rows:
        print("Full queue, for the administrator. Do not show it to a reader before the first impression.")
        print(f"{'#':>4}  {'Exam':<22}  {'Date':<10}  {'Type':<14}  {'Score':<15}  {'Reads':<5}  Why here")
    beside: set[str] = set()
    for row in rows:
        exam, required = row.exam, row.required
        date = exam.study_date.isoformat() if exam.study_date else "unknown"
        reads = f"{row.reads_done}/{required.count}"
        print(
            f"{row.place.position:>4}  {exam.patient.patient_id[:22]:<22}  {date:<10}  "
            f"{exam.exam_type.value:<14}  {row.score_text:<15}  {reads:<5}  {row.place.full_reason}"
        )
        print(f"{'':>6}{required.count} readers: {'; '.join(required.reasons) or 'in order'}")
        for said in row.others(now):
            print(f"{'':>6}also {said}")
        for prior in priors_beside(context.store, exam.exam_id, policy, now):
            beside.add(prior.exam_id)
            print(f"{'':>6}{prior_line(prior)}")
    others = [prior for prior in exams.priors() if prior.exam_id not in beside]
    if others:
        print("Kept as priors, with no exam of the same woman that waits (`klarsyn prior EXAM --read`):")
        for prior in others:
            print(f"{'':>6}{prior_line(prior, alone=prior.exam_id in alone)}")
