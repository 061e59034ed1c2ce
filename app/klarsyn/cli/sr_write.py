"""`klarsyn sr write`: our own results as files that a PACS can show."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.cli.context import Context, opened
from klarsyn.cli.progress import Progress

if TYPE_CHECKING:
    from klarsyn.domain.exam import Exam


_MOST = 10
"""Names of exams and files in one sentence."""


def add_write_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--exam", metavar="ID", help="the exam of that accession number or PatientID, or whose key begins so"
    )
    which.add_argument("--all", action="store_true", help="every exam that has a result of an engine")
    parser.add_argument("folder", type=Path, help="where the files go; made when it is missing")
    parser.add_argument(
        "--gsps", action="store_true", help="the marks as presentation states as well, for other viewers"
    )
    parser.add_argument(
        "--page", action="store_true", help="the result as a page (Secondary Capture) as well"
    )


def write(arguments: argparse.Namespace) -> int:
    """Write, and say how many; 1 when one could not be written, or there is none."""
    with opened() as context:
        exams = context.store.exams.many()
        if not arguments.all:
            exams = [exam for exam in exams if _is_meant(exam, arguments.exam)]
            if len(exams) != 1:
                print(_not_one(exams, arguments.exam))
                return 1
        arguments.folder.mkdir(parents=True, exist_ok=True)
        return _written(context, exams, arguments)


def _is_meant(exam: "Exam", wanted: str) -> bool:
    said = exam.accession_number == wanted or exam.patient.patient_id == wanted
    return wanted != "" and (said or exam.exam_id.startswith(wanted))


def _not_one(exams: list["Exam"], wanted: str) -> str:
    if not exams:
        return f"No exam has the accession number or PatientID {wanted!r}, or a key that begins so."
    keys = [
        f"{exam.exam_id[:12]} ({exam.study_date or 'no date'}, accession {exam.accession_number or 'none'})"
        for exam in exams[:_MOST]
    ]
    more = f" and {len(exams) - _MOST} more" if len(exams) > _MOST else ""
    return f"{len(exams)} exams fit {wanted!r}: {', '.join(keys)}{more}. Give the key of one."


def _written(context: Context, exams: Iterable["Exam"], arguments: argparse.Namespace) -> int:
    from klarsyn.cli.sr_files import Files, of_older_results, write_result
    from klarsyn.domain.access import Access
    from klarsyn.store.image_folder import ImageFolder

    store, images = context.store, ImageFolder(context.settings.folders.images)
    results = store.results.latest([exam.exam_id for exam in exams])
    meant = [(exam, results[exam.exam_id]) for exam in exams if exam.exam_id in results]
    files = Files(arguments.folder, gsps=arguments.gsps, page=arguments.page)
    if meant:
        store.access_log.note(Access.EXPORTED, [exam for exam, _ in meant], "results as reports (SR)")
    count, refused, older = 0, [], list[str]()
    with Progress("Writing results") as progress:
        for done, (exam, result) in enumerate(meant, start=1):
            paths = {uid: images.path(sha256) for uid, sha256 in store.exams.files(exam.exam_id).items()}
            try:
                count += write_result(files, exam, result, paths)
            except ValueError as error:
                refused.append(f"{exam.exam_id[:8]}: {error}")
            older += of_older_results(files, exam, result)
            progress(done, len(meant))
    for line in refused:
        print(line)
    without = len(list(exams)) - len(meant)
    print(
        f"{count} file{'' if count == 1 else 's'} of {len(meant) - len(refused)} results written to "
        f"{arguments.folder}"
        + (f"; {len(refused)} results could not be written" if refused else "")
        + (f"; {without} exams have no result of an engine" if without else "")
        + "."
        + (
            f" Still there from older results: {_listed(older)}. Remove them before it is sent."
            if older
            else ""
        )
    )
    return 1 if refused or not meant else 0


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
