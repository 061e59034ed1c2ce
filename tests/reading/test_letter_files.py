"""Letters as files, read back by the reader of CSV that everybody has, and by the hl7 library."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.base.paths import resources
from klarsyn.domain.decision import Decision, DecisionKind, DecisionOutcome
from klarsyn.domain.exam import Exam, ExamType, Image, Patient
from klarsyn.reading.letter import FIELDS, Letter
from klarsyn.reading.letter_files import NotWritable, csv_file, hl7_file
from klarsyn.reading.letter_template import LetterTemplate, read_template

NOW = datetime(2026, 1, 5, 15, 0, 30, tzinfo=UTC)
STANDARD = (resources() / "decisions" / "standard.toml").read_text(encoding="utf-8")
ANNA = Patient("19580312-TEST", "Åström-Łukasz, Anna Maria", date(1958, 3, 12), "SKV")


def template(**changes: str) -> LetterTemplate:
    text = STANDARD
    for before, after in changes.values():
        assert before in text
        text = text.replace(before, after)
    return read_template("decisions.toml", text.encode())


def letter(
    patient: Patient = ANNA, outcome: DecisionOutcome = DecisionOutcome.RECALL, **changes: object
) -> Letter:
    image = Image("2.25.1", "1.2", "2.25.9", 10, 10)
    exam = Exam(
        "e-1", "k", patient, date(2026, 1, 2), NOW, ExamType.FFDM, (image,), accession_number="A17",
    )  # fmt: skip
    made = Decision(
        "0f8fad5b-d9cb-469f-a165-70867728950e", "e-1", DecisionKind.ARBITRATION, outcome, ("cecilia",), NOW,
        date(2026, 1, 5), ("2.25.1",), ("r",), "irregular mass", "cecilia",
    )  # fmt: skip
    return replace(Letter(made, exam, corrects=False), **changes)


def rows(content: bytes, form) -> list[dict[str, str]]:
    text = content.decode(form.charset)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=form.separator))


def test_a_list_is_read_back_as_it_was() -> None:
    form = template().csv
    (row,) = rows(csv_file([letter()], form), form)
    assert row == {
        "letter": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "status": "final",
        "personal number": "19580312-TEST",
        "name": "Åström-Łukasz, Anna Maria",
        "born": "1958-03-12",
        "accession number": "A17",
        "examined": "2026-01-02",
        "outcome": "recall",
        "batch": "2026-01-05",
    }


def test_a_list_follows_the_sites_form() -> None:
    form = template(
        a=('charset = "utf-8-bom"', 'charset = "latin-1"'),
        b=('separator = ";"', 'separator = "tab"'),
        c=('line_end = "crlf"', 'line_end = "lf"'),
        d=('recall = "recall"', 'recall = "åter"'),
    ).csv
    content = csv_file([letter(replace(ANNA, name="Öberg, Åsa"))], form)
    assert content.count(b"\n") == 2
    assert b"\r" not in content
    assert content.split(b"\n")[1].split(b"\t")[7] == "åter".encode("latin-1")


def message(content: bytes, charset: str = "utf-8"):
    return hl7.parse(content.decode(charset))


def field(message, segment: str, number: int, component: int = 1) -> str:
    """Return a component as the library reads it, escapes undone; "" where the message ends before it."""
    components = message.segment(segment)(number)
    if component > 1 and str(components).count(message.separators[3]) < component - 1:
        return ""
    return str(message.extract_field(segment, 1, number, 1, component))


PLAIN = {"framing": ('framing = "batch"', 'framing = "plain"')}


def test_a_message_is_an_oru_r01_of_version_2_5_that_the_library_reads_back() -> None:
    made = message(hl7_file([letter()], template(**PLAIN).hl7, NOW))
    assert [str(segment[0]) for segment in made] == ["MSH", "PID", "OBR", "OBX"]
    assert [field(made, "MSH", 9, n) for n in (1, 2, 3)] == ["ORU", "R01", "ORU_R01"]
    assert [field(made, "MSH", n) for n in (3, 5, 7, 11, 12, 18)] == [
        "KLARSYN", "LETTERS", "20260105150030+0000", "P", "2.5", "UNICODE UTF-8",
    ]  # fmt: skip
    assert field(made, "MSH", 10) == "0f8fad5bd9cb469fa165"
    assert (field(made, "PID", 3), field(made, "PID", 3, 4)) == ("19580312-TEST", "SKV")
    assert (field(made, "PID", 5), field(made, "PID", 5, 2)) == ("Åström-Łukasz", "Anna Maria")
    assert field(made, "PID", 7) == "19580312"
    assert (field(made, "OBR", 2), field(made, "OBR", 4), field(made, "OBR", 25)) == (
        "A17",
        "MAM-SCREEN",
        "F",
    )
    assert field(made, "OBX", 2) == "CE"
    assert [field(made, "OBX", 5, n) for n in (1, 2, 3)] == ["R", "Recall", "L"]
    assert field(made, "OBX", 11) == "F"


def test_a_corrected_letter_says_so_in_both_places() -> None:
    made = message(hl7_file([letter(corrects=True)], template(**PLAIN).hl7, NOW))
    assert (field(made, "OBR", 25), field(made, "OBX", 11)) == ("C", "C")


@pytest.mark.invariant(5)
def test_nobody_can_infer_from_a_letter_how_it_was_decided_when_and_by_whom() -> None:
    arbitrated = letter(outcome=DecisionOutcome.NORMAL)
    agreed = replace(
        arbitrated,
        decision=replace(
            arbitrated.decision, kind=DecisionKind.AGREEMENT, by=("anna", "berit"), signed_by="",
            reason="they", at=datetime(2026, 1, 5, 7, 0, tzinfo=UTC), reads=("r", "q"), result_id="x",
        ),
    )  # fmt: skip
    forms = template()
    assert csv_file([arbitrated], forms.csv) == csv_file([agreed], forms.csv)
    assert hl7_file([arbitrated], forms.hl7, NOW) == hl7_file([agreed], forms.hl7, NOW)
    assert {arbitrated.field(name) == agreed.field(name) for name in FIELDS} == {True}


def test_a_file_of_several_is_a_batch_that_the_library_reads_back() -> None:
    content = hl7_file([letter(), letter(outcome=DecisionOutcome.NORMAL)], template().hl7, NOW)
    file = hl7.parse_file(content.decode())
    (batch,) = file
    assert [field(each, "OBX", 5) for each in batch] == ["R", "N"]
    assert (str(batch.trailer[1]), str(file.trailer[1])) == ("2", "1")
    assert str(batch.header[3]) == "KLARSYN"


def test_a_site_adds_fields_and_has_separators_of_its_own() -> None:
    form = template(
        **PLAIN,
        a=("'|^~\\&'", "'#@+!%'"),
        b=(
            "[hl7]",
            '[hl7]\nfields = [{ at = "OBR-18", field = "exam_id" }, { at = "PID-5.7", field = "status" }]',
        ),
    ).hl7
    content = hl7_file([letter(replace(ANNA, name="Berg#@+!%, Eva"))], form, NOW)
    assert content.startswith(b"MSH#@+!%#KLARSYN#")
    made = message(content)
    assert field(made, "PID", 5) == "Berg#@+!%"
    assert (field(made, "OBR", 18), field(made, "PID", 5, 7)) == ("e-1", "final")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def shown(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


@given(texts, texts, texts)
def test_no_name_or_number_breaks_out_of_its_field(number: str, family: str, given_name: str) -> None:
    patient = Patient(number, f"{family.replace(', ', ' ')}, {given_name}", date(1958, 3, 12))
    made = message(hl7_file([letter(patient)], template(**PLAIN).hl7, NOW))
    assert [str(segment[0]) for segment in made] == ["MSH", "PID", "OBR", "OBX"]
    told = letter(patient)
    assert field(made, "PID", 3) == shown(number)
    assert field(made, "PID", 5) == shown(told.field("family_name"))
    assert field(made, "PID", 5, 2) == shown(told.field("given_name"))
    assert field(made, "OBX", 5) == "R"
    form = template().csv
    (row,) = rows(csv_file([told], form), form)
    assert (row["personal number"], row["name"]) == (number, patient.name)


@pytest.mark.parametrize("write", ["csv", "hl7"])
def test_a_name_that_the_charset_lacks_is_refused_and_not_spoiled(write: str) -> None:
    forms = template(
        a=('charset = "utf-8-bom"', 'charset = "latin-1"'), b=('charset = "utf-8"', 'charset = "latin-1"')
    )
    with pytest.raises(NotWritable, match="exam e-1 has a sign that latin-1 lacks") as refused:
        csv_file([letter()], forms.csv) if write == "csv" else hl7_file([letter()], forms.hl7, NOW)
    assert "Łukasz" not in str(refused.value)
