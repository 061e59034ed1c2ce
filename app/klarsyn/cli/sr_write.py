"""`klarsyn sr write`: our own results as files that a PACS can show."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.cli.context import Context, opened
from klarsyn.cli.progress import Progress

if TYPE_CHECKING:
    from klarsyn.domain.exam import Exam


def add_write_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--exam", metavar="ID", help="the exam of that accession number, or whose key begins so"
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
                found = "Several exams have" if exams else "No exam has"
                print(f"{found} the accession number {arguments.exam!r} or a key that begins so.")
                return 1
        arguments.folder.mkdir(parents=True, exist_ok=True)
        return _written(context, exams, arguments)


def _is_meant(exam: "Exam", wanted: str) -> bool:
    return wanted != "" and (exam.accession_number == wanted or exam.exam_id.startswith(wanted))


def _written(context: Context, exams: Iterable["Exam"], arguments: argparse.Namespace) -> int:
    from klarsyn.cli.sr_files import Files, write_result
    from klarsyn.store.image_folder import ImageFolder

    store, images = context.store, ImageFolder(context.settings.folders.images)
    results = store.results.latest([exam.exam_id for exam in exams])
    meant = [(exam, results[exam.exam_id]) for exam in exams if exam.exam_id in results]
    count, refused = 0, []
    with Progress("Writing results") as progress:
        for done, (exam, result) in enumerate(meant, start=1):
            paths = {uid: images.path(sha256) for uid, sha256 in store.exams.files(exam.exam_id).items()}
            files = Files(arguments.folder, gsps=arguments.gsps, page=arguments.page)
            try:
                count += write_result(files, exam, result, paths)
            except ValueError as error:
                refused.append(f"{exam.exam_id[:8]}: {error}")
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
    )
    return 1 if refused or not meant else 0
