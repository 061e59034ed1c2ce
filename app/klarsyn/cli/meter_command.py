"""`klarsyn meter`: what engines have run in a month, and what of it is billed."""

import argparse
import re
from datetime import datetime
from pathlib import Path

from klarsyn.cli.context import opened

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    kinds = parser.add_subparsers(dest="what", metavar="what", required=True)
    month = kinds.add_parser("statement", help="print a month's runs and sums, by engine and contract")
    month.add_argument("month", type=_month, metavar="YYYY-MM", help="the month, in this workstation's time")
    month.add_argument("--csv", type=Path, metavar="FILE", help="write it as CSV too")
    month.add_argument("--pdf", type=Path, metavar="FILE", help="write it as PDF too")


def run(arguments: argparse.Namespace) -> int:
    """Print and write the statement; 1 when the ledger and the results do not tie."""
    from klarsyn.cli.meter_pages import csv_text, page_lines
    from klarsyn.cli.text_pdf import text_pdf
    from klarsyn.domain.metering import statement
    from klarsyn.intake.contracts import ContractsError, prepaid_warnings, read_contracts

    since, until = arguments.month
    with opened() as context:
        lines = statement(context.store.ledger.between(since, until))
        faults = context.store.ledger.faults(since)
        now = context.clock.now()
        try:
            told = prepaid_warnings(read_contracts(context.settings.data_folder), context.store.ledger)
        except ContractsError as error:
            told = [str(error)]
    page = page_lines(lines, since, until, now, [*faults, *told])
    print("\n".join(page))
    if arguments.csv:
        # The mark of UTF-8: spreadsheets read another character set without it.
        arguments.csv.write_text(csv_text(lines, since), encoding="utf-8-sig", newline="")
    if arguments.pdf:
        arguments.pdf.write_bytes(text_pdf(page, f"Engines, statement of {since:%Y-%m}"))
    return 1 if faults else 0


def _month(text: str) -> tuple[datetime, datetime]:
    """Return the first moment of a month and that of the next, in this workstation's time."""
    found = _MONTH.fullmatch(text)
    if not found or int(found[1]) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no month; write it as 2026-10")
    year, month = int(found[1]), int(found[2])
    after = (year + month // 12, month % 12 + 1)
    if after[0] > 9999:
        raise argparse.ArgumentTypeError(f"{text!r} is no month that this calendar has")
    return datetime(year, month, 1).astimezone(), datetime(*after, 1).astimezone()
