"""The queue page follows what other workstations do."""

from collections.abc import Callable

import pytest
from claimed_exams import add_exams

from klarsyn.store.claims import ClaimAnswer
from klarsyn.store.store import Store
from klarsyn.ui.workplace import Workplace


@pytest.fixture
def other(installation) -> Store:
    store = Store.file(installation.settings.folders.database)
    yield store
    store.close()


@pytest.fixture
def workplace(make_workplace: Callable[..., Workplace], import_exams, qtbot) -> Workplace:
    import_exams(2)
    made = make_workplace()
    made.flow.desk.changed()
    return made


def refreshed(workplace: Workplace, qtbot) -> bool:
    """Glance once, and say whether the queue was asked for anew."""
    states = []
    workplace.flow.queue_ready.connect(states.append)
    workplace._refresh.glance()
    qtbot.waitUntil(lambda: workplace.flow.background.idle)
    return bool(states)


def test_an_exam_that_comes_in_elsewhere_appears(workplace: Workplace, other: Store, qtbot) -> None:
    assert not refreshed(workplace, qtbot)
    add_exams(other, ["new"])
    assert refreshed(workplace, qtbot)
    assert "new" in workplace.queue._exam_ids
    assert not refreshed(workplace, qtbot)


def test_while_an_exam_is_read_nobody_orders_the_queue(workplace: Workplace, other: Store, qtbot) -> None:
    workplace.flow.open_next()
    qtbot.waitUntil(lambda: workplace.flow.session is not None and workplace.flow.background.idle)
    add_exams(other, ["new"])
    assert not refreshed(workplace, qtbot)


def test_an_exam_that_others_read_is_told_and_the_next_one_opens(
    workplace: Workplace, other: Store, qtbot
) -> None:
    taken, following = workplace.queue._exam_ids
    images = [image.sop_instance_uid for image in other.exams.get(taken).images]
    for reader in ("two", "three"):
        assert other.claims.claim(taken, reader, 2, images) is ClaimAnswer.GRANTED
    told: list[str] = []
    workplace.flow.told.connect(told.append)
    workplace.flow.open(taken)
    qtbot.waitUntil(lambda: workplace.flow.session is not None)
    assert workplace.flow.session.exam.exam_id == following
    assert told == ["This exam is being read; the next one opens."]
