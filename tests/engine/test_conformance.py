"""The conformance kit finds each fault that an engine may have, and has nothing to say of a sound one."""

from pathlib import Path

import numpy as np
import pytest

from klarsyn.domain.exam import Laterality
from klarsyn.engine import conformance_inputs as made
from klarsyn.engine import registry
from klarsyn.engine.conformance import Check, Limits, conformance
from klarsyn.engine.contract import Accepts

HERE = str(Path(__file__).parent)
SMALL = (((240, 190), 0.8), ((200, 160), 1.0))
TITLES = [
    "manifest", "same bytes twice", "another size", "black image", "white image", "one view", "12 views",
    "tomosynthesis only", "marks", "time", "memory",
]  # fmt: skip


@pytest.fixture
def table(work_root, misbehaving):
    """What the kit says of an engine of `faulty.py`."""

    def _table(name: str, deadline_s: float = 60.0) -> dict[str, Check]:
        registry.register(name, f"faulty:{name}", (HERE,))
        try:
            limits = Limits(work_root, deadline_s, 1024, allow_unsealed=True)
            return {check.title: check for check in conformance(name, limits, SMALL)}
        finally:
            registry.unregister(name)

    return _table


def test_a_sound_engine_passes_every_check_and_nothing_of_the_tries_is_left(table, work_root):
    checks = table("Sound")

    assert list(checks) == TITLES
    assert all(check.passed for check in checks.values()), checks
    assert not list(work_root.iterdir())


@pytest.mark.parametrize(
    ("engine", "failing", "words"),
    [
        ("KnowsOneSize", TITLES[2:7], "AssertionError"),
        ("DividesByTheRange", ["black image", "white image"], "ZeroDivisionError"),
        ("WholeExamsOnly", ["one view", "12 views"], "AssertionError"),
        ("TakesVolumesItCannotRead", ["tomosynthesis only", "marks"], "names no slice"),
        ("NeedsMoreThanItSays", [*TITLES[1:7], "memory"], "memory"),
        (
            "Careless",
            ["manifest", "same bytes twice"],
            "has no vendor; it names no lesion type; it needs 9000 MiB",
        ),
    ],
)
def test_each_fault_is_found_and_told_in_a_sentence(table, engine, failing, words):
    checks = table(engine)

    assert [title for title, check in checks.items() if not check.passed] == failing
    assert words in checks[failing[0]].words


def test_marks_outside_an_image_are_found(table):
    checks = table("LeavesTheImage")

    assert not checks["marks"].passed
    assert not checks["same bytes twice"].passed
    assert "leaves the image" in checks["same bytes twice"].words


def test_an_engine_that_cannot_be_loaded_has_one_line(table):
    (check,) = table("NotThere").values()

    assert (check.title, check.passed) == ("manifest", False)


def test_an_engine_that_reads_no_screening_view_is_told(table):
    checks = table("ReadsMagnifications")

    assert not checks["views"].passed


def test_an_engine_past_the_deadline_is_found(work_root, registered):
    checks = {c.title: c for c in conformance("SleepsForEver", Limits(work_root, 0.3, 1024, True), SMALL)}

    assert not checks["time"].passed
    assert "deadline of 0.3 s" in checks["time"].words


def test_the_images_of_the_kit_are_the_same_every_time_and_look_like_breasts():
    one, other = (made.four_views(Accepts(), (240, 190), 0.8) for _ in range(2))
    for a, b in zip(one.views, other.views, strict=True):
        assert np.array_equal(a.pixels, b.pixels)
        # The chest wall is where units send it, and the other side is air.
        wall, air = (0, -1) if a.laterality is Laterality.LEFT else (-1, 0)
        assert (a.pixels[110:130, wall] > 0).all()
        assert not a.pixels[:, air].any()
    assert len({view.pixels.tobytes() for view in one.views}) == 4
