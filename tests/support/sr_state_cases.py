"""Cases of what a report says of its own completeness, of who looked, and in which letters."""

import sr_concepts as c
import sr_mammography as m
from sr_builder import Node, reference, text
from sr_cases import FOUR, L_CC, L_MLO, R_CC, R_MLO, case, done, specks, whole
from sr_files import COMPREHENSIVE, Sender
from sr_mammography import Library, center, finding, impression, outline, summary

SPECK_FINDER, MASS_FINDER = ("Speck Finder", "2.0"), ("Mass Finder", "4.1", "mode=sensitive", "model=b7")


def tried(library: Library, *kinds: c.Concept, by: tuple[str, ...] = m.FINDER) -> tuple[Node, ...]:
    """Detections on all images."""
    return tuple(m.performed(c.DETECTION, kind, tuple(library.entries.values()), by) for kind in kinds)


@case
def no_findings() -> tuple[Node, Library]:
    lib = Library(FOUR)
    return m.tree(lib, summary(c.ALL_WITHOUT), *done(lib, c.CLUSTER, c.DENSITY)), lib


@case
def failed() -> tuple[Node, Library]:
    """Nothing succeeded; analyses were not even begun."""
    lib = Library(FOUR)
    tries = m.detections(c.FAILED, failed=tried(lib, c.CLUSTER, c.DENSITY))
    return m.tree(lib, summary(c.NONE_SUCCEEDED), tries, m.analyses(c.NOT_ATTEMPTED)), lib


@case
def partial_with_findings() -> tuple[Node, Library]:
    """Calcifications were looked for everywhere, densities on three views only."""
    lib = Library(FOUR)
    three = tuple(lib[view] for view in (R_CC, L_CC, L_MLO))
    tries = m.detections(
        c.PARTIALLY,
        (*tried(lib, c.CLUSTER), m.performed(c.DETECTION, c.DENSITY, three, m.FINDER)),
        (m.performed(c.DETECTION, c.DENSITY, (lib[R_MLO],), m.FINDER),),
    )
    cluster = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), certainty=87)
    found = summary(c.SOME_WITH, impression(cluster))
    return m.tree(lib, found, tries, m.analyses(c.NOT_ATTEMPTED)), lib


@case
def partial_without_findings() -> tuple[Node, Library]:
    lib = Library(FOUR)
    tries = m.detections(c.PARTIALLY, tried(lib, c.CLUSTER), tried(lib, c.DENSITY))
    return m.tree(lib, summary(c.SOME_WITHOUT), tries, m.analyses(c.NOT_ATTEMPTED)), lib


@case
def not_attempted() -> tuple[Node, Library]:
    """There is no summary of findings when nothing was attempted (TID 4000 row 4)."""
    lib = Library(FOUR)
    return m.tree(lib, None, m.detections(c.NOT_ATTEMPTED), m.analyses(c.NOT_ATTEMPTED)), lib


@case
def says_none_but_holds_a_finding() -> tuple[Node, Library]:
    lib = Library(FOUR)
    cluster = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), certainty=87)
    return m.tree(lib, summary(c.ALL_WITHOUT, impression(cluster)), *done(lib, c.CLUSTER)), lib


@case
def says_findings_but_holds_none() -> tuple[Node, Library]:
    lib = Library(FOUR)
    return m.tree(lib, summary(c.ALL_WITH), *done(lib, c.CLUSTER)), lib


@case
def says_none_although_all_failed() -> tuple[Node, Library]:
    lib = Library(FOUR)
    tries = m.detections(c.FAILED, failed=tried(lib, c.CLUSTER))
    return m.tree(lib, summary(c.ALL_WITHOUT), tries, m.analyses(c.FAILED)), lib


@case
def says_all_succeeded_but_lists_a_failure() -> tuple[Node, Library]:
    """Every code says that all went well; what was looked for in vain stands below, and names no image."""
    lib = Library(FOUR)
    failure = m.performed(c.DETECTION, c.CLUSTER, (), m.FINDER)
    tries = m.detections(c.SUCCEEDED, tried(lib, c.DENSITY), (failure,))
    return m.tree(lib, summary(c.ALL_WITHOUT), tries, m.analyses(c.NOT_ATTEMPTED)), lib


@case
def says_no_detection_but_holds_a_finding() -> tuple[Node, Library]:
    lib = Library(FOUR)
    cluster = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), certainty=87)
    found = summary(c.ALL_WITH, impression(cluster))
    return m.tree(lib, found, m.detections(c.NOT_ATTEMPTED), m.analyses(c.NOT_ATTEMPTED)), lib


@case
def two_algorithms() -> tuple[Node, Library]:
    """One finder of calcifications, one of densities, which failed on one view."""
    lib = Library(FOUR)
    cluster = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), by=SPECK_FINDER, certainty=87)
    density = finding(c.DENSITY, center((90.5, 95.5), lib[L_MLO]), by=MASS_FINDER, certainty=12)
    three = tuple(lib[view] for view in (R_CC, L_CC, L_MLO))
    tries = m.detections(
        c.PARTIALLY,
        (
            *tried(lib, c.CLUSTER, by=SPECK_FINDER),
            m.performed(c.DETECTION, c.DENSITY, three, MASS_FINDER),
        ),
        (m.performed(c.DETECTION, c.DENSITY, (lib[R_MLO],), MASS_FINDER),),
    )
    analysed = (m.performed(c.ANALYSIS, c.COLLOCATION, three, MASS_FINDER),)
    found = summary(c.SOME_WITH, impression(cluster), impression(density))
    return m.tree(lib, found, tries, m.analyses(c.SUCCEEDED, analysed)), lib


SWEDISH, JAPANESE = "Bröstfinnaren Åsa", "乳房検出器"


@case(sender=Sender(manufacturer="Ögonblick AB", model="Läsaren"))
def names_in_unicode() -> tuple[Node, Library]:
    lib = Library(FOUR)
    one = finding(c.DENSITY, center((50.5, 60.5), lib[L_CC]), by=(JAPANESE, "3.1"), certainty=35)
    said = text(c.DESCRIPTION, "Förhöjd risk: 7 av 10")
    return m.tree(lib, summary(c.ALL_WITH, said, impression(one)), *done(lib, c.DENSITY)), lib


@case(sender=Sender(manufacturer="Ögonblick AB", model="Läsaren", character_set="ISO_IR 100"))
def names_in_latin_1() -> tuple[Node, Library]:
    lib = Library(FOUR)
    one = finding(c.DENSITY, center((50.5, 60.5), lib[L_CC]), by=(SWEDISH, "3.1"), certainty=35)
    return whole(lib, impression(one), kinds=(c.DENSITY,)), lib


@case(sender=Sender(sop_class_uid=COMPREHENSIVE))
def in_a_comprehensive_sr() -> tuple[Node, Library]:
    """The same template in another SR class, as makers send it to archives that refuse CAD SR."""
    lib = Library(FOUR)
    single = specks(lib)
    cluster = finding(
        c.CLUSTER,
        center((50.5, 60.5), lib[R_CC]),
        outline("CIRCLE", ((50.5, 60.5), (62.5, 60.5)), lib[R_CC]),
        *(reference("INFERRED FROM", each) for each in single),
        certainty=87,
    )
    return whole(lib, impression(*single, cluster)), lib
