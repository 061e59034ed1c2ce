"""CAD reports of senders that err: told in sentences, the sound rest kept, and nothing of it moved."""

from functools import cache
from pathlib import Path

import pytest
import sr_concepts as c
from sr_builder import reference
from sr_bytes import CONTENT, NAME, as_file, as_item, elements, value_of
from sr_cases import FOUR, L_MLO, R_CC
from sr_expected import CLUSTER, DENSITY
from sr_files import REPORT_UID, report, write
from sr_mammography import Library, center, composite, finding, impression, summary, tree
from sr_reading import all_findings, marks, read
from sr_spoils import BOX, SPOILS, parts

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.report_reader import is_report, read_report
from klarsyn.domain.reports.cad_report import CadReport, ReportStatus

SOUND = (CLUSTER, R_CC.uid, None, "POINT", ((50.5, 60.5),), "center")
VICTIM = {
    "center": (DENSITY, L_MLO.uid, None, "POINT", ((110.5, 125.5),), "center"),
    "outline": (DENSITY, L_MLO.uid, None, "POLYLINE", BOX, "outline"),
}


@cache
def spoiled(name: str) -> CadReport:
    p = parts()
    SPOILS[name].spoil(p)
    return read(report(p.root, p.lib.evidence))


def outcome(path: Path) -> CadReport | UnreadableFile:
    """What reading a file ends in."""
    try:
        return read_report(path).report
    except UnreadableFile as refused:
        return refused


def complaints_of(found: CadReport) -> list[str]:
    """All that a report is told to lack; why it is not whole stands in its reason."""
    unusable = (why for f in all_findings(found) for why in f.unusable)
    return [*found.problems, *unusable, *([found.reason] if found.reason else [])]


def test_the_report_that_is_spoiled_here_is_sound_by_itself() -> None:
    p = parts()
    found = read(report(p.root, p.lib.evidence))
    assert not complaints_of(found)
    assert marks(found) == sorted([SOUND, *VICTIM.values()], key=repr)


@pytest.mark.parametrize("name", SPOILS)
def test_what_is_wrong_is_told_in_a_sentence(name: str) -> None:
    told = complaints_of(spoiled(name))
    assert told
    assert all(len(each) > 10 and "Testsson" not in each for each in told)
    assert all(each.endswith(".") for each in spoiled(name).problems)


@pytest.mark.invariant(3)
@pytest.mark.parametrize("name", SPOILS)
def test_the_sound_finding_beside_it_is_kept_and_nothing_is_moved(name: str) -> None:
    found = marks(spoiled(name))
    if name != "no summary":
        assert SOUND in found
    there = {mark[-1]: mark for mark in found if mark != SOUND}
    assert not set(SPOILS[name].lost.split()) & set(there)
    assert set(SPOILS[name].kept.split()) <= set(there)
    # A region that is kept at all stands where it stood; at most it has lost what it was called.
    assert {mark[1:5] for mark in there.values()} <= {mark[1:5] for mark in VICTIM.values()}


@pytest.mark.parametrize("name", SPOILS)
def test_no_mistake_of_a_sender_makes_an_exam_one_without_findings(name: str) -> None:
    assert spoiled(name).status is not ReportStatus.NO_FINDINGS


@pytest.mark.parametrize("name", SPOILS)
def test_each_region_that_is_lost_is_told_with_its_finding_or_among_the_problems(name: str) -> None:
    found = spoiled(name)
    lost = 3 - len(marks(found))
    assert lost <= 0 or len(complaints_of(found)) >= 1


def test_ten_thousand_findings_are_all_there_or_the_report_says_that_they_are_not(tmp_path: Path) -> None:
    lib = Library(FOUR)
    speck = impression(finding(c.CALCIFICATION, center((50.5, 60.5), lib[R_CC])))
    whole = elements(report(tree(lib, summary(c.ALL_WITH, speck)), lib.evidence))
    for item in value_of(whole, CONTENT):
        if value_of(value_of(item, NAME)[0], 0x00080100) == b"111017":
            specks = next(element for element in item if element[0] == CONTENT)
            specks[2] = as_item(specks[2][0]) * 10_000
    path = tmp_path / "report.dcm"
    path.write_bytes(as_file(whole))
    read_back = read_report(path).report
    assert len(read_back.findings) == 10_000 or (read_back.problems and len(read_back.findings) > 1000)
    assert read_back.status is not ReportStatus.NO_FINDINGS
    assert all(f.regions or f.unusable for f in read_back.findings)
    assert {r.points for f in read_back.findings for r in f.regions} == {((50.5, 60.5),)}


def deep(levels: int, path: Path) -> CadReport:
    lib = Library(FOUR)
    sound = finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC]))
    inner = composite(c.MASS, finding(c.DENSITY, center((110.5, 125.5), lib[L_MLO])))
    for _ in range(levels):
        inner = composite(c.MASS, inner)
    ds = report(tree(lib, summary(c.ALL_WITH, impression(sound), impression(inner))), lib.evidence)
    path.write_bytes(as_file(elements(ds)))
    return read_report(path).report


@pytest.mark.parametrize("levels", [20, 200])
def test_a_tree_two_hundred_levels_deep_keeps_the_finding_beside_it(levels: int, tmp_path: Path) -> None:
    found = deep(levels, tmp_path / "report.dcm")
    assert SOUND in marks(found)
    assert set(marks(found)) <= {SOUND, VICTIM["center"]}
    assert len(marks(found)) == 2 or complaints_of(found)


def test_hundreds_of_findings_that_refer_to_each_other_are_no_endless_walk() -> None:
    lib = Library(FOUR)
    each = [finding(c.CLUSTER, center((50.5, 60.5), lib[R_CC])) for _ in range(200)]
    for one, other in zip(each, each[1:] + each[:1], strict=True):
        one.add(reference("INFERRED FROM", other), reference("INFERRED FROM", other))
    found = read(report(tree(lib, summary(c.ALL_WITH, impression(*each))), lib.evidence))
    assert complaints_of(found)
    assert set(marks(found)) == {SOUND}


def test_a_composite_shared_by_many_levels_does_not_multiply_without_end() -> None:
    """Forty levels that each refer twice to the next would be a million million members."""
    lib = Library(FOUR)
    levels = [finding(c.DENSITY, center((50.5, 60.5), lib[R_CC]))]
    for _ in range(40):
        levels.append(composite(c.MASS, *(reference("INFERRED FROM", levels[-1]) for _ in range(2))))
    found = read(report(tree(lib, summary(c.ALL_WITH, impression(*levels))), lib.evidence))
    assert len(marks(found)) < 100_000
    assert {mark[1] for mark in marks(found)} <= {R_CC.uid}
    assert marks(found) or complaints_of(found)


WRONG_FILES = {
    "empty": b"",
    "a picture": b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 300,
    "words": b"nothing of the kind\n" * 30,
    "a preamble alone": b"\0" * 128 + b"DICM",
    "noise": bytes(range(256)) * 8,
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_what_is_no_report_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(WRONG_FILES[name])
    with pytest.raises(UnreadableFile):
        is_report(path)
    with pytest.raises(UnreadableFile) as refused:
        read_report(path)
    assert refused.value.reason.endswith(".")
    assert refused.value.advice.endswith(".")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_truncated_report_is_refused_or_says_what_it_lacks(share: float, tmp_path: Path) -> None:
    p = parts()
    path = write(tmp_path / "report.dcm", report(p.root, p.lib.evidence))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    found = outcome(path)
    if isinstance(found, UnreadableFile):
        assert found.reason.endswith(".")
        return
    assert complaints_of(found)
    assert found.status is not ReportStatus.NO_FINDINGS
    assert set(marks(found)) <= {SOUND, *VICTIM.values()}


@pytest.mark.parametrize("keyword", ["ContentSequence", "ConceptNameCodeSequence", "ValueType"])
def test_a_report_without_its_root_or_content_never_says_that_there_is_nothing(
    keyword: str, tmp_path: Path
) -> None:
    p = parts()
    found = outcome(write(tmp_path / "report", report(p.root, p.lib.evidence, **{keyword: None})))
    if isinstance(found, UnreadableFile):
        assert found.reason.endswith(".")
        return
    assert complaints_of(found)
    assert found.status is not ReportStatus.NO_FINDINGS


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SOPInstanceUID"])
def test_a_report_that_belongs_to_no_study_is_refused(keyword: str) -> None:
    p = parts()
    ds = report(p.root, p.lib.evidence)
    setattr(ds, keyword, "")
    with pytest.raises(UnreadableFile):
        read(ds)


def test_a_report_names_nobody_in_what_it_tells() -> None:
    p = parts()
    found = read(report(p.root, p.lib.evidence, PatientName="Hemlig^Person"))
    assert "Hemlig" not in repr(found)
    assert found.sop_instance_uid == REPORT_UID
