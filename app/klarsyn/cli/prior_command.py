"""`klarsyn prior`: which exams are kept as priors and why, and how one becomes a reading task."""

import argparse
from typing import TYPE_CHECKING

from klarsyn.cli.context import opened

if TYPE_CHECKING:
    from klarsyn.domain.exam import Exam


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("exam", nargs="?", help="the exam's key or how it begins; without it all are listed")
    parser.add_argument("--read", action="store_true", help="make it a reading task, for good")


def run(arguments: argparse.Namespace) -> int:
    """List priors, or put one into the queue; 1 when the key fits none or several."""
    if arguments.read and not arguments.exam:
        print("Name the exam: `klarsyn prior` lists the keys of all that are kept as priors.")
        return 1
    with opened() as context:
        priors, alone = context.store.exams.priors(), context.store.exams.priors_alone()
        if not arguments.exam:
            for exam in priors:
                print(prior_line(exam, alone=exam.exam_id in alone))
            print(f"{len(priors)} exam{' is' if len(priors) == 1 else 's are'} kept as priors.")
            return 0
        fitting = [e for e in priors if e.exam_id.startswith(arguments.exam)]
        if len(fitting) != 1:
            found = "Several priors begin" if fitting else "No prior begins"
            print(f"{found} with {arguments.exam!r}. `klarsyn prior` lists the keys.")
            return 1
        print(prior_line(fitting[0], alone=fitting[0].exam_id in alone))
        if arguments.read:
            context.store.exams.make_task(fitting[0].exam_id)
            print("It is a reading task from now on, and waits in the queue.")
    return 0


def prior_line(exam: "Exam", *, alone: bool = False) -> str:
    """Return key, date, type and reason in one line; `alone` where no newer study of the woman is here."""
    date = exam.study_date.isoformat() if exam.study_date else "unknown"
    why = f"kept as a prior: {exam.prior_reason}"
    if exam.reading_task:
        why = "read to its end here, and a prior since"
    line = f"{exam.exam_id[:8]}  {date}  {exam.exam_type.value:<14}  {why}"
    return f"{line}; no newer one of this woman is here" if alone else line


def alone_line(number: int, max_age_days: int) -> str:
    """Return the sentence below a queue on priors that no exam in it leads to; `number` is not 0."""
    kept, it, their = (
        ("exam is kept as a prior", "it", "its")
        if number == 1
        else ("exams are kept as priors", "them", "their")
    )
    return (
        f"{number} {kept} because {their} study is over {max_age_days} days old and no newer one is here; "
        f"`klarsyn prior` lists {it}."
    )
