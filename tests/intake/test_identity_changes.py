"""Patient numbers get merged and corrected: keys never are the number, and priors follow."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from small_mammograms import write_exam
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.task import TaskRule
from klarsyn.intake.adt_file import take_merges
from klarsyn.intake.identity_changes import change_identity
from klarsyn.intake.importer import Importer
from klarsyn.simulation.writing.personal_numbers import TEST_NUMBERS
from klarsyn.store.identity_events import IdentityChange, IdentityRefused

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
NUMBER = TEST_NUMBERS[0]
COORDINATION = "701063-2391"
ANNA = {"PatientName": "Testsson^Anna", "PatientBirthDate": "19580312"}


class House:
    def __init__(self, installation, folder: Path) -> None:
        self.installation, self.store, self.folder = installation, installation.store, folder

    def bring(self, exam: int, number: str, **changes: object) -> str:
        written = {**ANNA, "PatientID": number, **changes}
        write_exam(self.folder / f"{exam}-{number}", exam, **written)
        settings = self.installation.settings
        clock = self.installation.clock
        Importer(self.store, settings.folders, clock, workers=1).run([self.folder])
        return next(e.exam_id for e in self.store.exams.many() if e.accession_number == f"A{exam}")

    def change(self, kind: str, old: str, new: str, reason: str = "one woman", **more: object):
        made = IdentityChange(kind, old, new, "doris", reason, AT, **more)
        return change_identity(self.store, made, TaskRule())

    def patient(self, exam_id: str):
        return self.store.exams.get(exam_id).patient


@pytest.fixture
def house(installation, tmp_path: Path) -> House:
    return House(installation, tmp_path / "in")


def test_merged_numbers_are_one_woman_and_her_priors_follow(house: House) -> None:
    old = house.bring(1, COORDINATION, StudyDate="20200102")
    new = house.bring(2, NUMBER)
    assert house.store.exams.beside(new) == []
    assert house.change("merge", COORDINATION, NUMBER) == (old,)
    assert [e.exam_id for e in house.store.exams.beside(new)] == [old]
    assert house.patient(old) == house.patient(new)


def test_a_file_that_comes_later_under_the_old_number_is_the_same_womans(house: House) -> None:
    current = house.bring(2, NUMBER)
    house.change("merge", "old-1", NUMBER)
    prior = house.bring(1, "old-1", StudyDate="20200102")
    assert house.patient(prior).patient_id == NUMBER
    assert [e.exam_id for e in house.store.exams.beside(current)] == [prior]


def test_a_late_image_under_the_old_number_joins_its_exam(house: House) -> None:
    exam_id = house.bring(1, "old-1")
    house.change("merge", "old-1", NUMBER)
    again = {"SOPInstanceUID": "2.25.4711", **ANNA, "PatientID": "old-1"}
    write_exam(house.folder / "late", 1, views=(("L", "CC"),), **again)
    assert house.bring(1, "old-1") == exam_id
    exam = house.store.exams.get(exam_id)
    assert len(exam.images) == 5
    assert "identity-contradiction" not in {n.code for n in exam.notices}


def test_merges_of_merges_are_followed_in_their_order(house: House) -> None:
    house.change("merge", "a", "b")
    house.change("merge", "b", "c")
    exam_id = house.bring(1, "a")
    assert house.patient(exam_id).patient_id == "c"


def test_a_study_that_was_no_prior_is_one_when_its_newer_one_is_known_to_be_hers(house: House) -> None:
    old = house.bring(1, "old-1", StudyDate="20250201")
    house.bring(2, NUMBER)
    assert house.store.exams.get(old).reading_task
    house.change("merge", "old-1", NUMBER)
    assert not house.store.exams.get(old).reading_task


def test_a_correction_of_one_exam_leaves_the_other_womans_exams_alone(house: House) -> None:
    mine = house.bring(1, NUMBER, StudyDate="20200102")
    other = house.bring(2, NUMBER)
    assert len(house.store.exams.beside(other)) == 1
    right = TEST_NUMBERS[7]
    moved = house.change(
        "correct", NUMBER, right, exam_id=mine, new_name="Annan, Berit", new_birth_date=date(1946, 7, 28)
    )
    assert moved == (mine,)
    assert house.patient(other).patient_id == NUMBER
    assert (house.patient(mine).patient_id, house.patient(mine).name) == (right, "Annan, Berit")
    assert house.store.exams.beside(other) == []


@pytest.mark.parametrize(
    ("kind", "old", "new", "more", "why"),
    [
        ("merge", "x", NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10), {}, "check digit"),
        ("merge", NUMBER, COORDINATION, {}, "wrong order"),
        ("correct", "x", NUMBER, {"new_birth_date": date(1999, 1, 1)}, "contradict"),
        ("correct", "x", "x", {}, "changes nothing"),
        ("merge", "x", " ", {}, "empty"),
        ("merge", "x", "y", {"reason": ""}, "Say why"),
    ],
)
def test_what_is_mistyped_or_says_nothing_is_refused(house: House, kind, old, new, more, why) -> None:
    with pytest.raises(IdentityRefused, match=why):
        house.change(kind, old, new, **more)
    assert house.store.identities.events() == []


def test_a_number_of_several_issuers_needs_its_issuer(house: House) -> None:
    one = house.bring(1, "17", IssuerOfPatientID="North")
    house.bring(2, "17", IssuerOfPatientID="South")
    with pytest.raises(IdentityRefused, match="'North', 'South'"):
        house.change("merge", "17", NUMBER)
    assert house.change("merge", "17", NUMBER, old_issuer="North", new_issuer="") == (one,)


def test_identity_events_are_never_altered(house: House) -> None:
    house.change("merge", "a", "b")
    for statement in ("UPDATE identity_event SET new_id = 'x'", "DELETE FROM identity_event"):
        with pytest.raises(DatabaseError, match="append-only"), house.store.database.writing() as session:
            session.execute(text(statement))


def a40(stays: str, goes: str, kind: str = "ADT^A40^ADT_A39", charset: str = "8859/1") -> str:
    head = f"MSH|^~\\&|PI|H|K|K|20260105||{kind}|1|P|2.5|||||SWE|{charset}"
    return "\r".join(
        [head, "EVN||20260105", f"PID|||{stays}^^^REGION||Åkesson^Anna||19580312|F", f"MRG|{goes}^^^REGION"]
    )


def test_merges_come_from_a_file_of_the_hospitals_index_once(house: House, tmp_path: Path) -> None:
    exam_id = house.bring(1, "old-1")
    path = tmp_path / "merges.hl7"
    path.write_bytes("\r\n".join([a40(NUMBER, "old-1"), a40("1", "2", "ADT^A08")]).encode("latin-1"))
    taken = take_merges(house.store, path, by="doris", at=AT, rule=TaskRule())
    assert (taken.merges, taken.exams, taken.others, taken.refused) == (1, 1, 1, ())
    assert (house.patient(exam_id).patient_id, house.patient(exam_id).name) == (NUMBER, "Åkesson, Anna")
    again = take_merges(house.store, path, by="doris", at=AT, rule=TaskRule())
    assert (again.merges, again.known) == (0, 1)
    (event,) = house.store.identities.events()
    assert event.source.startswith("ADT A40, message 1.1 of the file ")


def test_a_message_that_cannot_be_understood_is_told_and_keeps_no_other_back(
    house: House, tmp_path: Path
) -> None:
    path = tmp_path / "merges.hl7"
    broken = a40(NUMBER, "").replace("MRG|^^^REGION", "MRG|")
    wrong = a40("194602138180", "old-2")
    path.write_bytes("\n".join([broken, wrong, a40(NUMBER, "old-1")]).encode())
    taken = take_merges(house.store, path, by="doris", at=AT, rule=TaskRule())
    assert taken.merges == 1
    assert len(taken.refused) == 2
    assert not any("old-2" in sentence or "1946" in sentence for sentence in taken.refused)
    path.write_bytes(b"nothing")
    with pytest.raises(IdentityRefused, match="begins with MSH"):
        take_merges(house.store, path, by="doris", at=AT, rule=TaskRule())
