"""The cases of CAD reports: each a tree as a maker may send it, about the exam of `small_mammograms`.

Coordinates fit single precision, as SCOORD's GraphicData holds them, so that tests compare them exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sr_concepts as c
import sr_mammography as m
from pydicom.dataset import FileDataset
from sr_builder import Node, code, num, reference
from sr_files import Sender, report
from sr_mammography import Library, Seen, center, composite, finding, impression, outline, summary

R_CC = Seen("2.25.7700000", c.RIGHT, c.CC, ("P", "L"), series="2.25.9900000")
L_CC = Seen("2.25.7700001", c.LEFT, c.CC, ("A", "R"), series="2.25.9900001")
R_MLO = Seen("2.25.7700002", c.RIGHT, c.MLO, ("P", "F"), series="2.25.9900002")
L_MLO = Seen("2.25.7700003", c.LEFT, c.MLO, ("A", "F"), series="2.25.9900003")
FOUR = (R_CC, L_CC, R_MLO, L_MLO)

SQUARE = ((40.5, 50.25), (60.5, 50.25), (60.5, 70.75), (40.5, 70.75), (40.5, 50.25))
TRIANGLE = ((100.0, 120.0), (130.0, 120.0), (115.0, 150.5), (100.0, 120.0))
SPECKS = ((45.5, 55.5), (50.5, 60.5), (55.5, 65.5))

ROOTS: dict[str, Callable[[], tuple[Node, Library]]] = {}
"""Of each case what makes its tree and its image library, by name."""
SENDERS: dict[str, Sender] = {}


@dataclass(frozen=True)
class Case:
    """One case, whole."""

    name: str
    root: Node
    library: Library

    @property
    def dataset(self) -> FileDataset:
        return report(self.root, self.library.evidence, SENDERS.get(self.name))


def a_case(name: str) -> Case:
    """Build a case anew."""
    return Case(name, *ROOTS[name]())


def case(
    make: Callable[[], tuple[Node, Library]] | None = None, *, sender: Sender | None = None
) -> Callable[..., Callable[[], tuple[Node, Library]]]:
    """Enter a function among the cases, under its name."""

    def enter(function: Callable[[], tuple[Node, Library]]) -> Callable[[], tuple[Node, Library]]:
        ROOTS[function.__name__] = function
        if sender is not None:
            SENDERS[function.__name__] = sender
        return function

    return enter if make is None else enter(make)


def done(library: Library, *kinds: c.Concept, by: tuple[str, ...] = m.FINDER) -> tuple[Node, Node]:
    """Detections and analyses that all went well, on all images."""
    on = tuple(library.entries.values())
    found = tuple(m.performed(c.DETECTION, kind, on, by) for kind in kinds)
    analysed = (m.performed(c.ANALYSIS, c.COLLOCATION, on, by),)
    return m.detections(c.SUCCEEDED, found), m.analyses(c.SUCCEEDED, analysed)


def whole(
    library: Library, *impressions: Node, kinds: tuple[c.Concept, ...] = (c.CLUSTER, c.DENSITY)
) -> Node:
    """A report of findings where everything succeeded."""
    return m.tree(library, summary(c.ALL_WITH, *impressions), *done(library, *kinds))


def specks(library: Library) -> list[Node]:
    """Three single calcifications on the right CC."""
    return [finding(c.CALCIFICATION, center(point, library[R_CC])) for point in SPECKS]


def mass_on_two_views(library: Library) -> tuple[Node, Node]:
    """The same mass as a density on the left CC and on the left MLO."""
    upper = finding(
        c.DENSITY,
        center((50.5, 60.5), library[L_CC]),
        outline("POLYLINE", SQUARE, library[L_CC]),
        certainty=61,
    )
    lower = finding(
        c.DENSITY,
        center((115.0, 130.0), library[L_MLO]),
        outline("POLYLINE", TRIANGLE, library[L_MLO]),
        certainty=83.5,
    )
    return upper, lower


@case
def cluster_with_calcifications() -> tuple[Node, Library]:
    """A calcification cluster on one of four views, its calcifications below it by value."""
    lib = Library(FOUR)
    cluster = finding(
        c.CLUSTER,
        center((50.5, 60.5), lib[R_CC]),
        outline("POLYLINE", SQUARE, lib[R_CC]),
        num(c.COUNT, 3, c.ONE),
        *specks(lib),
        certainty=87,
        tracking=("cluster-1", "2.25.6601"),
    )
    return whole(lib, impression(cluster)), lib


@case
def cluster_refers_to_calcifications() -> tuple[Node, Library]:
    """The same, but the calcifications are of their own and the cluster refers to them."""
    lib = Library(FOUR)
    single = specks(lib)
    cluster = finding(
        c.CLUSTER,
        center((50.5, 60.5), lib[R_CC]),
        outline("POLYLINE", SQUARE, lib[R_CC]),
        *(reference("INFERRED FROM", each) for each in single),
        certainty=87,
    )
    return whole(lib, impression(*single, cluster), kinds=(c.CLUSTER, c.CALCIFICATION)), lib


@case
def mass_across_views() -> tuple[Node, Library]:
    """A mass as composite feature of a density on CC and one on MLO."""
    lib = Library(FOUR)
    mass = composite(c.MASS, *mass_on_two_views(lib), certainty=72)
    return whole(lib, impression(mass)), lib


@case
def distortion() -> tuple[Node, Library]:
    lib = Library(FOUR)
    one = finding(
        c.DISTORTION,
        center((70.5, 90.5), lib[R_MLO]),
        outline("ELLIPSE", ((60.5, 90.5), (80.5, 90.5), (70.5, 84.5), (70.5, 96.5)), lib[R_MLO]),
        certainty=44,
    )
    return whole(lib, impression(one), kinds=(c.DISTORTION,)), lib


@case
def density_is_a_finding_and_composition_is_none() -> tuple[Node, Library]:
    """129793001 is a lesion; 129715009 is how dense the breast is."""
    lib = Library(FOUR)
    lesion = finding(c.DENSITY, center((50.5, 60.5), lib[L_CC]), certainty=35)
    tissue = finding(
        c.COMPOSITION,
        code(c.COMPOSITION, c.HETEROGENEOUS),
        reference("INFERRED FROM", lib[L_CC]),
        num(c.TISSUE_DENSITY, 18.5, c.PERCENT),
    )
    return whole(lib, impression(lesion), impression(tissue), kinds=(c.DENSITY, c.COMPOSITION)), lib


@case
def nipple() -> tuple[Node, Library]:
    lib = Library(FOUR)
    one = finding(c.NIPPLE, center((150.5, 118.5), lib[L_CC]), rendering=c.HIDDEN)
    return whole(lib, impression(one, rendering=c.HIDDEN), kinds=(c.NIPPLE,)), lib


@case
def every_graphic_type() -> tuple[Node, Library]:
    lib = Library(FOUR)
    on = lib[R_CC]
    points = ((41.5, 51.5), (43.5, 57.5), (48.5, 52.5))
    round_one = finding(
        c.CLUSTER, center((50.5, 60.5), on), outline("CIRCLE", ((50.5, 60.5), (62.5, 60.5)), on)
    )
    oval = finding(
        c.DENSITY,
        center((90.5, 60.5), on),
        outline("ELLIPSE", ((80.5, 60.5), (100.5, 60.5), (90.5, 52.5), (90.5, 68.5)), on),
    )
    corners = finding(c.DISTORTION, center((115.0, 130.0), on), outline("POLYLINE", TRIANGLE, on))
    spikes = finding(c.DENSITY, center((44.5, 54.5), on), m.region(c.PIXELATED, "MULTIPOINT", points, on))
    return whole(lib, *(impression(each) for each in (round_one, oval, corners, spikes))), lib
