"""What was seen of a site's screens: rows that are added and never altered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from panels import MONITOR, gamma_panel, measured
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.display import VoiFunction, Window
from klarsyn.domain.screen_check import CheckKind, ScreenCheck
from klarsyn.domain.screen_size import ScreenRuler
from klarsyn.domain.site_window import SiteWindow

LOOK = ScreenCheck(MONITOR, CheckKind.VISUAL, date(2026, 1, 5), "reader-one", False, ("a blue corner",))
MEASUREMENT = ScreenCheck(
    MONITOR,
    CheckKind.MEASUREMENT,
    date(2026, 1, 4),
    "A. Physicist",
    True,
    curve=measured(gamma_panel(), ambient=0.5, ambient_included=True),
    own_gsdf=True,
)
SOFT = SiteWindow("Maker One", "V2", "MLO", Window(1900.0, 700.0, VoiFunction.SIGMOID, "soft"))


@pytest.fixture
def noted(installation):
    checks, now = installation.store.screen_checks, installation.clock.now()
    checks.add(LOOK, now, "reader-one")
    checks.add(MEASUREMENT, now, "reader-one")
    checks.add_ruler(ScreenRuler(MONITOR, 2048, 2560, 0.165), now, "reader-one")
    return checks


def test_a_check_comes_back_as_it_was_noted(noted) -> None:
    look, measurement = noted.all([MONITOR])
    assert [getattr(look, f) for f in ("kind", "done_on", "done_by", "passed", "remarks", "curve")] == [
        CheckKind.VISUAL,
        date(2026, 1, 5),
        "reader-one",
        False,
        ("a blue corner",),
        None,
    ]
    before, after = MEASUREMENT.curve, measurement.curve
    assert measurement.own_gsdf
    assert after.levels.tolist() == before.levels.tolist()
    assert after.luminance.tolist() == before.luminance.tolist()
    for each in ("monitor", "measured_on", "measured_by", "instrument", "ambient", "ambient_included"):
        assert getattr(after, each) == getattr(before, each)


def test_checks_of_other_monitors_stay_apart(noted) -> None:
    assert noted.all(["ANOTHER"]) == ()
    assert len(noted.all()) == 2


@pytest.mark.parametrize("table", ["screen_check", "screen_ruler"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET monitor = 'X'",
        "DELETE FROM {}",
        "INSERT OR REPLACE INTO {} SELECT * FROM {} WHERE number = 1",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_noted(noted, installation, table, statement) -> None:
    with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as session:
        session.execute(text(statement.replace("{}", table)))


def test_the_newest_ruler_of_each_resolution_counts(noted, installation) -> None:
    later = installation.clock.now() + timedelta(days=1)
    noted.add_ruler(ScreenRuler(MONITOR, 2048, 2560, 0.164), later, "reader-one")
    noted.add_ruler(ScreenRuler(MONITOR, 1024, 1280, 0.33), later, "reader-one")
    assert {(r.columns, r.mm_per_pixel) for r in noted.rulers([MONITOR])} == {(2048, 0.164), (1024, 0.33)}


@pytest.fixture
def windows(installation):
    kept = installation.store.site_windows
    kept.save(replace(SOFT, saved_by="reader-one", saved_at=installation.clock.now()))
    return kept


def test_a_saved_window_is_replaced_by_one_of_the_same_name_and_kind(windows) -> None:
    (first,) = windows.all()
    windows.save(replace(first, window=replace(first.window, center=2000.0)))
    assert [w.window.center for w in windows.all()] == [2000.0]


def test_one_kind_of_view_has_one_default_at_most(windows) -> None:
    (soft,) = windows.all()
    windows.save(replace(soft, is_default=True))
    windows.save(replace(soft, window=replace(soft.window, explanation="hard"), is_default=True))
    assert {w.name: w.is_default for w in windows.all()} == {"soft": False, "hard": True}


def test_a_saved_window_can_be_forgotten(windows) -> None:
    windows.remove(windows.all()[0])
    assert windows.all() == ()
