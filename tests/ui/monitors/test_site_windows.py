"""Windows that a site saves: offered by name for their device and view, never shown at first unasked."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from window_helpers import make_image, make_loaded, press

from klarsyn.domain.display import Window
from klarsyn.domain.exam import Laterality, ViewModifier, ViewPosition
from klarsyn.domain.site_window import SiteWindow, key_of, view_kind
from klarsyn.reading.session import ReadingError, Step
from klarsyn.reading.site_windows import SiteWindowDesk
from klarsyn.ui.actions.command import Command
from klarsyn.ui.view.view_state import ViewState

_K = Qt.Key
AURORA = make_image(manufacturer="Aurora 24", software_versions="V2", view_position=ViewPosition.MLO)
FILE_WINDOW = (Window(2048, 1024, explanation="NORMAL"),)
SOFT = SiteWindow(*key_of(AURORA), Window(1900.0, 700.0, explanation="soft"))


def view_with(*saved: SiteWindow, image=AURORA, windows=FILE_WINDOW) -> ViewState:
    return ViewState(replace(make_loaded(image, windows=windows), site_windows=saved))


@pytest.fixture
def desk(installation) -> SiteWindowDesk:
    return SiteWindowDesk(installation.store, installation.clock, "reader-one")


def test_a_saved_window_fits_both_sides_of_its_view_and_nothing_else() -> None:
    assert SOFT.fits(replace(AURORA, laterality=Laterality.LEFT))
    for other in (
        {"view_position": ViewPosition.CC},
        {"software_versions": "V3"},
        {"manufacturer": "Borealis"},
        {"modifiers": (ViewModifier.SPOT,)},
        {"for_processing": True},
    ):
        assert not SOFT.fits(replace(AURORA, **other))


def test_a_saved_window_is_offered_by_name_after_the_files_own() -> None:
    assert view_with(SOFT).names == ("NORMAL", "site preset soft", "auto")


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_saved_window_is_not_shown_at_first_unless_the_site_says_so() -> None:
    assert view_with(SOFT).label.startswith("NORMAL")
    default = view_with(replace(SOFT, is_default=True))
    assert default.label == "site preset soft 1900/700"
    assert default.window() == SOFT.window


def test_the_preset_key_goes_through_file_site_and_auto_and_begins_again() -> None:
    view = view_with(SOFT)
    labels = [view.label.rpartition(" ")[0]]
    for _ in range(3):
        view.next_preset()
        labels.append(view.label.rpartition(" ")[0])
    assert labels == ["NORMAL", "site preset soft", "auto", "NORMAL"]


def test_dragging_from_a_saved_window_makes_it_the_readers_own() -> None:
    view = view_with(SOFT)
    view.choose(1)
    view.drag_window(10, 0)
    assert view.label.startswith("own window")


def test_a_linked_view_follows_by_name_and_only_to_what_was_saved_for_it() -> None:
    mlo = view_with(SOFT)
    cc_soft = replace(SOFT, view="CC", window=Window(1500.0, 600.0, explanation="soft"))
    cc = view_with(replace(cc_soft, window=Window(1.0, 9.0, explanation="hard")), cc_soft)
    none = view_with()
    mlo.choose(1)
    for other in (cc, none):
        other.follow(mlo)
    assert cc.window() == cc_soft.window
    assert none.label.startswith("NORMAL")


def test_a_window_is_saved_for_the_images_it_was_found_on(desk) -> None:
    (saved,) = desk.save(AURORA, Window(1900, 700), "  soft   tissue ")
    assert saved.name == "soft tissue"
    assert saved.fits(AURORA)
    assert saved.saved_by == "reader-one"


@pytest.mark.parametrize("name", ["", "   ", "x" * 65])
def test_a_window_without_a_name_is_not_saved(desk, name) -> None:
    with pytest.raises(ReadingError, match="name"):
        desk.save(AURORA, Window(1900, 700), name)


def test_a_window_of_an_unknown_device_is_not_saved(desk) -> None:
    with pytest.raises(ReadingError, match="device"):
        desk.save(make_image(), Window(1900, 700), "soft")


def test_saving_again_keeps_what_is_shown_first(desk) -> None:
    (saved,) = desk.save(AURORA, Window(1900, 700), "soft")
    desk.show_first(AURORA, saved, True)
    (again,) = desk.save(AURORA, Window(1950, 700), "soft")
    assert again.is_default
    assert again.window.center == 1950


def test_the_kind_of_view_says_nothing_of_the_side() -> None:
    assert view_kind(AURORA) == "MLO"


@pytest.fixture
def workplace(make_workplace, import_exams, open_exam, desk):
    import_exams(1)
    made = make_workplace(site_windows=desk)
    open_exam(made)
    return made


@pytest.fixture
def settled(workplace, qtbot):
    return lambda: qtbot.waitUntil(lambda: workplace.flow.background.idle)


def test_the_window_in_force_is_saved_under_the_name_that_was_typed(workplace, desk, settled) -> None:
    page = workplace.reading
    view = page.grid.viewport.view
    view.drag_window(40, 0)
    width = view.window().width
    page.commands.do(Command.SAVE_WINDOW_AS_PRESET)
    sheet = workplace.site_windows.sheet
    assert "Testmaker" in sheet.title.text()
    sheet.name.setText("wide")
    press(sheet.name, _K.Key_Return)
    settled()
    (saved,) = desk.for_image(view.loaded.image)
    assert (saved.name, saved.window.width) == ("wide", width)
    assert view.label.startswith("site preset wide")
    assert not sheet.isVisible()


def test_keys_in_the_sheet_do_not_reach_the_read_beneath(workplace, settled) -> None:
    page = workplace.reading
    page.commands.do(Command.SAVE_WINDOW_AS_PRESET)
    sheet = workplace.site_windows.sheet
    for key in (_K.Key_1, _K.Key_2, _K.Key_Return, _K.Key_Enter, _K.Key_A, _K.Key_Plus, _K.Key_F10):
        press(sheet.name, key)
        settled()
    session = workplace.flow.session
    assert session.step is Step.READING
    assert session.draft.right is None
    assert session.draft.left is None
    press(sheet.name, _K.Key_Escape)
    assert workplace.flow.session is session
    assert not sheet.isVisible()


def test_a_saved_window_is_made_the_first_and_forgotten_by_key(workplace, desk, settled) -> None:
    page = workplace.reading
    image = page.grid.viewport.view.loaded.image
    desk.save(image, Window(1600, 500), "soft")
    page.grid.viewport.view.site_windows = desk.for_image(image)
    page.commands.do(Command.SAVE_WINDOW_AS_PRESET)
    sheet = workplace.site_windows.sheet
    press(sheet.name, _K.Key_Down)
    press(sheet.name, _K.Key_F4)
    settled()
    assert desk.for_image(image)[0].is_default
    press(sheet.name, _K.Key_Delete)
    settled()
    assert desk.for_image(image) == ()
    assert page.grid.viewport.view.site_windows == ()


def test_the_next_exam_of_that_device_opens_with_the_sites_default(
    make_workplace, import_exams, open_exam, desk, installation
) -> None:
    (exam_id,) = import_exams(1)
    image = installation.store.exams.get(exam_id).images[0]
    (saved,) = desk.save(image, Window(1600, 500), "soft")
    desk.show_first(image, saved, True)
    workplace = make_workplace(site_windows=desk)
    open_exam(workplace, exam_id)
    views = workplace.reading.grid.views.values()
    shown = {v.loaded.image.view_label: v.label.startswith("site preset soft") for v in views}
    kind = view_kind(image)
    assert shown == {label: label.endswith(kind) for label in shown}
    assert any(shown.values())
