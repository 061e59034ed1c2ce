"""Practice exams are prepared behind the open window: by a process of its own that may end at any moment."""

from collections.abc import Callable, Iterator
from pathlib import Path

import practice_makers
import pytest

from klarsyn.cli.preparing import Maker, Order, Preparation, prepare
from klarsyn.intake.practice import Told

PATIENCE_S = 60.0


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
    assert [str(t) for t in told if not t.ready] == [f"Preparing practice exams {n} of 3" for n in (1, 2)]
    assert told[-1] == Told(done=3, total=3, ready=True, ended=True)
    # The first is of years ago: a prior, which no engine looks at.
    assert done_and_results[-1] == (3, 2)
    assert [e.reading_task for e in installation.store.exams.many()] == [False, True, True]


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
    assert preparation.line() == (
        "Preparing practice exams stopped: The operating system refused: No space left on device."
    )
    assert len(installation.store.exams.many()) == 1


def test_two_preparations_never_write_at_once(order, started) -> None:
    first = started(order(practice_makers.endless))
    wait(first, lambda t: t.done == 1)
    second = started(order(practice_makers.whole))
    wait(second, lambda t: t.ended)
    assert "Another Klarsyn process is busy with preparing exams" in second.line()


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_line_is_the_same_whatever_the_engine_said(order) -> None:
    lines = []
    prepare(order(practice_makers.whole), lambda told: lines.append(str(told)))
    for word in ("score", "engine", "failed", "band"):
        assert all(word not in line for line in lines)
