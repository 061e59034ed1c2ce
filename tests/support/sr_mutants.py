"""Reports spoiled at random: items dropped, doubled, moved and tied in knots; values, types and bytes.

A mutant is known by its number alone: `mutant(n)` is the same on every machine.
"""

import random
import struct
from functools import cache

import sr_concepts as c
from sr_all_cases import a_case
from sr_bytes import (
    CODE,
    CONTENT,
    IDENTIFIER,
    NAME,
    RELATIONSHIP,
    VALUE_TYPE,
    Element,
    Item,
    as_file,
    copied,
    elements,
    value_of,
)

SEED = 20260105
BASES = (
    "distortion",
    "composite_refers_forward_and_back",
    "on_key_frames",
    "every_kind_of_number",
    "partial_with_findings",
    "no_findings",
    "on_for_processing_images",
    "style_of_slices",
    "style_of_scored_regions",
)
_VRS = ("AE", "CS", "DA", "DS", "FD", "FL", "IS", "OB", "SQ", "TM", "UC", "UI", "UL", "UN", "US", "UT")
_VALUES = (
    b"",
    b"\0\xff",
    b"abc ",
    b"nan ",
    b"1e999 ",
    b"-1",
    b"0 ",
    b"2.25.1",
    b"9" * 12,
    b"\\\\",
    b"x" * 70,
)
_NUMBERS = (float("nan"), float("inf"), -1.0, -1e30, 1e30, 0.0, 0.5, 189.9, 240.0, 241.0, 1e-40)
_RELATIONSHIPS = (b"CONTAINS", b"INFERRED FROM ", b"SELECTED FROM ", b"HAS PROPERTIES", b"HAS CONCEPT MOD ")
_TYPES = (b"CODE", b"NUM ", b"TEXT", b"SCOORD", b"IMAGE ", b"CONTAINER ", b"COMPOSITE ", b"SCOORD3D", b"?")
_CONCEPTS = (
    *(c.FINDING, c.COMPOSITE, c.IMPRESSION, c.SUMMARY, c.CENTER, c.OUTLINE, c.INTENT, c.CERTAINTY),
    *(c.ALL_WITHOUT, c.ALL_WITH, c.CLUSTER, c.MASS, c.NIPPLE, c.DETECTIONS, c.FAILED, c.HIDDEN),
)
_MARKS = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0")
_HEADER_SHARE, _BYTES_SHARE = 0.15, 0.15
_MOST_ITEMS = 1500
"""No more is done to a tree of this size: doubling doubles fast."""


@cache
def _base(name: str) -> Item:
    return elements(a_case(name).dataset)


def mutant(number: int) -> bytes:
    """The file of one mutant."""
    rng = random.Random(SEED * 1_000_003 + number)
    whole = copied(_base(rng.choice(BASES)))
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        if len(_items(whole)) > _MOST_ITEMS:
            break
        if rng.random() < _HEADER_SHARE:
            _spoil_element(whole, rng)
        else:
            rng.choice(_OPERATIONS)(whole, rng)
    data = as_file(whole)
    return _damaged(data, rng) if rng.random() < _BYTES_SHARE else data


def _items(whole: Item) -> list[tuple[Item, list[Item]]]:
    """Every content item with the list that it stands in."""
    found: list[tuple[Item, list[Item]]] = []
    todo = [whole]
    while todo:
        below = value_of(todo.pop(), CONTENT)
        if isinstance(below, list):
            found += [(item, below) for item in below]
            todo += below
    return found


def _any_item(whole: Item, rng: random.Random) -> tuple[Item, list[Item]]:
    return rng.choice(_items(whole) or [(whole, [whole])])


def _element(item: Item, tag: int, vr: str, value: bytes | list) -> None:
    """Set an element, in its place by tag."""
    item[:] = sorted((*(each for each in item if each[0] != tag), [tag, vr, value]), key=lambda each: each[0])


def _below(item: Item) -> list[Item]:
    """The items below an item, which gets an empty sequence where it has none."""
    below = value_of(item, CONTENT)
    if not isinstance(below, list):
        below = []
        _element(item, CONTENT, "SQ", below)
    return below


def _drop(whole: Item, rng: random.Random) -> None:
    item, among = _any_item(whole, rng)
    among[:] = [each for each in among if each is not item]


def _double(whole: Item, rng: random.Random) -> None:
    item, among = _any_item(whole, rng)
    among += [copied(item) for _ in range(rng.choice((1, 1, 1, 2, 30)))]


def _swap(whole: Item, rng: random.Random) -> None:
    """Change the content of two items, or the order of those that stand together."""
    (one, _), (other, among) = _any_item(whole, rng), _any_item(whole, rng)
    if rng.random() < 0.5:
        rng.shuffle(among)
    else:
        one[:], other[:] = copied(other), copied(one)


def _move(whole: Item, rng: random.Random) -> None:
    """Hang an item below another one."""
    (item, among), (parent, _) = _any_item(whole, rng), _any_item(whole, rng)
    _below(parent).append(copied(item))
    if rng.random() < 0.7:
        among[:] = [each for each in among if each is not item]


def _deepen(whole: Item, rng: random.Random) -> None:
    """Put an item below a chain of its own shells."""
    item, among = _any_item(whole, rng)
    shell = [each for each in item if each[0] != CONTENT]
    inner = copied(item)
    for _ in range(rng.choice((1, 2, 5, 30))):
        outer = copied(shell)
        _element(outer, CONTENT, "SQ", [inner])
        inner = outer
    among.append(inner)


def _point_elsewhere(whole: Item, rng: random.Random) -> None:
    """Let an item be, or hold, a reference to any place: itself, its parents, nothing."""
    item, _ = _any_item(whole, rng)
    path = [1, *(rng.choice((1, 1, 2, 3, 4, 5, 9)) for _ in range(rng.randrange(5)))]
    path = rng.choice((path, path, [0], [], [2**32 - 1], [1]))
    target = struct.pack(f"<{len(path)}I", *path)
    if rng.random() < 0.5:
        _element(item, IDENTIFIER, "UL", target)
    else:
        way = rng.choice(_RELATIONSHIPS)
        _below(item).append([[RELATIONSHIP, "CS", way], [IDENTIFIER, "UL", target]])


def _rename(whole: Item, rng: random.Random) -> None:
    """Change what an item is called, says, is of type, or how it is related."""
    item, _ = _any_item(whole, rng)
    value, scheme, _ = rng.choice(_CONCEPTS)
    concept = [[0x00080100, "SH", _even(value)], [0x00080102, "SH", _even(scheme)], [0x00080104, "LO", b"?"]]
    kind = rng.randrange(5)
    if kind < 2:
        _element(item, (NAME, CODE)[kind], "SQ", rng.choice(([concept], [concept], [], [concept, concept])))
    elif kind == 2:
        _element(item, VALUE_TYPE, "CS", rng.choice(_TYPES))
    elif kind == 3:
        _element(item, RELATIONSHIP, "CS", rng.choice(_RELATIONSHIPS))
    else:
        other, _ = _any_item(whole, rng)
        if other:
            # A copy: what stood above itself would have no end.
            _element(item, *copied([rng.choice(other)])[0])


def _spoil_item(whole: Item, rng: random.Random) -> None:
    _spoil_element(_any_item(whole, rng)[0], rng)


def _spoil_element(item: Item, rng: random.Random) -> None:
    """Spoil an element of an item, or of what stands in one of its sequences."""
    while item:
        element: Element = rng.choice(item)
        if isinstance(element[2], list) and element[0] != CONTENT and element[2] and rng.random() < 0.8:
            item = rng.choice(element[2])
            continue
        break
    else:
        return
    kind = rng.randrange(6)
    if kind == 0:
        item.remove(element)
    elif kind == 1:
        item.append([element[0], element[1], element[2]])
    elif kind == 2:
        element[1] = rng.choice(_VRS)
    elif kind == 3:
        element[2] = rng.choice(_VALUES)
    elif isinstance(element[2], bytes) and element[1] in ("FL", "FD"):
        _spoil_numbers(element, rng)
    elif isinstance(element[2], bytes) and element[2]:
        data = bytearray(element[2])
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        element[2] = bytes(data)
    else:
        element[2] = rng.choice(([], b"", [[]], [[[NAME, "SQ", []]]]))


def _spoil_numbers(element: Element, rng: random.Random) -> None:
    numbers = list(struct.unpack(f"<{len(element[2]) // 4}f", element[2][: len(element[2]) // 4 * 4]))
    for _ in range(rng.randint(1, 3)):
        if numbers and rng.random() < 0.6:
            numbers[rng.randrange(len(numbers))] = rng.choice(_NUMBERS)
        elif rng.random() < 0.5:
            numbers.append(rng.choice(_NUMBERS))
        else:
            del numbers[:1]
    element[2] = struct.pack(f"<{len(numbers)}f", *numbers)


def _even(value: str) -> bytes:
    raw = value.encode()
    return raw + b" " * (len(raw) % 2)


def _damaged(whole: bytes, rng: random.Random) -> bytes:
    """Flip, cut, repeat or overwrite a few bytes."""
    data = bytearray(whole)
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(132, max(len(data), 133))
        kind = rng.randrange(5)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at : at + 4] = rng.choice(
                [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"]
            )
        elif kind == 2:
            del data[at : at + rng.randint(1, 40)]
        elif kind == 3:
            data[at:at] = data[at : at + rng.randint(1, 40)]
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


_OPERATIONS = (
    *(_drop, _double, _swap, _move, _deepen),
    *(_point_elsewhere, _point_elsewhere, _rename, _rename),
    *(_spoil_item, _spoil_item, _spoil_item, _spoil_item),
)
