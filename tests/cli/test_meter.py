"""`klarsyn meter`, as an administrator types it."""

import csv
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from klarsyn.cli.context import Context
from klarsyn.cli.doctor_meter import meter
from klarsyn.cli.main import main
from klarsyn.cli.text_pdf import text_pdf
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.metering import EngineRun, Terms

TERMS = Terms(Decimal("12.50"), "SEK", "=Avtal (7) Å")


@pytest.fixture
def october(installation, import_exams: Callable[..., list[str]]):
    """Two scored exams, one of them run twice, and one that failed; all in October 2026."""
    exam_ids = import_exams(3)
    installation.clock.moment = datetime(2026, 10, 5, 12).astimezone()

    def _add(number: int, exam_id: str, status: ResultStatus = ResultStatus.SCORED) -> None:
        now = installation.clock.now()
        made = Provenance("Cad", "V", "1", "ab" * 32, IntendedUse.CLINICAL, "c", 1, (f"2.25.{exam_id}",), now)
        score = ExamScore(3, 0.3, 30.0, provisional=False)
        result = AiResult(f"r-{number}", exam_id, status, made, score)
        installation.store.results.add(result, EngineRun("cad", now, TERMS))

    for number, exam_id in enumerate([exam_ids[0], exam_ids[1], exam_ids[1]]):
        _add(number, exam_id)
    _add(3, exam_ids[2], ResultStatus.FAILED)
    installation.clock.moment = datetime(2026, 11, 1, 0, 0).astimezone()
    _add(4, exam_ids[2])
    return installation


def test_a_statement_counts_the_runs_of_its_month_and_says_why_some_are_not_billed(
    october, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["meter", "statement", "2026-10"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"cad +=Avtal \(7\) Å +3 +4 +2 +12.50 SEK +25.00", printed)
    assert "not billed, failed: 1" in printed
    assert "not billed, repeated: 1" in printed
    assert "To pay: 25.00 SEK" in printed


def test_a_run_at_midnight_belongs_to_the_month_that_begins(
    october, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["meter", "statement", "2026-11"])
    assert "To pay: 12.50 SEK" in capsys.readouterr().out


def test_the_csv_says_the_same_as_the_table_and_holds_no_formula(october, tmp_path: Path) -> None:
    main(["meter", "statement", "2026-10", "--csv", str(tmp_path / "o.csv")])
    with (tmp_path / "o.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["month"], row["engine"], row["contract"]) == ("2026-10", "cad", "'=Avtal (7) Å")
    assert (row["exams"], row["runs"], row["billed"]) == ("3", "4", "2")
    assert (row["not billed: failed"], row["not billed: repeated"], row["sum"]) == ("1", "1", "25.00")


def test_the_pdf_holds_the_table_as_text(october, tmp_path: Path) -> None:
    main(["meter", "statement", "2026-10", "--pdf", str(tmp_path / "o.pdf")])
    written = (tmp_path / "o.pdf").read_bytes()
    assert r"=Avtal \(7\) Å".encode("cp1252") in written
    assert b"To pay: 25.00 SEK" in written


@pytest.mark.invariant(9)
def test_nothing_private_escapes_into_a_statement(
    october, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = tmp_path / "o.csv", tmp_path / "o.pdf"
    main(["meter", "statement", "2026-10", "--csv", str(files[0]), "--pdf", str(files[1])])
    said = capsys.readouterr().out + "".join(file.read_bytes().decode("latin-1") for file in files)
    exams = october.store.exams.many()
    for exam in exams:
        identity = (exam.exam_id, exam.patient.patient_id, exam.patient.name, exam.accession_number)
        for secret in (*identity, *(i.sop_instance_uid for i in exam.images)):
            assert secret
            assert not re.search(rf"\b{re.escape(secret)}\b", said)


def test_a_month_without_runs_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["meter", "statement", "2025-01"]) == 0
    assert "No engine ran" in capsys.readouterr().out


@pytest.mark.parametrize("month", ["2026-13", "october", "0000-01", "9999-12", "2026-1"])
def test_a_month_that_is_none_is_refused(month: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["meter", "statement", month])
    assert "no month" in capsys.readouterr().err


def test_doctor_says_that_the_ledger_ties_with_the_results(
    october, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["doctor"])
    said = capsys.readouterr().out
    assert re.search(r"ok    ledger of the last 31 days: \d runs of engines, ties with results", said)
    assert "ok    ledger since its beginning: 5 runs of engines, ties with results" in said


def test_doctor_looks_at_the_last_31_days_and_at_the_whole_ledger(october) -> None:
    def checks(day: datetime) -> list[bool]:
        october.clock.moment = day.astimezone()
        context = Context(october.settings, october.store, october.clock)
        return [well for well, words in meter(context) if words.startswith("ledger")]

    with october.store.database.writing() as session:
        session.execute(text("DROP TRIGGER ledger_refuses_update"))
        session.execute(text("UPDATE ledger SET outcome = 'failed' WHERE number = 1"))
    assert checks(datetime(2026, 10, 30)) == [False, False]
    assert checks(datetime(2026, 12, 30)) == [True, False]


def test_doctor_and_statement_fail_when_the_ledger_does_not_tie(
    october, capsys: pytest.CaptureFixture[str]
) -> None:
    with october.store.database.writing() as session:
        session.execute(text("DROP TRIGGER ledger_refuses_delete"))
        session.execute(text("DELETE FROM ledger WHERE number = 1"))
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "FAIL  ledger since its beginning: 4 runs of engines, does not tie with results." in told
    assert "1 rows of ai_result have no entry in the ledger." in told
    assert "restore it from the last backup whose ledger ties" in told
    assert main(["meter", "statement", "2026-10"]) == 1
    assert "have no entry in the ledger" in capsys.readouterr().out


def test_a_long_text_goes_on_over_pages_and_each_object_is_where_the_file_says() -> None:
    written = text_pdf([f"line {n}" for n in range(200)], "Title")
    assert written.count(b"/Type /Page ") == 4
    assert b"(line 199)" in written
    start = int(written.rsplit(b"startxref\n", 1)[1].split()[0])
    assert written[start:].startswith(b"xref")
    places = re.findall(rb"(\d{10}) 00000 n", written[start:])
    for number, place in enumerate(places, start=1):
        assert written[int(place) :].startswith(b"%d 0 obj" % number)
    for length, stream in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", written, re.DOTALL):
        assert len(stream) == int(length)
