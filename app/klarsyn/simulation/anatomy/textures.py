"""The fine structure of one woman's tissue: large periodic textures, made once, used at every height."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.anatomy.noise import power_law_field, ridges

Field = npt.NDArray[np.float32]

TEXTURE_MM = 0.25
"""Pixel of the textures; they repeat after 256 mm, more than a breast."""
_SIZE = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Textures:
    """`channels` is (1024, 1024, 3): lobules and grain (mean 0, standard deviation 1), septa (0 to 1).

    `fibres` is (1024, 1024), mean 0 and standard deviation 1, for muscle, `bays` (192, 192) the like for the
    borders of gland, with pixels of 1.6 mm.
    """

    channels: Field
    fibres: Field
    bays: Field


def make_textures(rng: np.random.Generator) -> Textures:
    """Make the textures of one woman."""
    size = (_SIZE, _SIZE)
    # Gland itself is smoother than tissue: what is drawn into it must fall more slowly than 2.7, so that the
    # sum of both does not fall faster.
    lobules = power_law_field(rng, size, TEXTURE_MM, 22.0, beta=2.2, shortest_mm=0.5)
    grain = power_law_field(rng, size, TEXTURE_MM, 14.0, beta=2.3)
    net = ridges(power_law_field(rng, size, TEXTURE_MM, 16.0, beta=3.8, shortest_mm=2.0), 0.13)
    finer = ridges(power_law_field(rng, size, TEXTURE_MM, 7.0, beta=3.6, shortest_mm=0.9), 0.18)
    # Septa come and go: where they are strong, finer ones branch from them.
    gate = np.clip(0.15 + 0.75 * np.roll(lobules, (317, 491), (0, 1)), 0, 1.6)
    septa = np.maximum(net, 0.7 * finer) * gate
    fibres = power_law_field(rng, size, TEXTURE_MM, 12.0, beta=2.8, shortest_mm=0.5)
    channels = np.ascontiguousarray(np.stack([lobules, grain, septa], axis=-1), np.float32)
    bays = power_law_field(rng, (192, 192), 1.6, 40.0, beta=3.6, shortest_mm=5.0)
    return Textures(channels, fibres, bays)
