"""Practice exams are prepared behind the open window: by a process of its own that may end at any moment."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import practice_makers
import pytest

from klarsyn.cli.preparing import Maker, Order, Preparation, prepare
from klarsyn.domain.calibration import Calibration
from klarsyn.engine import registry
from klarsyn.intake import practice
from klarsyn.intake.practice import Told
from klarsyn.intake.scorer import Scorer
from klarsyn.store.store import Store

PATIENCE_S = 60.0
ENGINES = str(Path(__file__).parents[1] / "intake" / "engines")


@pytest.fixture
def order(installation, tmp_path: Path) -> Callable[..., Order]:
    """An order of three exams, for an engine that does not exist: every exam goes past it at once."""
    (tmp_path / "practice").mkdir()
    settings = installation.with_settings(engine="no-such-engine").settings

    def _order(make: Maker) -> Order:
        return Order(settings, tmp_path / "practice", 3, make=make)

    return _order


@pytest.fixture
def started() -> Iterator[Callable[[Order], Preparation]]:
    made: list[Preparation] = []

    def _started(wanted: Order) -> Preparation:
        made.append(Preparation(wanted))
        return made[-1]

    yield _started
    for each in made:
        each.stop()


def wait(preparation: Preparation, until: Callable[[Told], bool]) -> Told:
    """Wait for news until they are the right ones."""
    told = preparation.told()
    while not until(told):
        assert not told.ended, told
        before, told = told, preparation.told(PATIENCE_S)
        assert told != before, f"no news in {PATIENCE_S} s after {before}"
    return told


def test_every_exam_is_told_when_it_has_been_through_the_engine(order, installation) -> None:
    told: list[Told] = []
    done_and_results = []

    def tell(news: Told) -> None:
        told.append(news)
        done_and_results.append((news.done, len(installation.store.results.latest())))

    prepare(order(practice_makers.whole), tell)
    assert [str(t) for t in told if not t.ready] == ["Preparing practice exams 1 of 3"]
    assert told[-1] == Told(done=3, total=3, ready=True, ended=True)
    # One is of last year: a prior, which no engine looks at.
    assert done_and_results[-1] == (3, 2)
    assert sorted(e.reading_task for e in installation.store.exams.many()) == [False, True, True]


def test_the_first_exam_can_be_read_while_the_others_are_made(order, started, installation) -> None:
    preparation = started(order(practice_makers.endless))
    told = wait(preparation, lambda t: t.ready and t.done == 2)
    assert str(told) == preparation.line() == "Preparing practice exams 3 of 3"
    assert len(installation.store.results.latest()) == 1


def test_stopping_ends_it_at_once_sweeps_what_is_half_made_and_the_next_start_goes_on(
    order, started, installation
) -> None:
    preparation = started(order(practice_makers.endless))
    wait(preparation, lambda t: t.done == 2)
    preparation.stop()
    folder = order(practice_makers.whole).folder
    assert sorted(p.name for p in folder.iterdir()) == ["exam-0", "exam-1"]
    before = installation.store.exams.many()
    assert len(before) == 2
    again = started(order(practice_makers.whole))
    wait(again, lambda t: t.ended)
    assert again.line() == ""
    assert len(installation.store.exams.many()) == 3
    assert installation.store.exams.many()[:2] == before


def test_what_goes_wrong_is_a_sentence_in_the_window_and_what_was_made_stays(
    order, started, installation
) -> None:
    preparation = started(order(practice_makers.failing))
    wait(preparation, lambda t: t.ended)
    assert preparation.line().startswith("Preparing practice exams stopped: The disk is full.")
    assert len(installation.store.exams.many()) == 2


def test_two_preparations_never_write_at_once(order, started) -> None:
    first = started(order(practice_makers.endless))
    wait(first, lambda t: t.done == 2)
    second = started(order(practice_makers.whole))
    wait(second, lambda t: t.ended)
    assert "Another Klarsyn process is busy with preparing exams" in second.line()


def any_calibration(engine: str, model_sha256: str) -> Calibration:
    """A calibration for whatever engine a test brings."""
    exams, findings = np.linspace(0, 1, 101), np.array([0.0, 1.0])
    return Calibration("test", engine, model_sha256, exams, 101, True, findings, findings * 99 + 1)


@pytest.fixture
def told_with(installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Prepare the same exams with a scripted engine, in an installation of its own; news and exam scores."""
    monkeypatch.setattr(practice, "Scorer", partial(Scorer, calibration_of=any_calibration))
    made: list[str] = []

    def _told_with(engine: str) -> tuple[list[Told], list[int | None]]:
        registry.register(engine, f"scripted:{engine}", (ENGINES,))
        made.append(engine)
        settings = installation.with_settings(
            data_folder=tmp_path / engine, engine=engine, engine_allow_unsealed=True
        ).settings
        (tmp_path / f"practice-{engine}").mkdir()
        told: list[Told] = []
        prepare(Order(settings, tmp_path / f"practice-{engine}", 3, make=practice_makers.whole), told.append)
        store = Store.file(settings.folders.database)
        results = store.results.latest()
        found = [results[e.exam_id].score_for(e) for e in store.exams.many() if e.exam_id in results]
        store.close()
        return told, [score.value if score else None for score in found]

    yield _told_with
    for name in made:
        registry.unregister(name)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_what_is_told_is_the_same_whatever_the_engine_said(told_with) -> None:
    (alarmed, high), (calm, low), (failed, none) = map(told_with, ("Alarmed", "Calm", "Raising"))
    # Or it would compare nothing.
    assert (high, low, none) == ([10, 10], [1, 1], [None, None])
    assert alarmed == calm == failed
    assert [str(news) for news in alarmed] == [str(news) for news in calm] == [str(news) for news in failed]
