"""A site's contracts, and the price at which the scorer enters a run."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.metering import Billing, LedgerEntry, Terms
from klarsyn.engine import registry
from klarsyn.intake.contracts import CONTRACTS, ContractsError, Meter, read_contracts
from klarsyn.intake.scorer import Scorer

ENGINES = str(Path(__file__).parent / "engines")
AGREED = """
[[contract]]
name = "Agreement 7"
engine = "Steady"
price = "12.50"
currency = "SEK"
starts = 2026-01-01
ends = 2026-12-31
"""


def calibration(engine: str, model_sha256: str) -> Calibration:
    one = np.array([0.0, 1.0])
    return Calibration("test", engine, model_sha256, np.linspace(0, 1, 101), 101, True, one, 1 + 99 * one)


@pytest.fixture
def score(installation):
    """Score with an engine of tests/intake/engines/scripted.py, and return the whole ledger."""
    made: list[str] = []

    def _score(engine: str, **how: bool) -> list[LedgerEntry]:
        registry.register(engine, f"scripted:{engine}", (ENGINES,))
        made.append(engine)
        settings = installation.with_settings(engine=engine, engine_allow_unsealed=True).settings
        Scorer(installation.store, settings, installation.clock, calibration).run(**how)
        always = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
        return installation.store.ledger.between(*always)

    yield _score
    for name in made:
        registry.unregister(name)


@pytest.fixture
def contracts(installation):
    """Write the site's contracts."""
    return installation.settings.data_folder.joinpath(CONTRACTS).write_text


def test_a_run_is_entered_at_the_price_of_the_contract_in_force(
    installation, import_exams, score, contracts
) -> None:
    import_exams(1)
    contracts(AGREED)
    (entry,) = score("Steady")
    assert (entry.billing, entry.terms) == (Billing.BILLED, Terms(Decimal("12.50"), "SEK", "Agreement 7"))
    assert (entry.engine, entry.started_at) == ("Steady", installation.clock.now())


def test_a_run_outside_every_contract_is_entered_at_the_makers_list_price(
    import_exams, score, contracts
) -> None:
    import_exams(1)
    contracts(AGREED.replace("2026-12-31", "2026-01-02"))
    (entry,) = score("Steady")
    assert entry.terms == Terms(Decimal(0), "SEK", "")


def test_a_failed_run_is_entered_and_its_repeat_is_billed(
    installation, import_exams, score, contracts
) -> None:
    import_exams(1)
    contracts(AGREED)
    assert [e.billing for e in score("Raising")] == [Billing.FAILED]
    installation.clock.advance(timedelta(minutes=1))
    assert [e.billing for e in score("Steady", retry=True)] == [Billing.FAILED, Billing.BILLED]
    assert installation.store.ledger.faults() == []


@pytest.mark.invariant(1)
@pytest.mark.parametrize("written", ["[[contract]]\nname = 7\n", "nonsense", "[[contract]]\n\x00"])
def test_no_exam_is_lost_to_the_ai_nor_to_contracts_that_cannot_be_read(
    installation, import_exams, score, contracts, written: str
) -> None:
    (exam_id,) = import_exams(1)
    contracts(written)
    (entry,) = score("Steady")
    assert entry.terms == Terms(Decimal(0), "SEK", "")
    assert installation.store.results.latest()[exam_id].is_scored
    (note,) = Meter(installation.settings.data_folder).notes(installation.store.ledger)
    assert "correct the file" in note


def test_a_prepaid_limit_warns_and_stops_nothing(installation, import_exams, score, contracts) -> None:
    import_exams(2)
    contracts(AGREED + "prepaid_exams = 1\n")
    assert [e.billing for e in score("Steady")] == [Billing.BILLED, Billing.BILLED]
    (words,) = Meter(installation.settings.data_folder).notes(installation.store.ledger)
    assert "1 beyond the limit" in words


def test_a_contract_is_read_as_it_is_written(installation, contracts) -> None:
    contracts(AGREED + "bills_shadow = true\nprepaid_exams = 500\n")
    (one,) = read_contracts(installation.settings.data_folder)
    assert (one.name, one.price, one.prepaid_exams) == ("Agreement 7", Decimal("12.50"), 500)
    assert (one.starts, one.ends, one.bills_shadow) == (date(2026, 1, 1), date(2026, 12, 31), True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"12.50"', "12.50"), "price"),
        (('"12.50"', '"-1"'), "price"),
        (('"SEK"', '"kr"'), "currency"),
        (("2026-12-31", "2025-12-31"), "dates"),
        (("2026-12-31", '"2026"'), "dates"),
        (("ends", "end"), "end is not known"),
        (('"Steady"', '""'), "engine"),
        (("[[contract]]", "[[contracts]]"), "something else"),
    ],
)
def test_a_contract_that_says_something_wrong_is_refused_with_a_sentence(
    installation, contracts, change: tuple[str, str], said: str
) -> None:
    contracts(AGREED.replace(*change))
    with pytest.raises(ContractsError, match=said):
        read_contracts(installation.settings.data_folder)


def test_two_contracts_for_one_engine_and_day_are_refused(installation, contracts) -> None:
    contracts(AGREED + AGREED.replace("Agreement 7", "Agreement 8").replace("2026-01-01", "2026-12-31"))
    with pytest.raises(ContractsError, match="same days"):
        read_contracts(installation.settings.data_folder)


def test_without_a_file_there_are_no_contracts_and_an_unknown_engine_has_no_price(tmp_path: Path) -> None:
    assert read_contracts(tmp_path) == ()
    assert Meter(tmp_path).run("cad", None, datetime(2026, 5, 5, tzinfo=UTC)).terms is None


def test_the_contract_that_the_documentation_shows_can_be_read(installation, contracts) -> None:
    page = (Path(__file__).parents[2] / "docs" / "metering.md").read_text(encoding="utf-8")
    contracts(page.split("```toml\n")[1].split("```")[0])
    (one,) = read_contracts(installation.settings.data_folder)
    assert (one.engine, one.price, one.prepaid_exams) == ("demo_cad", Decimal("12.50"), 20_000)
