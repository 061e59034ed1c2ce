"""Relationships by reference between Content Items (PS3.3 C.17.3.2.5), and circles, which are not allowed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from klarsyn.dicom.content.item import ContentItem, Position, spelled_position, tell


def link(items: Mapping[Position, ContentItem], problems: list[str]) -> None:
    """Give every item by reference its target; those without one, or in a circle, are told and get none."""
    referring = [item for item in items.values() if item.refers_to is not None]
    if not referring:
        return
    above = _above(referring)
    further = False
    for item in referring:
        target = items.get(item.refers_to or ())
        if target is None or target.refers_to is not None:
            _refuse(item, "which does not exist", problems)
        elif item.position[: len(target.position)] == target.position:
            _refuse(item, "under which it stands itself: a circle", problems)
        else:
            object.__setattr__(item, "target", target)
            further = further or target.position in above
    if further:
        _break_circles(items[(1,)], problems)


def _above(referring: list[ContentItem]) -> set[Position]:
    """Return the positions under which something refers: only through these can there be circles."""
    found: set[Position] = set()
    for item in referring:
        position = item.position[:-1]
        while position and position not in found:
            found.add(position)
            position = position[:-1]
    return found


@dataclass(slots=True)
class _Visit:
    item: ContentItem
    by: ContentItem | None
    """The item by reference through which it was reached."""
    rest: Iterator[ContentItem]


def _break_circles(root: ContentItem, problems: list[str]) -> None:
    """Cut, of every circle, the last reference that closes it."""
    underway = {root.position}
    done: set[Position] = set()
    path = [_Visit(root, None, iter(root.children))]
    while path:
        child = next(path[-1].rest, None)
        if child is None:
            left = path.pop().item.position
            underway.discard(left)
            done.add(left)
            continue
        by = child if child.refers_to is not None else None
        following = child.target if by is not None else child
        if following is None or following.position in done:
            continue
        if following.position not in underway:
            underway.add(following.position)
            path.append(_Visit(following, by, iter(following.children)))
            continue
        closing = by or next((visit.by for visit in reversed(path) if visit.by is not None), None)
        if closing is not None:
            object.__setattr__(closing, "target", None)
            _refuse(closing, "which leads back to it: a circle", problems)


def _refuse(item: ContentItem, why: str, problems: list[str]) -> None:
    at, named = spelled_position(item.position), spelled_position(item.refers_to or ())
    tell(problems, f"Content item {at} refers to item {named}, {why}.")
