"""Teaches one head: rounds over all hits and a share of the rest, with the rest chosen by how hard it was."""

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from augment import augmented, brightened, middle, overlaid
from examples import Examples
from network import Head
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.patches import SIDE

_BATCH = 64
_PEAK_RATE, _DECAY = 3e-3, 1e-3
_AVERAGED = 3.0  # The average forgets three times in an epoch.


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how to learn. After `easy` epochs the negatives are those that score highest, half of
    them."""

    epochs: int = 16
    easy: int = 4
    negatives_a_hit: float = 1.5
    seed: int = 20261125
    minutes: float = 30.0


def learn(
    train: Examples, judge: Examples, course: Course, say: Callable[[str], None] = print
) -> tuple[Head, float]:
    """Return the head of the epoch that told `judge`'s hits best, and its area under the curve."""
    torch.manual_seed(course.seed)
    torch.use_deterministic_algorithms(True)
    rng = torch.Generator().manual_seed(course.seed)
    numbers = np.random.default_rng(course.seed)
    head = Head().to(memory_format=torch.channels_last)
    hits, others = np.flatnonzero(train.hit & train.fair), np.flatnonzero(~train.hit & train.fair)
    each = min(len(others), int(course.negatives_a_hit * len(hits)))
    steps = -(-(len(hits) + each) // _BATCH)
    optimiser = torch.optim.AdamW(head.parameters(), lr=_PEAK_RATE / 10, weight_decay=_DECAY)
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, _PEAK_RATE, total_steps=steps * course.epochs, pct_start=0.2
    )
    hard = np.ones(len(others))
    averaged = copy.deepcopy(head)
    best, best_area = copy.deepcopy(head), 0.0
    start = time.monotonic()
    for epoch in range(course.epochs):
        chosen = np.concatenate([hits, numbers.choice(others, each, replace=False, p=hard / hard.sum())])
        loss = _one_epoch(head, averaged, optimiser, rates, train, numbers.permutation(chosen), rng)
        area = area_of(judged(averaged, judge), judge)
        if area > best_area:
            best, best_area = copy.deepcopy(averaged), area
        say(f"epoch {epoch + 1}: loss {loss:.4f}, area {area:.4f}, {time.monotonic() - start:.0f} s")
        if time.monotonic() - start > 60 * course.minutes:
            break
        if epoch + 1 >= course.easy and (epoch + 1 - course.easy) % 4 == 0:
            # What the net takes for lesions is seen more often; all of it is still seen at times.
            hard = 0.1 + 1 / (1 + np.exp(-judged(averaged, train, others)))
    return best.eval(), best_area


def _one_epoch(
    head: Head,
    averaged: Head,
    optimiser: torch.optim.Optimizer,
    rates: torch.optim.lr_scheduler.LRScheduler,
    train: Examples,
    order: npt.NDArray[np.int64],
    rng: torch.Generator,
) -> float:
    head.train()
    losses = []
    share = min(0.5, _AVERAGED * _BATCH / len(order))
    for part in _parts(order):
        wide = torch.from_numpy(train.patches[part])
        healthy = torch.from_numpy(np.flatnonzero(~train.hit[part]))
        seen = overlaid(augmented(wide, SIDE, rng), healthy, rng)
        if train.lesion_type is LesionType.CALCIFICATIONS:
            seen = brightened(seen, torch.from_numpy(train.hit[part]), rng)
        seen = seen.contiguous(memory_format=torch.channels_last)
        truth = torch.from_numpy(train.hit[part].astype(np.float32))
        loss = F.binary_cross_entropy_with_logits(head(seen), truth * 0.96 + 0.02)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(head.parameters(), 5.0)
        optimiser.step()
        rates.step()
        _follow(averaged, head, share)
        losses.append(float(loss.detach()))
    return float(np.mean(losses))


def _follow(averaged: Head, head: Head, share: float) -> None:
    """Let the average of the last steps come a little nearer: it is steadier than any of them."""
    with torch.no_grad():
        for mean, now in zip(averaged.state_dict().values(), head.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(now, share)
            else:
                mean.copy_(now)


def judged(head: Head, on: Examples, which: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.float64]:
    """Return the logit of each example."""
    head.eval()
    order = np.arange(len(on)) if which is None else which
    with torch.inference_mode():
        scores: list[Tensor] = [
            head(
                middle(torch.from_numpy(on.patches[part]), SIDE).contiguous(memory_format=torch.channels_last)
            )
            for part in _parts(order, 256)
        ]
    return torch.cat(scores).numpy().astype(np.float64) if scores else np.zeros(0)


def area_of(scores: npt.NDArray[np.float64], on: Examples) -> float:
    """Area under the curve of fair, found candidates: the chance that a hit scores above another."""
    used = on.fair & ~on.placed
    hits, others = scores[used & on.hit], np.sort(scores[used & ~on.hit])
    if not len(hits) or not len(others):
        return 0.5
    below = np.searchsorted(others, hits, "left") + np.searchsorted(others, hits, "right")
    return float(below.mean() / (2 * len(others)))


def _parts(order: npt.NDArray[np.int64], size: int = _BATCH) -> Iterator[npt.NDArray[np.int64]]:
    for first in range(0, len(order), size):
        part = order[first : first + size]
        # A batch of one has no spread to normalise by.
        if len(part) > 1 or len(order) == 1:
            yield part
