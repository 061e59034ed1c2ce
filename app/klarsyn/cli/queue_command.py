"""`klarsyn queue`: the order of reading, as the reader may see it, or in full for the administrator."""

import argparse

from klarsyn.cli.context import Context, opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--full",
        action="store_true",
        help="with scores and every reason; for administrators, not for readers",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the queue."""
    with opened() as context:
        print_queue(context, full=arguments.full)
    return 0


def print_queue(context: Context, *, full: bool) -> int:
    """Print one table and return its length; the full one says so above it."""
    from klarsyn.reading.policies import load_policy
    from klarsyn.reading.waiting import full_queue, reader_rows

    policy, now = load_policy(context.settings.policy), context.clock.now()
    rows = full_queue(context.store, policy, reader=context.reader, now=now)
    print(f"Queue of reader {context.reader}, policy {policy.name}.")
    if policy.banner:
        print(policy.banner)
    if not rows:
        print("Nothing waits to be read.")
        return 0
    if not full:
        print(f"{'#':>4}  {'Date':<10}  {'Type':<14}  Why here")
        for row in reader_rows(rows, now):
            date = row.study_date.isoformat() if row.study_date else "unknown"
            print(f"{row.position:>4}  {date:<10}  {row.exam_type:<14}  {row.reason}")
        return len(rows)
    print("Full queue, for the administrator. Do not show it to a reader before the first impression.")
    print(f"{'#':>4}  {'Exam':<22}  {'Date':<10}  {'Type':<14}  {'Score':<15}  {'Reads':<5}  Why here")
    for full_row in rows:
        exam = full_row.exam
        date = exam.study_date.isoformat() if exam.study_date else "unknown"
        reads = f"{full_row.reads_done}/{full_row.required.count}"
        print(
            f"{full_row.place.position:>4}  {exam.patient.patient_id[:22]:<22}  {date:<10}  "
            f"{exam.exam_type.value:<14}  {full_row.score_text:<15}  {reads:<5}  {full_row.place.full_reason}"
        )
        print(
            f"{'':>6}{full_row.required.count} readers: {'; '.join(full_row.required.reasons) or 'in order'}"
        )
    return len(rows)
