"""docs/dicom-conformance.md says what the code does: each table equals the code's own."""

import re
from pathlib import Path

import pytest
from pydicom import uid

from klarsyn.dicom import limits, sop_classes, syntaxes
from klarsyn.dicom.cad_sr_writing.summary_page import SECONDARY_CAPTURE
from klarsyn.dicom.cad_sr_writing.writer import CAD_SR
from klarsyn.dicom.content.tree import MAX_DEPTH, MAX_ITEMS
from klarsyn.dicom.documents.document import ENCAPSULATED_PDF
from klarsyn.dicom.documents.pages import CAPTURES
from klarsyn.dicom.rejection import KEY_OBJECTS
from klarsyn.dicom.report_reader import GENERAL_REPORTS, MAMMOGRAPHY_CAD
from klarsyn.dicom.segmentation.report import SEGMENTATION
from klarsyn.dicom.states.reader import PRESENTATION_STATE

STATEMENT = Path(__file__).parents[2] / "docs" / "dicom-conformance.md"
_ROW = re.compile(r"\| ([^|]+) \| (1\.2\.840\.10008\.[0-9.]+) \|", re.MULTILINE)


def rows(heading: str) -> dict[str, str]:
    """The names and UIDs of the tables below a heading or a bold word."""
    text = STATEMENT.read_text(encoding="utf-8")
    begin = text.index(heading)
    end = text.find("\n## ", begin + 1)
    return {found: name.strip() for name, found in _ROW.findall(text[begin : end if end > 0 else None])}


def test_the_classes_that_are_read_are_those_of_the_statement():
    images = {*sop_classes._CLASSES, sop_classes._CT}
    reports = {MAMMOGRAPHY_CAD, *GENERAL_REPORTS, SEGMENTATION}
    documents = {ENCAPSULATED_PDF, *CAPTURES}
    others = {PRESENTATION_STATE, KEY_OBJECTS}
    assert set(rows("## SOP classes that are read")) == images | others | reports | documents


def test_the_classes_that_are_written_are_those_of_the_statement():
    assert set(rows("## SOP classes that are written")) == {
        CAD_SR,
        PRESENTATION_STATE,
        SECONDARY_CAPTURE,
    }


def test_the_transfer_syntaxes_are_those_of_the_statement():
    assert set(rows("## Transfer syntaxes")) == {str(each) for each in syntaxes.SUPPORTED}


def test_the_limits_are_those_of_the_statement():
    text = STATEMENT.read_text(encoding="utf-8")
    said = re.findall(r"^\| [^|]+ \| ([^|]+) \|$", text[text.index("## Limits") :], re.MULTILINE)[1:]
    assert said == [
        f"{limits.MAX_PIXELS // 2**20} Mi",
        f"{limits.MAX_FRAMES:,}".replace(",", " "),
        f"{limits.MAX_ELEMENT // 2**20} MiB; longer ones are passed over",
        f"{limits.MAX_INFLATED // 2**20} MiB",
        "8 or 16 allocated, grey, one sample",
        f"{MAX_ITEMS:,} content items, {MAX_DEPTH} levels; what is beyond is told and not read".replace(
            ",", " ", 1
        ),
    ]


@pytest.mark.parametrize("heading", ["## SOP classes that are read", "## SOP classes that are written"])
def test_each_class_has_the_name_that_the_standard_gives_it(heading):
    for found, name in rows(heading).items():
        words = set(re.findall(r"\w+", uid.UID(found).name.lower().replace("x-ray", "xray")))
        said = set(re.findall(r"\w+", name.lower().replace("x-ray", "xray")))
        assert said - {"for", "presentation", "processing"} <= words, (name, uid.UID(found).name)


def test_no_page_speaks_of_private_elements_that_the_code_writes():
    source = Path(sop_classes.__file__).parents[1]
    writing = [
        p
        for p in source.rglob("*.py")
        if re.search(r"private_block\(|\.add_new\(0x\d{3}[13579]", p.read_text())
    ]
    assert "none** is written" in STATEMENT.read_text(encoding="utf-8")
    assert [p.name for p in writing if "simulation" not in p.parts] == []
