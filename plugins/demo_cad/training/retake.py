"""Takes the breasts of an exam again and again with other lesions in them, as far as lesions leave tissue
in its place.

A breast takes long to draw and a lesion does not: hits, of which there are few, come cheap this way.
Distortions pull at the tissue, which would have to be drawn anew, and are left out; so are what spiculated
masses pull.
"""

from dataclasses import replace

import numpy as np
from draw import who
from scene import DENSE_SHARE, DrawnView, beam_of, compressed_of, placed, shoot

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.rays import Rays
from klarsyn.simulation.xray.technique import choose_technique

TIMES = 4
_K = LesionKind
_SOFT = (
    _K.SPICULATED_MASS, _K.ILL_DEFINED_MASS, _K.ASYMMETRY, _K.SPICULATED_MASS, _K.ILL_DEFINED_MASS,
    _K.SMOOTH_MASS,
)  # fmt: skip
_CLUSTERS = (
    _K.PLEOMORPHIC_CLUSTER,
    _K.LINEAR_CLUSTER,
    _K.PLEOMORPHIC_CLUSTER,
    _K.LINEAR_CLUSTER,
    _K.ROUND_CLUSTER,
)
_LESIONS = (*(_SOFT,) * 3, *(_CLUSTERS,) * 2)
"""Those of soft tissue first: they find a place less easily."""


def retake(number: int, times: int = TIMES) -> list[DrawnView]:
    """Return the views of exam `number` with new lesions, `times` of each; the same number gives the same."""
    vendor, woman = who(number, np.random.default_rng([number, 31]))
    rng = np.random.default_rng([number, 33])
    views = []
    first = 0
    for laterality in (Laterality.RIGHT, Laterality.LEFT):
        compressed = compressed_of(woman.breast(laterality), vendor)
        healthy = [view.cast(beam_of(vendor)) for view in compressed]
        for _ in range(times):
            kinds = [some[int(rng.integers(len(some)))] for some in _LESIONS]
            lesions = placed(kinds, compressed, rng, first)
            first += len(_LESIONS)
            for view, tissue in zip(compressed, healthy, strict=True):
                rays = Rays(tissue.beam, tissue.fat.copy(), tissue.dense.copy())
                for part in (part for one in lesions.values() for part in one.parts(view)):
                    part.add_to(rays)
                technique = choose_technique(vendor, view.position, view.thickness_mm, DENSE_SHARE, rng)
                shot = shoot(view, rays, lesions, vendor, technique, rng)
                views.append(
                    replace(shot, view=replace(shot.view, view_id=f"{shot.view.view_id}-{len(views)}"))
                )
    return views
