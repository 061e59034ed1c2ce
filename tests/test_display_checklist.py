"""docs/display-checklist.md: forty points, each with a test that exists or an issue that it waits for."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "display-checklist.md"
PICTURES = PAGE.parent / "images" / "checklist"
POINTS = range(1, 41)
WITHOUT_PICTURE = {
    16: "it is about movement",
}
"""The points that no picture can show, or not yet, and why."""

ROW = re.compile(r"^\| *(\d+) *\| (.+) \| (.+) \| ?(.*?) ?\|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
WAITS = re.compile(r"waits for issue \d+\b")
PICTURE = re.compile(r"\]\((images/checklist/[\w-]+\.png)\)")


def rows() -> dict[int, tuple[str, str]]:
    """Number of a point -> (what its row says of its state, of its picture)."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len({number for number, *_ in found}) == len(found), "a point stands twice"
    return {int(number): (state, picture) for number, _, state, picture in found}


@cache
def collected_from(file: str) -> frozenset[str]:
    """Names of the tests of a file; none when pytest would not collect it."""
    path = ROOT / file
    if not path.name.startswith("test_") or not path.is_file():
        return frozenset()
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return frozenset(n.name for n in body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_"))


def is_skipped(file: str, name: str) -> bool:
    """True for a test that is marked never to run."""
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    (test,) = (n for n in body if isinstance(n, ast.FunctionDef) and n.name == name)
    return any(re.search(r"mark\.(skip|xfail)\b", ast.unparse(d)) for d in test.decorator_list)


def test_all_forty_points_are_there_in_their_order() -> None:
    assert list(rows()) == list(POINTS)


@pytest.mark.parametrize("number", POINTS)
def test_no_point_is_without_a_test_or_an_issue_that_it_waits_for(number: int) -> None:
    state, _ = rows()[number]
    assert TEST.search(state) or WAITS.search(state), state


@pytest.mark.parametrize("number", POINTS)
def test_each_test_that_a_point_names_exists_and_runs(number: int) -> None:
    state, _ = rows()[number]
    named = TEST.findall(state)
    assert len(named) == state.count("`tests/"), "a test is named in a way that is not understood"
    for file, name in named:
        assert name in collected_from(file), f"{file} has no {name}"
        assert not is_skipped(file, name), f"{name} never runs"


@pytest.mark.parametrize("number", POINTS)
def test_each_point_has_a_picture_unless_none_can_show_it(number: int) -> None:
    state, picture = rows()[number]
    assert bool(PICTURE.search(picture)) != (number in WITHOUT_PICTURE)
    if WITHOUT_PICTURE.get(number) == "waits":
        assert WAITS.search(state), "it waits for nothing any more: it wants its picture"


def test_each_picture_exists_is_small_and_is_shown() -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = {PAGE.parent / path for path in PICTURE.findall(page)}
    there = set(PICTURES.glob("*"))
    assert shown == there
    assert len(there) <= 26
    assert all(0 < path.stat().st_size <= 150 * 1024 for path in there)
