"""`klarsyn sr`: what a report says, as words or as JSON, and our own results written as reports.

0 well, 1 when something could not be written, 2 for what is no report.
"""

import argparse
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

from klarsyn.cli.sr_write import add_write_arguments, write

_NO_REPORT = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the acts and what each needs."""
    acts = parser.add_subparsers(dest="act", metavar="what", required=True)
    for name, words in (
        ("show", "print a report's tree in words"),
        ("marks", "print a report's status, findings and marks as JSON"),
    ):
        act = acts.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        act.add_argument("file", type=Path, help="a CAD SR, another structured report or a segmentation")
    words = "write this installation's results as CAD SR"
    add_write_arguments(acts.add_parser("write", help=words, description=words[0].upper() + words[1:] + "."))


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    if arguments.act == "write":
        return write(arguments)
    # JSON is UTF-8 wherever it goes (RFC 8259, 8.1), and names in a tree are of any language.
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    return _READING[arguments.act](arguments.file)


def _show(path: Path) -> int:
    from klarsyn.cli.sr_tree import words_of

    return _said(path, words_of)


def _marks(path: Path) -> int:
    from klarsyn.cli.sr_marks import marks_of
    from klarsyn.dicom.report_reader import read_report

    def lines(file: Path) -> list[str]:
        return [json.dumps(marks_of(read_report(file).report), ensure_ascii=False, indent=1, allow_nan=False)]

    return _said(path, lines)


def _said(path: Path, lines_of: Callable[[Path], Iterable[str]]) -> int:
    """Print what is made of a file, or one sentence on why nothing is."""
    from klarsyn.dicom.errors import UnreadableFile

    if path.exists() and not path.is_file():
        # A pipe or a device would be waited for, or never end.
        what = "is a folder" if path.is_dir() else "is no ordinary file"
        return _refused(path, f"It {what}. Name one file.")
    try:
        with warnings.catch_warnings():
            # What is not sound is told in sentences; pydicom's own words on it may quote a name.
            warnings.simplefilter("ignore")
            lines = list(lines_of(path))
    except UnreadableFile as error:
        return _refused(path, str(error))
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has had enough. What is left is flushed at the end, into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _refused(path: Path, why: str) -> int:
    print(f"klarsyn: {path}: {why}", file=sys.stderr)
    return _NO_REPORT


_READING = {"show": _show, "marks": _marks}
