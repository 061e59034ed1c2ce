"""What the bar tells is readable whole, also in a narrow window."""

import pytest

LONG = "Signed. Not every pixel seen (1:1): R CC 40 %, L CC 12 %, R MLO 0 %, L MLO 7 %."


@pytest.fixture
def page(make_workplace, open_exam, import_exams):
    import_exams(1)
    workplace = make_workplace(size=(1366, 768))
    open_exam(workplace)
    return workplace.reading


def test_a_sentence_that_the_bar_must_cut_is_shown_whole_above_it(page, qtbot) -> None:
    page.bar.tell(LONG)
    qtbot.waitUntil(lambda: page.told_in_full.isVisible())
    told = page.told_in_full
    assert told.text.text() == LONG
    assert told.text.heightForWidth(told.text.width()) <= told.text.height()
    assert page.rect().contains(told.geometry())
    assert told.geometry().bottom() < page.bottom.geometry().top()


def test_it_goes_when_the_bar_is_silent_again(page, qtbot) -> None:
    page.bar.tell(LONG)
    qtbot.waitUntil(lambda: page.told_in_full.isVisible())
    page.bar.tell("")
    qtbot.waitUntil(lambda: not page.told_in_full.isVisible())


def test_what_fits_is_told_in_the_bar_alone(page, qtbot) -> None:
    page.bar.tell(LONG)
    qtbot.waitUntil(lambda: page.told_in_full.isVisible())
    page.bar.tell("Short.")
    qtbot.waitUntil(lambda: not page.told_in_full.isVisible())
    assert page.bar.told.text() == "Short."


def test_what_stands_for_long_never_stands_over_an_image(page, qtbot) -> None:
    page.bar.tell(LONG)
    qtbot.waitUntil(lambda: page.told_in_full.isVisible())
    page.bar.tell("")
    page.bar.told.stand(LONG)
    qtbot.waitUntil(lambda: not page.told_in_full.isVisible())
    assert page.bar.told.text() == LONG
