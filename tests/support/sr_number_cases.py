"""Cases of numbers: how sure a maker is, whether it wants a finding drawn, and its operating points."""

import sr_concepts as c
import sr_mammography as m
from sr_builder import Node, code, container, num, text
from sr_cases import FOUR, L_CC, L_MLO, R_CC, R_MLO, case, done, whole
from sr_mammography import Library, center, composite, finding, impression, summary


@case
def every_kind_of_number() -> tuple[Node, Library]:
    """A finding's certainty, probability and own number; the exam's percent, own number and words."""
    lib = Library(FOUR)
    own, own_words = ("99-score", "99TESTMAKER", "Lesion score"), ("99-risk", "99TESTMAKER", "Risk")
    one = finding(
        c.DENSITY,
        num(c.PROBABILITY, 7.5, c.PERCENT),
        num(own, 0.625, c.ONE),
        center((50.5, 60.5), lib[L_CC]),
        certainty=35,
    )
    below = (
        text(c.DESCRIPTION, "Score 7 of 10"),
        num(c.CERTAINTY_OF_IMPRESSION, 66, c.PERCENT),
        num(("99-exam", "99TESTMAKER", "Exam score"), 8, ("{score}", "99TESTMAKER", "Score")),
        text(own_words, "elevated"),
    )
    return m.tree(lib, summary(c.ALL_WITH, *below, impression(one)), *done(lib, c.DENSITY)), lib


@case
def intents_of_their_own_and_inherited() -> tuple[Node, Library]:
    """What a finding does not say of its rendering, what it stands under says."""
    lib = Library(FOUR)
    own = finding(c.CLUSTER, center((20.5, 30.5), lib[R_CC]), rendering=c.OPTIONAL)
    from_impression = finding(c.DENSITY, center((21.5, 31.5), lib[R_CC]), rendering=None)
    members = [finding(c.DENSITY, center((22.5, 32.5), lib[view]), rendering=None) for view in (L_CC, L_MLO)]
    from_composite = composite(c.MASS, *members, rendering=c.OPTIONAL)
    hidden = finding(c.DISTORTION, center((23.5, 33.5), lib[R_MLO]), rendering=None)
    return whole(
        lib,
        impression(own),
        impression(from_impression, rendering=c.OPTIONAL),
        impression(from_composite),
        impression(hidden, rendering=c.HIDDEN),
    ), lib


def operating_points() -> tuple[Node, ...]:
    """TID 4023: three points, the second advised, each with its false marks and sensitivity."""
    axes = {
        c.X_CONCEPT: c.dcm("111086", "False Markers per Image"),
        c.Y_CONCEPT: c.dcm("111089", "Sensitivity"),
    }
    table = container(
        c.POINT_TABLE,
        *(code(name, axis, relationship="CONTAINS") for name, axis in axes.items()),
        relationship="HAS PROPERTIES",
    )
    words = ("few false marks", "balanced", "few misses")
    for number, word in enumerate(words, 1):
        point = num(c.POINT, number, c.UP_TO, text(c.POINT_TEXT, word), relationship="CONTAINS")
        point.add(num(axes[c.X_CONCEPT], number / 4, ("1/{image}", "UCUM", "per image")))
        table.add(point.add(num(axes[c.Y_CONCEPT], 80 + number, c.PERCENT)))
    return num(c.MOST_POINT, 3, c.UP_TO), num(c.ADVISED_POINT, 2, c.UP_TO), table


@case
def with_operating_points() -> tuple[Node, Library]:
    """A finding shown from the third operating point on, and the table of them all."""
    lib = Library(FOUR)
    shown = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]), certainty=87)
    from_third = finding(c.DENSITY, center((90.5, 95.5), lib[L_MLO]), rendering=None, certainty=12)
    from_third.children.insert(0, m.intent(c.OPTIONAL, num(c.POINT, 3, ("{1:3}", "UCUM", "range: 1:3"))))
    on = tuple(lib.entries.values())
    tries = m.detections(
        c.SUCCEEDED, (m.performed(c.DETECTION, c.DENSITY, on, m.FINDER, *operating_points()),)
    )
    found = summary(c.ALL_WITH, impression(shown), impression(from_third, rendering=c.OPTIONAL))
    return m.tree(lib, found, tries, m.analyses(c.NOT_ATTEMPTED)), lib
