"""Letters leave with their batch, each once, whatever interrupts them."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from decided_exams import POLICY, read

from klarsyn.domain.decision import DecisionOutcome
from klarsyn.reading import letter_export
from klarsyn.reading.arbitration import ArbitrationDesk
from klarsyn.reading.letter_export import LetterError
from klarsyn.reading.letter_template import load_template
from klarsyn.reading.letters import LetterDesk, LetterFormat
from klarsyn.store.letters import LetterRepository

DAY = date(2026, 1, 5)
LEAVES = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
CSV, HL7 = LetterFormat.CSV, LetterFormat.HL7


@pytest.fixture
def desk(installation, tmp_path: Path) -> LetterDesk:
    return LetterDesk(installation.store, POLICY, load_template(tmp_path), installation.clock, "doris")


@pytest.fixture
def exams(installation, import_exams) -> list[str]:
    """Three exams: agreed on, disputed, read by one."""
    import_exams(3)
    found = [e.exam_id for e in sorted(installation.store.exams.many(), key=lambda e: e.accession_number)]
    for exam_id, readers in zip(found, (("anna", "berit"), ("anna", "berit"), ("anna",)), strict=True):
        for reader in readers:
            read(installation, exam_id, reader, recall=exam_id == found[1] and reader == "anna")
    return found


def arbitrate(installation, exam_id: str, outcome: DecisionOutcome = DecisionOutcome.RECALL) -> None:
    ArbitrationDesk(installation.store, POLICY, "cecilia", installation.clock, lambda who: True).open(
        exam_id
    ).sign(outcome, "seen")


def outcomes(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8-sig").splitlines()[1:]
    return [(cells[5], cells[7]) for line in lines if (cells := line.split(";"))]


def test_nothing_leaves_and_nothing_is_told_before_the_batchs_time(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    installation.clock.moment = LEAVES - timedelta(seconds=1)
    for act in (lambda: desk.waiting(DAY), lambda: desk.export(DAY, CSV, tmp_path)):
        with pytest.raises(LetterError, match="leave at 16:00"):
            act()
    assert list(tmp_path.glob("letters*")) == []
    installation.clock.moment = LEAVES
    assert len(desk.waiting(DAY)) == 1


@pytest.mark.invariant(5)
def test_no_letter_before_both_reads_are_in_force_and_none_of_what_is_disputed(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    installation.clock.moment = LEAVES
    done = desk.export(DAY, CSV, tmp_path)
    assert outcomes(done.path) == [("A0", "normal")]
    read(installation, exams[2], "berit", in_force=False)
    with pytest.raises(LetterError, match="have left"):
        desk.export(DAY, CSV, tmp_path)


def test_an_arbitrated_exam_leaves_with_the_others_and_none_is_left(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    arbitrate(installation, exams[1])
    installation.clock.moment = LEAVES
    assert sorted(outcomes(desk.export(DAY, CSV, tmp_path).path)) == [("A0", "normal"), ("A1", "recall")]
    read(installation, exams[2], "berit")
    installation.clock.moment = LEAVES + timedelta(days=1)
    later = desk.export(DAY + timedelta(days=1), CSV, tmp_path)
    assert outcomes(later.path) == [("A2", "normal")]


def test_a_letter_that_missed_its_batch_leaves_with_the_next(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    installation.clock.moment = LEAVES + timedelta(days=4)
    done = desk.export(DAY + timedelta(days=4), CSV, tmp_path)
    assert outcomes(done.path) == [("A0", "normal")]


def test_letters_leave_once_and_again_only_with_a_reason(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    installation.clock.moment = LEAVES
    first = desk.export(DAY, CSV, tmp_path)
    with pytest.raises(LetterError, match=r"1 by doris on 2026-01-05 15:00 UTC in letters-.*--again"):
        desk.export(DAY, HL7, tmp_path)
    with pytest.raises(LetterError, match="only for a reason"):
        desk.export(DAY, CSV, tmp_path, again=" ")
    installation.clock.advance(timedelta(hours=1))
    again = desk.export(DAY, CSV, tmp_path, again="the printer lost them")
    assert again.path != first.path
    assert again.path.read_bytes() == first.path.read_bytes()
    assert [each.again_reason for each in desk.exports(DAY)] == ["", "the printer lost them"]


def test_a_correction_is_a_letter_of_its_own_and_the_old_one_is_not_sent_again(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    arbitrate(installation, exams[1], DecisionOutcome.NORMAL)
    installation.clock.moment = LEAVES
    desk.export(DAY, CSV, tmp_path)
    arbitrate(installation, exams[1])
    installation.clock.moment = LEAVES + timedelta(days=1)
    (corrected,) = desk.waiting(DAY + timedelta(days=1))
    assert (corrected.corrects, corrected.field("outcome")) == (True, "recall")
    desk.export(DAY + timedelta(days=1), CSV, tmp_path)
    again = desk.export(DAY, CSV, tmp_path, again="lost")
    assert outcomes(again.path) == [("A0", "normal")]


def test_a_correction_before_the_batch_is_no_corrected_letter(
    installation, desk: LetterDesk, exams: list[str]
) -> None:
    arbitrate(installation, exams[1], DecisionOutcome.NORMAL)
    arbitrate(installation, exams[1])
    installation.clock.moment = LEAVES
    told = {letter.exam.exam_id: letter for letter in desk.waiting(DAY)}
    assert (told[exams[1]].corrects, told[exams[1]].field("outcome")) == (False, "recall")


class Pulled(Exception):
    """The plug, pulled."""


@pytest.mark.parametrize("step", ["_write", "add", "_name", "delivered"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_step_neither_loses_nor_doubles_a_letter(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path, monkeypatch, step: str, when: str
) -> None:
    owner = LetterRepository if step in ("add", "delivered") else letter_export
    real = getattr(owner, step)

    def crashing(*given, **named):
        if when == "after":
            real(*given, **named)
        raise Pulled

    installation.clock.moment = LEAVES
    folder = tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, crashing)
        with pytest.raises(Pulled):
            desk.export(DAY, CSV, folder)
    said = ""
    try:
        said = " ".join(desk.export(DAY, CSV, folder).told)
    except LetterError as error:
        said = str(error)
    with pytest.raises(LetterError, match="have left"):
        desk.export(DAY, CSV, folder)
    files = list(folder.glob("letters*"))
    assert [outcomes(path) for path in files] == [[("A0", "normal")]]
    assert installation.store.letters.open_exports() == []
    noted = (step, when) in {
        ("add", "after"),
        ("_name", "before"),
        ("_name", "after"),
        ("delivered", "before"),
    }
    assert ("interrupted" in said) is noted


def test_an_export_of_another_machine_is_left_to_it(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path, monkeypatch
) -> None:
    installation.clock.moment = LEAVES
    with monkeypatch.context() as patched:
        patched.setattr(letter_export.platform, "node", lambda: "elsewhere")
        patched.setattr(letter_export, "_name", lambda *_: (_ for _ in ()).throw(Pulled))
        with pytest.raises(Pulled):
            desk.export(DAY, CSV, tmp_path)
    with pytest.raises(LetterError, match="finish it on elsewhere"):
        desk.export(DAY, CSV, tmp_path)
    assert len(installation.store.letters.open_exports()) == 1


def test_a_file_that_was_changed_between_is_not_given_its_name(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path, monkeypatch
) -> None:
    installation.clock.moment = LEAVES
    with monkeypatch.context() as patched:
        patched.setattr(letter_export, "_name", lambda *_: (_ for _ in ()).throw(Pulled))
        with pytest.raises(Pulled):
            desk.export(DAY, CSV, tmp_path)
    (part,) = tmp_path.glob(".letters*")
    part.write_bytes(b"other")
    with pytest.raises(LetterError, match="has been changed"):
        desk.export(DAY, CSV, tmp_path)
    assert list(tmp_path.glob("letters*")) == []


@pytest.mark.invariant(9)
def test_nothing_private_is_left_behind_by_a_crash(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    installation.clock.moment = LEAVES
    old, young = tmp_path / ".letters-2026-01-04-aa.csv.part", tmp_path / ".letters-2026-01-05-bb.csv.part"
    for path in (old, young):
        path.write_text("Testsson")
    os.utime(old, (1, 1))
    desk.export(DAY, CSV, tmp_path)
    assert (old.exists(), young.exists()) == (False, True)  # the young one may be another's, at work now


def test_a_folder_that_cannot_be_written_exports_nothing(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    installation.clock.moment = LEAVES
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(LetterError, match="Nothing was exported"):
        desk.export(DAY, CSV, tmp_path / "file")
    assert len(desk.waiting(DAY)) == 1


def test_a_letter_whose_exam_has_changed_since_stays(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path
) -> None:
    installation.clock.moment = LEAVES
    assert desk.decide() == 1
    read(installation, exams[0], "elsa", recall=True)
    with pytest.raises(LetterError, match="No letter waits"):
        desk.export(DAY, CSV, tmp_path)


def test_two_who_export_at_once_send_one_letter(
    installation, desk: LetterDesk, exams: list[str], tmp_path: Path, monkeypatch
) -> None:
    installation.clock.moment = LEAVES
    other = LetterDesk(installation.store, POLICY, load_template(tmp_path), installation.clock, "elsa")
    real = LetterRepository.add

    def overtaken(self, export) -> None:
        monkeypatch.setattr(LetterRepository, "add", real)
        other.export(DAY, CSV, tmp_path)
        real(self, export)

    monkeypatch.setattr(LetterRepository, "add", overtaken)
    with pytest.raises(LetterError, match="have left meanwhile"):
        desk.export(DAY, CSV, tmp_path)
    assert [export.by for export in desk.exports(DAY)] == ["elsa"]
    assert len(list(tmp_path.glob("*letters*"))) == 1
