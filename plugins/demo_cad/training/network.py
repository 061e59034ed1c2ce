"""The network that looks at a candidate's patch: two small residual nets, one for each kind.

Specks and masses have nothing in common but grey values, so that the nets share their form and no weights.
Each takes patches of grey values as the engine's `patches.py` cuts them and standardises them itself, so
that gain and offset of a maker's processing cannot matter much: one channel keeps the strength of contrast,
the other divides it by the patch's own spread, two show fine detail in units of its own spread: as it is,
and as dots the size of calcifications.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (everybody's name for it)

CHANNELS = 4
WIDTHS = (16, 24, 32, 48)
_STRENGTH = 4.0
_FLOOR = 0.02
_BOUND = 6.0
FAINT = 0.05
ONE = math.log(math.e - 1)
"""Where softplus is 1."""


class Standardise(nn.Module):
    """(n, 1, side, side) grey values to four channels."""

    def forward(self, grey: Tensor) -> Tensor:
        off = grey - grey.mean(dim=(2, 3), keepdim=True)
        spread = (off * off).mean(dim=(2, 3), keepdim=True).sqrt()
        narrow, wide = _mean(grey, 3), _mean(grey, 9)
        fine, dots = grey - narrow, narrow - wide
        channels = (off * _STRENGTH, off / (spread + _FLOOR), _in_own_spread(fine), _in_own_spread(dots))
        return torch.cat(channels, dim=1).clamp(-_BOUND, _BOUND)


def _mean(grey: Tensor, side: int) -> Tensor:
    """Return the mean of the `side` by `side` pixels around each."""
    edge = side // 2
    return F.avg_pool2d(F.pad(grey, (edge, edge, edge, edge), mode="reflect"), side, stride=1)


def _in_own_spread(detail: Tensor) -> Tensor:
    """By the mean absolute value: squares would let bright specks hide the noise that they stand out of."""
    return detail / (detail.abs().mean(dim=(2, 3), keepdim=True) + _FLOOR / 4)


class Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        inside = F.relu(self.norms[0](self.first(x)))
        return F.relu(x + self.norms[1](self.second(inside)))


class Head(nn.Module):
    """One kind's net: patches to logits (n,)."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [Standardise()]
        for before, width in zip((CHANNELS, *WIDTHS[:-1]), WIDTHS, strict=True):
            layers += [
                nn.Conv2d(before, width, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()
            ]  # fmt: skip
            if before > CHANNELS:  # At the size of the first, a shortcut would cost as much as all the rest.
                layers.append(Residual(width))
        self.trunk = nn.Sequential(*layers)
        self.dropout = nn.Dropout(0.3)
        self.last = nn.Linear(2 * WIDTHS[-1], 1)

    def forward(self, grey: Tensor) -> Tensor:
        seen = self.trunk(grey)
        # What is in the middle is asked about; the rest is its surroundings.
        middle = seen[:, :, 2:4, 2:4].mean(dim=(2, 3))
        both = torch.cat((middle, seen.amax(dim=(2, 3))), dim=1)
        return self.last(self.dropout(both))[:, 0]


class Judge(nn.Module):
    """A head and what its answer is worth: patches and the filters' evidence to evidence on the engine's
    scale.

    `weights` (of the logit, of the logarithm of the filters' evidence, of 1) give log odds of a suspicious
    lesion; `usual` are those of the strongest place on one normal view in ten. Evidence is 1 there, never
    below 0, and beyond it grows by 1 each time that the odds grow e-fold.
    """

    def __init__(self, head: Head) -> None:
        super().__init__()
        self.head = head
        self.register_buffer("weights", torch.tensor([1.0, 0.0, 0.0]))
        self.register_buffer("usual", torch.zeros(()))

    def forward(self, grey: Tensor, by_filters: Tensor) -> Tensor:
        logs = torch.log(by_filters + FAINT)
        odds = self.weights[0] * self.head(grey) + self.weights[1] * logs + self.weights[2]
        return F.softplus(odds - self.usual + ONE)


def parameters(net: nn.Module) -> int:
    """Count the weights."""
    return sum(p.numel() for p in net.parameters())
