"""Practice exams reach the installation with their priors, in whatever order both are made."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace

import pytest
from practice_makers import write_study

from klarsyn.cli.demo_command import settling
from klarsyn.cli.practice_list import make_practice_list
from klarsyn.cli.preparing import Order, prepare
from klarsyn.simulation import second_vendor_file
from klarsyn.simulation.lists import make


@dataclass(frozen=True)
class Study:
    """A study that the stand-in for the simulator makes."""

    name: str
    number: int
    woman: int
    days_ago: int
    is_prior: bool = False


CURRENT, PRIOR = Study("now", 1, 1, days_ago=3), Study("then", 2, 1, days_ago=343, is_prior=True)
OTHER = Study("other", 3, 2, days_ago=3)


@pytest.fixture
def simulate(monkeypatch: pytest.MonkeyPatch, reported: list[str]) -> Callable[..., None]:
    """Let small exams be made in a given order, in the simulator's place."""

    def _simulate(*studies: Study) -> None:
        def make_list(folder: Path, _request, *, progress, on_exam) -> None:
            folder.mkdir(exist_ok=True)
            progress(0, len(studies))
            for study in studies:
                place = write_study(folder, study.name, study.number, study.woman, study.days_ago)
                truth = SimpleNamespace(patient_id=str(study.woman))
                on_exam(SimpleNamespace(folder=place, truth=truth, is_prior=study.is_prior))

        monkeypatch.setattr(make, "make_list", make_list)
        monkeypatch.setattr(
            second_vendor_file, "add_report", lambda exam, _seed: reported.append(exam.folder.name)
        )

    return _simulate


@pytest.fixture
def reported() -> list[str]:
    """The exams that the second maker was asked about."""
    return []


@pytest.fixture
def prepared(installation, tmp_path: Path) -> Callable[[], tuple[list[bool], int, int]]:
    """Prepare; return which exams are reading tasks, how many have a result, and how many are told done."""
    settings = installation.with_settings(engine="no-such-engine").settings
    order = Order(settings, tmp_path / "practice", 2)

    def _prepared() -> tuple[list[bool], int, int]:
        told = []
        prepare(order, told.append)
        exams = installation.store.exams.many()
        return sorted(e.reading_task for e in exams), len(installation.store.results.latest()), told[-1].done

    return _prepared


@pytest.mark.parametrize("order", list(permutations((CURRENT, PRIOR, OTHER))))
def test_last_years_study_is_a_prior_from_the_first_and_never_scored(simulate, prepared, order) -> None:
    simulate(*order)
    assert prepared() == ([False, True, True], 2, 3)


def test_a_prior_waits_for_its_exam_over_an_interruption(simulate, prepared, installation) -> None:
    simulate(PRIOR)
    assert prepared() == ([], 0, 0)
    simulate(PRIOR, CURRENT)
    assert prepared() == ([False, True], 1, 2)


def test_a_demonstration_that_is_taken_up_after_a_year_has_its_exams_to_read(simulate, prepared) -> None:
    simulate(Study("old", 1, 1, days_ago=400), Study("older", 2, 1, days_ago=760, is_prior=True))
    assert prepared() == ([False, True], 1, 2)


def test_a_prior_is_handed_on_once_with_its_exam_or_after_it(simulate, tmp_path: Path) -> None:
    simulate(CURRENT, PRIOR, OTHER)
    told: list[tuple[str, list[str]]] = []
    make_practice_list(
        tmp_path / "practice",
        2,
        lambda _done, _total: None,
        lambda exam, priors: told.append((exam.name, [prior.name for prior in priors])),
    )
    assert told == [("now", []), ("now", ["then"]), ("other", [])]


def test_the_second_maker_is_asked_about_each_exam_before_it_is_handed_on_and_never_about_a_prior(
    simulate, tmp_path: Path, reported: list[str]
) -> None:
    simulate(PRIOR, CURRENT, OTHER)
    seen: list[list[str]] = []
    make_practice_list(
        tmp_path / "practice", 2, lambda _done, _total: None, lambda exam, priors: seen.append(list(reported))
    )
    assert seen == [["now"], ["now", "other"]]


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_settling_time_outlasts_the_engines_deadline(installation) -> None:
    for deadline_s in (5.0, 120.0, 600.0):
        settings = installation.with_settings(engine_deadline_s=deadline_s).settings
        # Its own turn and the one before it.
        assert settling(settings).total_seconds() > 2 * deadline_s
