"""`klarsyn doctor` says of every screen what the images on it say."""

import pytest
from panels import MONITOR, gsdf_panel, measured

from klarsyn.cli import doctor_screens
from klarsyn.cli.context import Context
from klarsyn.domain.screen_check import CheckKind, ScreenCheck


@pytest.fixture
def context(installation) -> Context:
    return Context(installation.settings, installation.store, installation.clock)


def test_the_attached_screens_are_listed_with_what_is_due(context) -> None:
    (line,) = doctor_screens.screens(context)
    assert line[0]
    assert "uncalibrated screen" in line[1]
    assert "never done" in line[1]


def test_a_screen_that_was_checked_before_is_told_although_it_is_not_attached(
    context, installation, monkeypatch
) -> None:
    monkeypatch.setattr(doctor_screens, "_attached", list)
    now = installation.clock.now()
    check = ScreenCheck(
        MONITOR,
        CheckKind.MEASUREMENT,
        now.date(),
        "A. Physicist",
        True,
        curve=measured(gsdf_panel()),
        own_gsdf=True,
    )
    installation.store.screen_checks.add(check, now, "reader-one")
    (line,) = doctor_screens.screens(context)
    assert MONITOR in line[1]
    assert "not attached now" in line[1]
    assert f"GSDF, checked {now.date()}" in line[1]


def test_where_there_is_no_desktop_doctor_lives_to_say_so(context, monkeypatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    (line,) = doctor_screens.screens(context)
    assert line[0]
    assert "no desktop" in line[1]
