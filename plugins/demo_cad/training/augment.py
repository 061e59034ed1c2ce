"""Training patches turned, shifted, scaled and shaded anew each time they are seen."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

_SHIFT = 6.0  # pixels
_SCALE = 0.12
_GAIN = 0.35
_NOISE = 0.02
_OVERLAID, _OVERLAY = 0.5, 0.6
_BRIGHTENED, _BRIGHTEST = 0.6, 5.0
_ABOVE_NOISE = 3.0


def augmented(patches: Tensor, side: int, rng: torch.Generator) -> Tensor:
    """Return (n, 1, side, side) from wider (n, wide, wide) patches: any turn, mirrored or not."""
    n, wide = patches.shape[0], patches.shape[-1]

    def drawn(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, generator=rng)

    angle, scale = drawn(0, 2 * math.pi), drawn(1 - _SCALE, 1 + _SCALE) * side / wide
    mirrored = torch.where(torch.rand(n, generator=rng) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    moved = (drawn(-_SHIFT, _SHIFT) * 2 / wide, drawn(-_SHIFT, _SHIFT) * 2 / wide)
    turns = torch.stack(
        [torch.stack([cos * mirrored, -sin, moved[0]], 1), torch.stack([sin * mirrored, cos, moved[1]], 1)], 1
    )
    grid = F.affine_grid(turns, [n, 1, side, side], align_corners=False)
    turned = F.grid_sample(
        patches[:, None].float(), grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )
    gain = torch.exp(drawn(-_GAIN, _GAIN))[:, None, None, None]
    noise = drawn(0, _NOISE)[:, None, None, None] * torch.randn(turned.shape, generator=rng)
    return turned * gain + noise


def overlaid(patches: Tensor, healthy: Tensor, rng: torch.Generator) -> Tensor:
    """Lay healthy tissue over half of (n, 1, side, side) patches, as more breast in the beam would: density
    adds up.

    `healthy` are the places of patches without a lesion; without any, nothing is laid over.
    """
    n = len(patches)
    shares = _OVERLAY * torch.rand(n, generator=rng) * (torch.rand(n, generator=rng) < _OVERLAID)
    if not len(healthy):
        return patches
    other = patches[healthy[torch.randint(len(healthy), (n,), generator=rng)]]
    return patches + shares[:, None, None, None] * (other - other.mean(dim=(2, 3), keepdim=True))


def brightened(patches: Tensor, suspicious: Tensor, rng: torch.Generator) -> Tensor:
    """Raise what stands out of the noise like a speck, one to five times, in most of the `suspicious` (n,) of
    (n, 1, side, side) patches.

    The simulator's benign calcifications are much brighter than its suspicious ones. A net that sees them as
    they are takes brightness itself for harmless, and drops the plainest clusters.
    """
    n = len(patches)
    often = (torch.rand(n, generator=rng) < _BRIGHTENED) & suspicious
    times = torch.where(often, _BRIGHTEST ** torch.rand(n, generator=rng), 1.0)[:, None, None, None]
    dots = _blurred(patches, 3) - _blurred(patches, 9)
    noise = dots.abs().mean(dim=(2, 3), keepdim=True)
    return patches + (times - 1) * F.relu(dots - _ABOVE_NOISE * noise)


def _blurred(patches: Tensor, side: int) -> Tensor:
    edge = side // 2
    return F.avg_pool2d(F.pad(patches, (edge,) * 4, mode="reflect"), side, stride=1)


def middle(patches: Tensor, side: int) -> Tensor:
    """Return (n, 1, side, side): the patches as they are."""
    start = (patches.shape[-1] - side) // 2
    return patches[:, None, start : start + side, start : start + side].float()
