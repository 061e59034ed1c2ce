"""A site's contracts with vendors of engines: `contracts.toml` in the data folder.

One table `[[contract]]` each: name, engine (its installed name), price an exam in quotes, currency, starts
and ends (dates), and if agreed prepaid_exams and bills_shadow. Where no contract covers a day, the price is
the one that the engine's maker lists.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

from klarsyn.base.log import get_logger
from klarsyn.domain.metering import Contract, EngineRun, Terms, prepaid_words
from klarsyn.engine.contract import Manifest
from klarsyn.store.ledger import LedgerRepository

CONTRACTS = "contracts.toml"
_KEYS = ("name", "engine", "price", "currency", "starts", "ends", "prepaid_exams", "bills_shadow")
_PRICE = re.compile(r"\d{1,9}(\.\d{1,4})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LONGEST_NAME = 80

_log = get_logger(__name__)


class ContractsError(Exception):
    """The contracts cannot be used; the message says which and what to do."""


def read_contracts(data_folder: Path) -> tuple[Contract, ...]:
    """Return a site's contracts; none when it has no file of them.

    Raises
    ------
    ContractsError
        If the file cannot be read, says something that it may not, or has two contracts for one engine and
        day.
    """
    path = data_folder / CONTRACTS
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise ContractsError(_sentence(f"{path} cannot be read: {error}")) from error
    tables = data.pop("contract", [])
    if data or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ContractsError(_sentence(f"{path} holds something else than tables [[contract]]"))
    contracts = tuple(_contract(table, number) for number, table in enumerate(tables, start=1))
    for one, other in combinations(contracts, 2):
        if one.engine == other.engine and one.starts <= other.ends and other.starts <= one.ends:
            raise ContractsError(
                _sentence(f"{one.name!r} and {other.name!r} both cover {one.engine} on the same days")
            )
    return contracts


def _contract(table: Mapping[str, Any], number: int) -> Contract:
    def wrong(what: str) -> ContractsError:
        return ContractsError(_sentence(f"contract {number} in {CONTRACTS}: {what}"))

    unknown = set(table) - set(_KEYS)
    if unknown:
        raise wrong(f"{', '.join(sorted(unknown))} is not known (known: {', '.join(_KEYS)})")
    name, engine = table.get("name"), table.get("engine")
    for text, what in ((name, "name"), (engine, "engine")):
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_NAME or not text.isprintable():
            raise wrong(f"{what} must be a text of at most {_LONGEST_NAME} letters")
    price, currency = table.get("price"), table.get("currency")
    if not isinstance(price, str) or not _PRICE.fullmatch(price):
        raise wrong('price must be digits in quotes, as "12.50"')
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise wrong("currency must be three capital letters, as SEK")
    starts, ends = table.get("starts"), table.get("ends")
    # A TOML date-time is a date to Python as well.
    if type(starts) is not date or type(ends) is not date or starts > ends:
        raise wrong("starts and ends must be dates, as 2026-01-31, the first before the last")
    prepaid, bills_shadow = table.get("prepaid_exams"), table.get("bills_shadow", False)
    if prepaid is not None and (type(prepaid) is not int or prepaid < 1):
        raise wrong("prepaid_exams must be a whole number")
    if not isinstance(bills_shadow, bool):
        raise wrong("bills_shadow must be true or false")
    return Contract(str(name), str(engine), Decimal(price), currency, starts, ends, prepaid, bills_shadow)


def _sentence(what: str) -> str:
    return (
        f"The contracts cannot be used: {what}. Scoring goes on at the makers' list prices; correct the file."
    )


class Meter:
    """What a run costs, by the site's contracts as they are when it is made."""

    def __init__(self, data_folder: Path) -> None:
        """Read the contracts; a fault in them is logged, and costs no exam its score (invariant 1)."""
        try:
            self._contracts = read_contracts(data_folder)
            self.note = ""
        except ContractsError as error:
            _log.warning("contracts not used", error=type(error).__name__)
            self._contracts, self.note = (), str(error)

    def run(
        self, engine: str, manifest: Manifest | None, started_at: datetime, *, shadow: bool = False
    ) -> EngineRun:
        """Return what the ledger needs to know of a run beside its result.

        `engine` is the installed name; `manifest` gives the list price, and is None of an engine that failed
        before it said one. The day of a contract is the workstation's own.
        """
        day = started_at.astimezone().date()
        for contract in self._contracts:
            if contract.covers(engine, day):
                return EngineRun(engine, started_at, contract.terms, shadow)
        listed = Terms(manifest.price_per_exam, manifest.currency) if manifest else None
        return EngineRun(engine, started_at, listed, shadow)

    def notes(self, ledger: LedgerRepository) -> list[str]:
        """Say what the site has to be told after a scoring: a faulty file, prepaid numbers that are used."""
        return [self.note] if self.note else prepaid_warnings(self._contracts, ledger)


def prepaid_warnings(contracts: tuple[Contract, ...], ledger: LedgerRepository) -> list[str]:
    """Say which prepaid numbers are nearly, or wholly, used. They stop nothing."""
    words = (prepaid_words(each, ledger.billed_under(each.name, each.engine)) for each in contracts)
    return [each for each in words if each]
