"""Content trees: what is sound is read, what is not is told, and nothing makes the reading endless."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import uid
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from small_reports import box, code, coded, counted, drawn, item, pictured, pointing, said, stored

from klarsyn.dicom.content import tree as content_tree
from klarsyn.dicom.content.item import MAX_PROBLEMS, ContentItem
from klarsyn.dicom.content.tree import MAX_DEPTH, read_tree, read_whole_tree
from klarsyn.domain.reports.cad_report import Code

A = ("A", "99TEST", "a thing")
SYNTAXES = (uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian)


def read(ds: Dataset) -> tuple[ContentItem, list[str]]:
    problems: list[str] = []
    return read_tree(ds, problems), problems


def everything() -> Dataset:
    return box(
        ("111036", "DCM", "Report"),
        said(A, "words"),
        coded(A, ("129788004", "SCT", "Mass")),
        counted(A, 12.5, "mm"),
        pictured("2.25.7", frames=(3, 4)),
        drawn(A, "POINT", [1.5, 2.5], pointing(1, 4)),
        item("UIDREF", A, UID="2.25.9"),
        item("DATE", A, Date="20260102"),
    )


@pytest.mark.parametrize("syntax", [None, *SYNTAXES])
def test_every_value_type_is_read_from_memory_and_from_every_encoding(syntax):
    root, problems = read(everything() if syntax is None else stored(everything(), syntax))
    assert problems == []
    words, kind, number, image, point, reference, day = root.children
    assert root.name == Code("111036", "DCM", "Report")
    assert root.position == (1,)
    assert (words.text, words.position, words.relationship) == ("words", (1, 1), "HAS PROPERTIES")
    assert (kind.code, kind.value) == (Code("129788004", "SCT", "Mass"), ("129788004", "SCT"))
    assert (number.number, number.unit) == (12.5, Code("mm", "UCUM", "mm"))
    assert (image.reference.sop_instance_uid, image.reference.frames) == ("2.25.7", (3, 4))
    assert (point.graphic.kind, point.graphic.points) == ("POINT", ((1.5, 2.5),))
    assert point.children[0].target is image
    assert point.contents == (image,)
    assert (reference.text, day.text) == ("2.25.9", "20260102")


def test_text_in_other_characters_is_read():
    ds = box(("A", "99TEST", "Größe"), said(("B", "99TEST", "密度"), "Åsa säger: 結果"))
    ds.SpecificCharacterSet = "ISO_IR 192"
    root, problems = read(stored(ds))
    assert (root.name.meaning, root.children[0].name.meaning) == ("Größe", "密度")
    assert (root.children[0].text, problems) == ("Åsa säger: 結果", [])


@pytest.mark.parametrize(
    ("name", "same_as"),
    [
        (("F-01791", "SRT", ""), ("129788004", "SCT")),
        (("F-01791", "SNM3", ""), ("129788004", "SCT")),
        (("f-01791", "99sdm", ""), ("129788004", "SCT")),
        (("111105", "DCM", ""), ("129769006", "SCT")),
        (("F-01791", "99TEST", ""), ("F-01791", "99TEST")),
    ],
)
def test_codes_of_one_meaning_are_one_concept_and_are_kept_as_they_stand(name, same_as):
    child = read(box(A, said(name, "x")))[0].children[0]
    assert (child.concept, child.name.value) == (same_as, name[0])


def test_a_long_code_value_is_a_code_value():
    long = code("", "99TEST", "long")
    del long.CodeValue
    long.LongCodeValue = "A" * 20
    ds = box(A)
    ds.ConceptNameCodeSequence = [long]
    assert read(stored(ds))[0].name == Code("A" * 20, "99TEST", "long")


UNSOUND = {
    "no concept name": (said(None, "x"), "has no concept name"),
    "text that is empty": (said(A, ""), "states nothing"),
    "code without a code": (item("CODE", A), "states no code"),
    "code of no items": (item("CODE", A, ConceptCodeSequence=[]), "states no code"),
    "code without a scheme": (item("CODE", A, ConceptCodeSequence=[code("1", "")]), "states no code"),
    "number without a value": (item("NUM", A, MeasuredValueSequence=[]), "states no number"),
    "number that is text": (item("NUM", A, TextValue="12"), "states no number"),
    "infinite number": (counted(A, float("inf")), "no finite number"),
    "number that is none": (counted(A, float("nan")), "no finite number"),
    "no value type": (item("", A), "has no value type"),
    "unknown value type": (item("BLAH", A), "does not exist"),
    "image of nothing": (item("IMAGE", A), "names no instance"),
    "frame zero": (pictured("2.25.1", frames=(0,)), "no numbers from 1"),
    "odd coordinates": (drawn(A, "POLYLINE", [1, 2, 3]), "odd number"),
    "no coordinates": (item("SCOORD", A, GraphicType="POINT"), "no coordinates"),
    "coordinates that are none": (drawn(A, "POINT", [float("nan"), 2]), "no finite numbers"),
    "a drawing of no kind": (drawn(A, "", [1, 2]), "no kind"),
    "a reference to nothing": (pointing(1, 9), "does not exist"),
    "a reference to itself": (pointing(1, 2), "does not exist"),
    "a reference to what it stands under": (pointing(1), "a circle"),
}


@pytest.mark.parametrize("from_file", [False, True])
@pytest.mark.parametrize("name", UNSOUND)
def test_what_is_not_sound_is_told_in_one_sentence_and_the_rest_is_kept(name, from_file):
    spoiled, sentence = UNSOUND[name]
    ds = box(A, said(A, "before"), spoiled, said(A, "after"))
    root, problems = read(stored(ds) if from_file else ds)
    assert len(problems) == 1
    assert sentence in problems[0]
    assert "1.2" in problems[0]
    assert [root.children[0].text, root.children[-1].text] == ["before", "after"]


def test_sentences_hold_no_values():
    for name in ("Testsson^Anna and more", "Testsson\nAnna"):
        _root, problems = read(box(A, item("CODE", (name, "99TEST", name))))
        assert problems
        assert "Testsson" not in "".join(problems)


def test_a_reference_forwards_and_one_backwards_find_their_items():
    root, problems = read(box(A, box(A, pointing(1, 2)), box(A, said(A, "x")), pointing(1, 2, 1)))
    first, second, third = root.children
    assert (first.children[0].target, third.target, problems) == (second, second.children[0], [])


def test_a_reference_to_a_reference_is_none():
    root, problems = read(box(A, pointing(1, 2), pointing(1, 3), said(A, "x")))
    assert root.children[0].target is None
    assert root.contents == (root.children[2], root.children[2])
    assert len(problems) == 1


def can_be_walked(root: ContentItem) -> bool:
    """Whether no way through children and targets comes back to where it was."""
    done: set[int] = set()
    path: set[int] = set()

    def walk(one: ContentItem) -> bool:
        if id(one) in path:
            return False
        if id(one) in done:
            return True
        path.add(id(one))
        sound = all(walk(child) for child in one.contents)
        path.discard(id(one))
        done.add(id(one))
        return sound

    return walk(root)


def test_two_that_refer_to_each_other_are_a_circle_that_is_cut_once():
    root, problems = read(box(A, box(A, pointing(1, 2)), box(A, pointing(1, 1))))
    assert len(problems) == 1
    assert "a circle" in problems[0]
    assert sum(child.children[0].target is None for child in root.children) == 1
    assert can_be_walked(root)


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=30))
def test_whatever_refers_to_whatever_every_walk_ends(links):
    boxes = [[] for _ in range(8)]
    for one, other in links:
        boxes[one - 1].append(pointing(1, (other + 1) // 2, 2 - other % 2))
    pairs = [box(A, box(A, *boxes[place]), box(A, *boxes[place + 1])) for place in range(0, 8, 2)]
    root, problems = read(box(A, *pairs))
    assert can_be_walked(root)
    references = [r for pair in root.children for one in pair.children for r in one.children]
    assert len(problems) == sum(r.target is None for r in references)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_references_without_a_circle_are_all_kept(links):
    boxes = [[] for _ in range(7)]
    for one, other in links:
        if one < other:
            boxes[one].append(pointing(1, other + 1))
    _root, problems = read(box(A, *(box(A, *inside) for inside in boxes)))
    assert problems == []


def nested(levels: int) -> Dataset:
    inner = said(A, "deepest")
    for _ in range(levels):
        inner = box(A, inner)
    return inner


@pytest.mark.parametrize("levels", [200, MAX_DEPTH - 1])
def test_a_tree_two_hundred_levels_deep_is_read_to_its_end(levels):
    problems: list[str] = []
    root, whole = read_whole_tree(nested(levels), problems)
    depth = 0
    while root.children:
        root, depth = root.children[0], depth + 1
    assert (root.text, depth, problems, whole) == ("deepest", levels, [], True)


def test_what_is_deeper_than_that_is_told_and_left_out():
    problems: list[str] = []
    root, whole = read_whole_tree(box(A, said(A, "beside"), nested(MAX_DEPTH)), problems)
    assert root.children[0].text == "beside"
    assert not whole
    assert not root.whole
    assert len(problems) == 1


def test_more_items_than_are_read_are_told_and_what_was_cut_says_so(monkeypatch):
    monkeypatch.setattr(content_tree, "MAX_ITEMS", 50)
    full, cut = [box(A, *(said(A, "x") for _ in range(25))) for _ in range(2)]
    problems: list[str] = []
    root, whole = read_whole_tree(box(A, full, cut, said(A, "never")), problems)
    assert [child.whole for child in root.children] == [True, False]
    assert not whole
    assert len(problems) == 1


def test_a_report_of_flaws_alone_has_no_more_sentences_than_can_be_read():
    _root, problems = read(box(A, *(said(None, "x") for _ in range(3 * MAX_PROBLEMS))))
    assert len(problems) == MAX_PROBLEMS + 1
    assert "more flaws" in problems[-1]


def test_bytes_that_are_no_items_are_told_and_what_stands_before_is_kept():
    inner = box(A)
    tag = Tag("ContentSequence")
    inner[tag] = RawDataElement(tag, "SQ", 9, b"no items!", 0, False, True)
    problems: list[str] = []
    root, whole = read_whole_tree(box(A, said(A, "before"), inner), problems)
    assert root.children[0].text == "before"
    assert not whole
    assert len(problems) == 1


def test_positions_are_those_that_references_count_in():
    root, _problems = read(box(A, box(A, said(A, "x"), said(A, "y")), said(A, "z")))
    assert [one.position for one in root.children] == [(1, 1), (1, 2)]
    inner = root.children[0].children
    assert [one.position for one in inner] == [(1, 1, 1), (1, 1, 2)]
    assert all(one.position < other.position for one, other in pairwise(inner))
