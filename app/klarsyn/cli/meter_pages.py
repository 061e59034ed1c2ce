"""A statement as lines of text, for terminal and PDF, and as CSV. It names no patient and no exam."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from textwrap import wrap

from klarsyn.domain.metering import Billing, StatementLine, totals

WIDTH = 94
"""Letters in a line: what fits on a page."""

_HEADS = ("Engine", "Contract", "Exams", "Runs", "Billed", "Price", "Sum")
_WIDTHS = (20, 24, 7, 7, 7, 11, 12)
_LIST_PRICE = "maker's list price"
_NO_PRICE = "no price known"
_RULES = (
    "An exam is billed once for one model on the same images. Not billed: runs without an exam score that "
    "may be used, repeated runs, and runs in shadow unless the contract bills them. A run belongs to the "
    "month in which it ended."
)


def page_lines(
    lines: Sequence[StatementLine],
    since: datetime,
    until: datetime,
    made: datetime,
    told: Sequence[str] = (),
) -> list[str]:
    """Return a statement as lines of at most `WIDTH` letters; `told` stands at its foot."""
    page = [
        f"Statement of engines, {since:%Y-%m}",
        f"Runs that ended from {since:%Y-%m-%d %H:%M %z} to {until:%Y-%m-%d %H:%M %z}.",
        f"Made {made.astimezone(since.tzinfo):%Y-%m-%d %H:%M}.",
        "",
    ]
    if not lines:
        page.append("No engine ran in this month.")
    else:
        page += [_row(_HEADS), "-" * WIDTH]
        for line in lines:
            page += _of(line)
        page.append("-" * WIDTH)
        page += [f"{f'To pay: {money(s)} {currency}':>{WIDTH}}" for currency, s in totals(lines).items()]
        page += ["", *wrap(_RULES, WIDTH)]
    for words in told:
        page += ["", *wrap(words, WIDTH)]
    return page


def csv_text(lines: Sequence[StatementLine], since: datetime) -> str:
    """Return a statement as CSV (RFC 4180), a row for each engine, contract and price."""
    reasons = [b for b in Billing if b is not Billing.BILLED]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ["month", "engine", "contract", "exams", "runs", "billed"]
        + [f"not billed: {b.value}" for b in reasons]
        + ["price", "currency", "sum"]
    )
    for line in lines:
        terms = line.terms
        writer.writerow(
            [f"{since:%Y-%m}", _cell(line.engine), _cell(_contract(line)), line.exams, line.runs, line.billed]
            + [line.not_billed.get(b, 0) for b in reasons]
            + [
                money(terms.price) if terms else "",
                _cell(terms.currency) if terms else "",
                money(line.amount),
            ]
        )
    return out.getvalue()


def money(amount: Decimal) -> str:
    """Write an amount with at least two decimals, and more only where it has more."""
    digits = format(amount.normalize(), "f")
    whole, _, part = digits.partition(".")
    return f"{whole}.{part:0<2}"


def _of(line: StatementLine) -> list[str]:
    terms = line.terms
    counts = (str(line.exams), str(line.runs), str(line.billed))
    price = f"{money(terms.price)} {terms.currency}" if terms else ""
    # Names longer than their column go on below it.
    engine, contract = wrap(line.engine, _WIDTHS[0]) or [""], wrap(_contract(line), _WIDTHS[1])
    rows = [_row((engine[0], contract[0], *counts, price, money(line.amount)))]
    for number in range(1, max(len(engine), len(contract))):
        rest = [part[number] if number < len(part) else "" for part in (engine, contract)]
        rows.append(_row((*rest, *[""] * 5)))
    for billing, count in line.not_billed.items():
        rows.append(f"{'':{_WIDTHS[0] + 1}}not billed, {billing.value}: {count}")
    return rows


def _row(cells: Sequence[str]) -> str:
    texts = [
        f"{c:<{w}}" if n < 2 else f"{c:>{w}}" for n, (c, w) in enumerate(zip(cells, _WIDTHS, strict=True))
    ]
    return " ".join(texts).rstrip()


def _contract(line: StatementLine) -> str:
    if line.terms is None:
        return _NO_PRICE
    return line.terms.contract or _LIST_PRICE


def _cell(text: str) -> str:
    # A spreadsheet would take such a text for a formula.
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
