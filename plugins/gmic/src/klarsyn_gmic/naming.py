"""Names in a file -> names here: a site's own `names.toml`, and a proposal of one.

The names of `tensors.py` are inferred, so a file may name its tensors otherwise. Shapes and their order tell
nearly which is which, but not all of it (`attention.V` and `attention.U` have one shape), so a proposal is
never applied by itself: a person reads it, saves it as `names.toml` beside the weights, and imports again.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from klarsyn.engine.package import NotAnEngine
from klarsyn_gmic.comparing import State
from klarsyn_gmic.tensors import TENSORS

NAMES = "names.toml"
Signature = tuple[str, tuple[int, ...]]


def renamed(state: State, names: Path) -> State:
    """Return the state dict under the names here, where `names` exists; a name not told of stays.

    Raises
    ------
    NotAnEngine
        If the file cannot be read, names a tensor that there is not, or one twice.
    """
    if not names.is_file():
        return state
    try:
        told = tomllib.loads(names.read_text(encoding="utf-8"))["names"]
        pairs = {str(theirs): str(ours) for ours, theirs in told.items()}
        if len(pairs) != len(told):
            raise ValueError("a tensor stands there twice")
    except (KeyError, AttributeError, ValueError) as error:
        raise NotAnEngine(
            f'{names} cannot be read ({error}). It has one table [names] with lines like "name here" = "name '
            'in the file"; nothing was imported.'
        ) from error
    if unknown := sorted(set(pairs) - set(state)):
        raise NotAnEngine(
            f"{names} names {unknown[0]!r}, which is not among the weights. Correct it; nothing was imported."
        )
    found = {pairs.get(name, name): values for name, values in state.items()}
    if len(found) != len(state):
        raise NotAnEngine(f"{names} gives one name to two tensors. Correct it; nothing was imported.")
    return found


def proposal(state: State) -> str | None:
    """Return a `names.toml` that fits the shapes in their order, or None where they do not fit at all.

    Tensors are paired within each part of the network, since the parts share shapes.
    """
    ours = {tensor.name: (_kind(tensor.name), tensor.shape) for tensor in TENSORS}
    theirs = {name: (_kind(name), values.shape) for name, values in state.items()}
    if Counter(ours.values()) != Counter(theirs.values()):
        return None
    pairs: dict[str, str] = {}
    for part in _groups(ours).values():
        left = {name: ours[name] for name in part}
        fits = [
            g for g in _groups(theirs).values() if Counter(theirs[n] for n in g) == Counter(left.values())
        ]
        if len(fits) == 1:
            pairs |= _in_order(left, {name: theirs[name] for name in fits[0]})
    rest = {name: sign for name, sign in theirs.items() if name not in pairs.values()}
    pairs |= _in_order({n: s for n, s in ours.items() if n not in pairs}, rest)
    lines = [f'"{name}" = "{pairs[name]}"' for name in ours]
    head = "# Proposed from shapes and their order, not known. Read it before you trust it."
    return "\n".join([head, "[names]", *lines]) + "\n"


def _kind(name: str) -> str:
    return name.rpartition(".")[2]


def _groups(names: Iterable[str]) -> dict[str, list[str]]:
    """Put names together by their first word, or the second where all begin alike."""
    words = [name.split(".") for name in names]
    place = int(len({word[0] for word in words}) == 1)
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[min(place, len(word) - 1)], []).append(".".join(word))
    return groups


def _in_order(ours: Mapping[str, Signature], theirs: Mapping[str, Signature]) -> dict[str, str]:
    waiting: dict[Signature, list[str]] = {}
    for name, signature in theirs.items():
        waiting.setdefault(signature, []).append(name)
    return {name: waiting[signature].pop(0) for name, signature in ours.items()}
