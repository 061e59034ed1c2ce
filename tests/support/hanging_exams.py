"""Exams of headers only, for tests of what hangs where."""

from datetime import UTC, date, datetime

from klarsyn.domain.exam import (
    Exam,
    ExamType,
    Image,
    Laterality,
    Patient,
    Spacing,
    ViewModifier,
    ViewPosition,
)
from klarsyn.domain.stack import Stack

TODAY = date(2026, 11, 2)
FOUR = ("R CC", "L CC", "R MLO", "L MLO")


def an_image(uid: str, view: str = "", **facts: object) -> Image:
    """An image by the label of its view: "R CC", "L MLO ID", "? CC", or "" for one that codes nothing."""
    side, position, *modifiers = view.split() if view else ("?", "?")
    return Image(
        uid,
        "1.2.840.10008.5.1.4.1.1.1.2",
        "2.25.1",
        3328,
        2560,
        laterality=None if side == "?" else Laterality(side),
        view_position=None if position == "?" else ViewPosition(position),
        modifiers=tuple(ViewModifier(m) for m in modifiers),
        spacing=Spacing(0.07, 0.07, "ImagerPixelSpacing"),
        **facts,
    )


def a_volume(uid: str, view: str = "R CC", slices: int = 40, **facts: object) -> Image:
    """A tomosynthesis of slices of 1 mm, by the label of its view."""
    stack = Stack(tuple(float(n) for n in range(slices)), thickness_mm=1.0)
    return an_image(uid, view, frames=slices, **{"stack": stack, **facts})


def an_exam(*images: Image, name: str = "now", day: date | None = TODAY) -> Exam:
    """One exam with these images."""
    arrived = datetime(2026, 11, 2, tzinfo=UTC)
    return Exam(name, name, Patient(), day, arrived, ExamType.FFDM, images)


def four_views(
    name: str = "now", day: date | None = date(2026, 11, 2), views: tuple[str, ...] = FOUR
) -> Exam:
    """An exam with one image a view; their UIDs are the exam's name and the view."""
    return an_exam(*(an_image(f"{name} {view}", view) for view in views), name=name, day=day)
