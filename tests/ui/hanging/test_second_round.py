"""Two rounds of screening in the window: what was read in the first hangs as the prior in the second."""

from datetime import timedelta

import pytest
from shelf_helpers import finish
from window_helpers import settle

from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import ImageFolder
from klarsyn.ui.actions.command import Command


@pytest.fixture
def second_round(installation, take_in, make_workplace, open_exam):
    """The window with Anna's second exam open, 700 days after both reads of her first."""
    first = take_in(1, "20260102")
    images = ImageFolder(installation.settings.folders.images)
    for reader in ("reader-one", "reader-two"):
        desk = ReadingDesk(installation.store, images, load_policy("practice"), reader, installation.clock)
        finish(desk.open(first), installation.clock)
    installation.clock.advance(timedelta(days=700))
    take_in(2, "20271203")
    workplace = make_workplace()
    open_exam(workplace)
    return workplace


def test_the_first_exam_is_named_in_the_strip_and_hangs_with_its_date_and_identity(
    second_round, qtbot
) -> None:
    page = second_round.reading
    assert f"{second_round.flow.session.exam.study_date}" == "2027-12-03"
    assert "prior 2026-01-02" in page.top.exam.shown
    for _ in page.grid.hung.sequence.steps:
        if page.grid.hung.step.step.title.en == "CC over prior":
            break
        page.commands.do(Command.STEP_FORWARD)
    settle(qtbot, second_round)
    *now, right, left = page.grid.viewports
    assert [view.corners.prior for view in now] == ["", ""]
    for view in (right, left):
        assert view.corners.prior == "PRIOR 2026-01-02, 23 months earlier"
        assert "1958-TEST" in view.corners.identity
        assert view.picture is not None


def test_the_queue_holds_the_second_exam_alone(second_round) -> None:
    exam = second_round.flow.session.exam
    assert [row.exam_id for row in second_round.flow._desk.queue()] == [exam.exam_id]
