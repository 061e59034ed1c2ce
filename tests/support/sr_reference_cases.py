"""Cases of what a report points at: frames, sources, items before and behind it; and makers' styles."""

from dataclasses import replace

import sr_concepts as c
import sr_mammography as m
from sr_builder import Node, code, image, num, reference, text
from sr_cases import FOUR, L_CC, L_MLO, R_CC, SQUARE, TRIANGLE, case, done, mass_on_two_views, whole
from sr_files import Sender
from sr_mammography import Library, Seen, center, composite, finding, impression, outline, summary

SLICES_CC = Seen(
    "2.25.7800001",
    c.LEFT,
    c.CC,
    ("A", "R"),
    m.TOMOSYNTHESIS,
    rows=2457,
    columns=1996,
    frames=(12, 31),
    series="2.25.9800001",
)
SLICES_MLO = replace(SLICES_CC, uid="2.25.7800003", view=c.MLO, orientation=("A", "F"), frames=(40,))
RAW_CC = Seen("2.25.7900001", c.LEFT, c.CC, ("P", "L"), m.FOR_PROCESSING, series="2.25.9700001")


@case
def on_key_frames() -> tuple[Node, Library]:
    """Tomosynthesis: a composite feature of one finding for each key frame, on two stacks."""
    lib = Library((SLICES_CC, SLICES_MLO))
    on = (lib[SLICES_CC, 12], lib[SLICES_CC, 31], lib[SLICES_MLO, 40])
    members = [
        finding(
            c.DENSITY,
            center((1000.5 + n, 900.5), entry),
            outline("CIRCLE", ((1000.5 + n, 900.5), (1040.5 + n, 900.5)), entry),
            certainty=50 + n,
        )
        for n, entry in enumerate(on)
    ]
    return whole(lib, impression(composite(c.MASS, *members, certainty=77))), lib


@case
def on_a_frame_named_beside_the_library() -> tuple[Node, Library]:
    """The library names the stack, the region its frame, by value."""
    lib = Library((replace(SLICES_CC, frames=()),))
    frame = image(m.TOMOSYNTHESIS, SLICES_CC.uid, (17,), relationship="SELECTED FROM")
    one = finding(c.DENSITY, center((1000.5, 900.5), frame), certainty=50)
    return whole(lib, impression(one), kinds=(c.DENSITY,)), lib


@case
def on_several_frames_at_once() -> tuple[Node, Library]:
    """One region selected from an image reference that names two frames."""
    lib = Library((replace(SLICES_CC, frames=()),))
    frames = image(m.TOMOSYNTHESIS, SLICES_CC.uid, (17, 18), relationship="SELECTED FROM")
    one = finding(c.DENSITY, center((1000.5, 900.5), frames), certainty=50)
    return whole(lib, impression(one), kinds=(c.DENSITY,)), lib


@case
def images_by_value() -> tuple[Node, Library]:
    """Regions that hold their image themselves instead of pointing at the library."""
    lib = Library(FOUR)
    marks = [
        finding(
            c.CLUSTER,
            center((30.5, 40.5), image(seen.sop_class, seen.uid, relationship="SELECTED FROM")),
            outline("POLYLINE", SQUARE, image(seen.sop_class, seen.uid, relationship="SELECTED FROM")),
        )
        for seen in (R_CC, L_MLO)
    ]
    return whole(lib, *(impression(each) for each in marks)), lib


@case
def library_behind_the_findings() -> tuple[Node, Library]:
    """References that point forward in the tree."""
    lib = Library(FOUR)
    cluster = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), certainty=87)
    root = whole(lib, impression(cluster))
    root.children.remove(lib.node)
    return root.add(lib.node), lib


@case
def composite_refers_forward_and_back() -> tuple[Node, Library]:
    """A mass by reference to a finding that stands before it and to one that stands behind it."""
    lib = Library(FOUR)
    upper, lower = mass_on_two_views(lib)
    mass = composite(
        c.MASS, reference("INFERRED FROM", upper), reference("INFERRED FROM", lower), certainty=72
    )
    return whole(lib, impression(upper), impression(mass), impression(lower)), lib


@case
def on_for_processing_images() -> tuple[Node, Library]:
    """The report was made of the raw image, which nobody hangs."""
    lib = Library((RAW_CC,))
    one = finding(
        c.DENSITY,
        center((139.5, 179.5), lib[RAW_CC]),
        outline("POLYLINE", SQUARE, lib[RAW_CC]),
        certainty=35,
    )
    return whole(lib, impression(one), kinds=(c.DENSITY,)), lib


def _in_old_codes(scheme: str) -> tuple[Node, Library]:
    lib = Library((*FOUR[:3], replace(L_MLO, modifiers=(c.SPOT,))))
    cluster = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), num(c.COUNT, 3, c.ONE), certainty=87)
    mass = composite(c.MASS, *mass_on_two_views(lib), certainty=72)
    tip = finding(c.NIPPLE, center((150.5, 118.5), lib[L_CC]))
    root = whole(lib, *(impression(each) for each in (cluster, mass, tip)))
    return m.translated(root, scheme), lib


@case
def in_srt_codes() -> tuple[Node, Library]:
    return _in_old_codes("SRT")


@case
def in_snm3_codes() -> tuple[Node, Library]:
    return _in_old_codes("SNM3")


@case
def in_99sdm_codes() -> tuple[Node, Library]:
    return _in_old_codes("99SDM")


@case
def in_retired_dcm_codes() -> tuple[Node, Library]:
    return _in_old_codes("DCM")


@case(sender=Sender("Style A", "Percent of the exam", "2.1"))
def style_of_scored_regions() -> tuple[Node, Library]:
    """Regions with a certainty each, the exam's in percent, composites of two views by reference.

    So Transpara and other newer makers are publicly described.
    """
    lib = Library(FOUR)
    upper, lower = mass_on_two_views(lib)
    mass = composite(c.MASS, *(reference("INFERRED FROM", each) for each in (upper, lower)), certainty=72)
    cluster = finding(
        c.CLUSTER, center((50.5, 60.5), lib[R_CC]), outline("POLYLINE", SQUARE, lib[R_CC]), certainty=87
    )
    exam = num(c.CERTAINTY_OF_IMPRESSION, 91, c.PERCENT)
    found = summary(c.ALL_WITH, exam, impression(upper, lower, mass), impression(cluster))
    return m.tree(lib, found, *done(lib, c.CLUSTER, c.DENSITY)), lib


@case(sender=Sender("Style B", "Second look", "7.2", character_set="ISO_IR 100"))
def style_of_symbols() -> tuple[Node, Library]:
    """Centres of symbols and few outlines, SNOMED RT, raw images, no certainties, intents by operating point.

    So iCAD's and R2's older CAD is publicly described.
    """
    lib = Library((RAW_CC,))
    star = finding(c.DENSITY, center((70.5, 80.5), lib[RAW_CC]), outline("POLYLINE", TRIANGLE, lib[RAW_CC]))
    triangle = finding(
        c.CLUSTER, center((20.5, 30.5), lib[RAW_CC]), num(c.COUNT, 5, c.ONE), rendering=c.OPTIONAL
    )
    root = whole(lib, impression(star), impression(triangle, rendering=c.OPTIONAL))
    return m.translated(root, "SRT"), lib


@case(sender=Sender("Style C", "Slices", "1.8"))
def style_of_slices() -> tuple[Node, Library]:
    """Tomosynthesis with a probability of cancer for each lesion, and a case score in the maker's own code.

    So Hologic's and iCAD's CAD of tomosynthesis are publicly described.
    """
    lib = Library((SLICES_CC, SLICES_MLO))
    members = [
        finding(
            c.DENSITY,
            num(c.PROBABILITY, 44, c.PERCENT),
            center((700.5, 900.5), entry),
            outline("POLYLINE", tuple((x * 8, y * 8) for x, y in TRIANGLE), entry),
            code(c.MARGINS, c.SPICULATED),
        )
        for entry in (lib[SLICES_CC, 31], lib[SLICES_MLO, 40])
    ]
    case_score = num(("CASE_SCORE", "99STYLEC", "Case Score"), 62, c.PERCENT)
    found = summary(c.ALL_WITH, case_score, text(c.DESCRIPTION, "B"), impression(composite(c.MASS, *members)))
    return m.tree(lib, found, *done(lib, c.DENSITY)), lib
