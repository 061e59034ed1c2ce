"""A woman's two breasts, alike but no copies, and the same at every visit."""

from dataclasses import dataclass

import numpy as np

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.anatomy.curves import Strands
from klarsyn.simulation.anatomy.density import FILLS, SHARES, Density
from klarsyn.simulation.anatomy.distance import GRID_MM, signed_distance
from klarsyn.simulation.anatomy.envelope import Envelope
from klarsyn.simulation.anatomy.geometry import Geometry
from klarsyn.simulation.anatomy.gland import Gland, make_gland
from klarsyn.simulation.anatomy.node import Node, make_nodes
from klarsyn.simulation.anatomy.outline import Positioning, lay_out
from klarsyn.simulation.anatomy.pull import Pull, drawn
from klarsyn.simulation.anatomy.resample import sample
from klarsyn.simulation.anatomy.shape import BreastShape, make_shape, vary
from klarsyn.simulation.anatomy.sheets import Sheets
from klarsyn.simulation.anatomy.strands import make_strands
from klarsyn.simulation.anatomy.textures import Textures, make_textures
from klarsyn.simulation.anatomy.tracing import Traces

_SIDES = (Laterality.RIGHT, Laterality.LEFT)
_POSITIONS = (ViewPosition.CC, ViewPosition.MLO)
_SHEET_APART_MM = 3.6


@dataclass(frozen=True, slots=True, eq=False)
class Breast:
    """One breast, not yet compressed."""

    laterality: Laterality
    density: Density
    shape: BreastShape
    _gland: Gland
    _textures: Textures
    _strands: tuple[Strands, ...]
    _seed: tuple[int, ...]

    def compress(
        self,
        position: ViewPosition,
        height_mm: float,
        width_mm: float,
        visit: int,
        pulls: tuple[Pull, ...] = (),
    ) -> CompressedBreast:
        """Lay the breast on a detector of `height_mm` x `width_mm`.

        Parameters
        ----------
        position
            CC or MLO.
        visit
            0 is today, 1 and 2 are years earlier: the same tissue, laid and compressed a little differently.
        pulls
            Tissue is drawn towards these points.

        Raises
        ------
        ValueError
            For any other view.
        """
        if position not in _POSITIONS:
            raise ValueError(f"The simulator compresses breasts for CC and MLO, not for {position}.")
        view = _POSITIONS.index(position)
        shape, laid = self._at_visit(view, visit)
        outline = lay_out(shape, position, (height_mm, width_mm), self._rng(1, view), laid)
        skin = signed_distance(outline.skin, height_mm, width_mm)
        geometry = Geometry(
            position=position,
            height_mm=height_mm,
            width_mm=width_mm,
            # More lies between the plates in MLO: muscle and axilla.
            thickness_mm=float(np.clip(shape.thickness * (1.0 if view == 0 else 1.05), 20, 100)),
            outline=outline,
            skin=skin,
            scale=(shape.depth / self.shape.depth, shape.half_width / self.shape.half_width),
            half_beam_mm=self.shape.half_width,
        )
        count = max(6, round(self.shape.thickness / _SHEET_APART_MM))
        offsets = self._rng(2, view).uniform(0, 256, (count, 2)).astype(np.float32)
        sheets = Sheets(geometry, self._gland, self._textures, self.density, offsets, pulls)
        traces = tuple(_seen(strands, geometry, sheets, pulls) for strands in self._strands)
        nodes: tuple[Node, ...] = ()
        if position is ViewPosition.MLO:
            nodes = make_nodes(outline.pectoral, geometry.thickness_mm, self._rng(4))
        hull = Envelope(geometry, shape.nipple_length)
        return CompressedBreast(self.laterality, geometry, sheets, hull, traces, nodes)

    def _rng(self, *purpose: int) -> np.random.Generator:
        return np.random.default_rng([*self._seed, *purpose])

    def _at_visit(self, view: int, visit: int) -> tuple[BreastShape, Positioning]:
        rng = self._rng(3, view, visit)
        positioning = Positioning(
            shift=float(np.clip(rng.normal(0, 2), -4, 4)),
            pulled_out=float(np.clip(rng.normal(0, 1.5), -3, 3)),
            turn=float(np.clip(rng.normal(0, 1), -2, 2)),
        )
        shape = vary(self.shape, rng, 0.012)
        return (self.shape, Positioning(0.0, 0.0, 0.0)) if visit == 0 else (shape, positioning)


@dataclass(frozen=True, slots=True, eq=False)
class WomanAnatomy:
    """Both breasts of a woman; `thickness_mm` is that of her right breast under compression in CC."""

    density: Density
    thickness_mm: float
    right: Breast
    left: Breast

    def breast(self, laterality: Laterality) -> Breast:
        """Return her right or left breast."""
        return self.right if laterality is Laterality.RIGHT else self.left


def make_woman(
    seed: tuple[int, ...], density: Density | None = None, thickness_mm: float | None = None
) -> WomanAnatomy:
    """Make both breasts of a woman; what is not given is drawn as common as it is among women screened.

    Raises
    ------
    ValueError
        When the thickness is not one that a breast can be compressed to.
    """
    if thickness_mm is not None and not 20 <= thickness_mm <= 100:
        raise ValueError(
            f"A breast is compressed to 20 to 100 mm, and {thickness_mm:g} mm was asked for: "
            "choose a thickness in that range."
        )
    rng = np.random.default_rng([*seed, 1])
    drawn_density = list(Density)[int(rng.choice(4, p=list(SHARES.values())))]
    drawn_thickness = float(np.clip(rng.normal(55, 10), 32, 78))
    density = density or drawn_density
    thickness = drawn_thickness if thickness_mm is None else float(thickness_mm)
    base = make_shape(rng, thickness)
    textures = make_textures(np.random.default_rng([*seed, 2]))
    breasts = []
    for side, laterality in enumerate(_SIDES):
        own = np.random.default_rng([*seed, 4, side])
        shape = base if side == 0 else vary(base, own, 0.015)
        gland = make_gland(shape, density, np.random.default_rng([*seed, 3]), own)
        strands = make_strands(shape, FILLS[density].strands, own)
        breasts.append(Breast(laterality, density, shape, gland, textures, strands, (*seed, 5, side)))
    return WomanAnatomy(density, thickness, breasts[0], breasts[1])


def _seen(strands: Strands, geometry: Geometry, sheets: Sheets, pulls: tuple[Pull, ...]) -> Traces:
    """Return `strands` as the view sees them, fading out at the skin, in gland and behind muscle."""
    points = drawn(strands.points, pulls)
    x, y, z = geometry.place(points[..., 0], points[..., 1], points[..., 2])
    skin = sample(geometry.skin, GRID_MM, x, y)
    area = np.asarray(strands.area_mm2 * np.clip((skin - 1) / 3, 0, 1), np.float32)
    length = np.maximum(geometry.length(skin), 1)
    share = np.clip(sample(sheets.dense_length, sheets.coarse_mm, x, y) / length, 0, 1)
    area *= 1 - np.float32(1 - strands.in_gland) * share
    behind = geometry.pectoral_depth(2.0)
    if behind is not None:
        area *= np.clip(1 - sample(behind, 2.0, x, y) / 3, 0.08, 1)
    return Traces(x, y, z, area, strands.width_mm, strands.ribbon_mm)
