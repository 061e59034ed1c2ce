"""`klarsyn audit` as an administrator gives it, and what commands write into the access log."""

import re
from collections.abc import Iterator

import pytest
from audit_keys import draw_exactly
from audit_worlds import read_to_end
from policies_used import scored
from sqlalchemy import text

from klarsyn.base.settings import load_settings
from klarsyn.cli.context import Context, opened
from klarsyn.cli.seat import seat
from klarsyn.domain.access import Access
from klarsyn.domain.decision import DecisionRules
from klarsyn.domain.queue_filter import parse_filter
from klarsyn.reading.deciding import decide
from klarsyn.reading.policies import load_policy


@pytest.fixture
def exam_id(installation, import_exams, monkeypatch) -> str:
    """An exam with a score of 3, under the region's policy; commands see the same installation."""
    monkeypatch.setenv("KLARSYN_POLICY", "region")
    (found,) = import_exams(1)
    scored(installation, found, 3)
    return found


@pytest.fixture
def context(exam_id: str) -> Iterator[Context]:
    with opened(load_settings(reader="anna")) as made:
        yield made


def test_the_draw_of_an_exam_is_done_again_for_an_administrator(installation, exam_id: str, say) -> None:
    status, said = say("audit", "draw", exam_id[:12])
    assert (status, "not drawn" in said, "1 readers: in order" in said) == (0, True, True), said
    draw_exactly(installation.store, [exam_id])
    status, said = say("audit", "draw", exam_id[:12])
    assert status == 0
    assert "(5 %): drawn." in said
    assert "2 readers: audit draw" in said


@pytest.mark.invariant(6)
@pytest.mark.parametrize("words", [("draw", "x"), ("estimate",), ("show",)])
def test_nobody_but_an_administrator_learns_of_second_readers_in_secret(
    exam_id: str, say, monkeypatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("KLARSYN_ADMINISTRATORS", '["admin"]')
    monkeypatch.setenv("KLARSYN_READER", "anna")
    status, said = say("audit", *words)
    assert status == 1
    assert said == "anna is no administrator here. The setting `administrators` names them.\n"


def test_an_exam_that_is_not_there_is_a_sentence(exam_id: str, say) -> None:
    assert say("audit", "draw", "nothing") == (
        1,
        "No exam fits 'nothing': give the accession number, or more letters of the exam's key.\n",
    )


def test_what_a_reader_opens_is_shown_and_is_as_it_was_written(context: Context, exam_id: str, say) -> None:
    desk, _ = seat(context)
    desk.queue(parse_filter("FFDM"))
    desk.queue(parse_filter("FFDM"))
    session = desk.open(exam_id)
    read_to_end(session, _Waits())
    context.store.access_log.anchor()
    number = session.exam.patient.patient_id
    status, said = say("audit", "show", "--patient", number)
    assert status == 0
    assert [line.split("  ")[3] for line in said.splitlines()] == ["opened", "AI revealed"]
    assert all("  anna  " in line and number in line for line in said.splitlines())
    assert say("audit", "show", "--reader", "anna")[1].count("searched") == 1
    status, said = say("audit", "verify")
    assert (status, said.splitlines()[-1]) == (0, "All is as it was written."), said
    (logs,) = [*context.settings.folders.logs.glob("*")] or [None]
    assert logs is None or number not in logs.read_text(), "no patient data in ordinary logs"


class _Waits:
    """A command's clock is the machine's: nothing is waited for here."""

    def advance(self, _span: object) -> None:
        """Stay."""


def test_verify_fails_when_somebody_has_changed_an_entry(context: Context, exam_id: str, say) -> None:
    seat(context)[0].open(exam_id)
    with context.store.database.writing() as session:
        session.execute(text("DROP TRIGGER access_log_refuses_update"))
        session.execute(text("UPDATE access_log SET who = 'berta' WHERE position = 1"))
    status, said = say("audit", "verify")
    assert status == 1
    assert "entry 1 was changed" in said
    assert said.splitlines()[-1] == "The access log is not as it was written."


def test_reports_that_leave_are_logged_with_their_patients(
    context: Context, exam_id: str, say, tmp_path
) -> None:
    say("sr", "write", "--all", tmp_path / "out")
    exported = [e for e in context.store.access_log.find() if e.what == Access.EXPORTED]
    assert [e.exam_id for e in exported] == [exam_id]


def test_what_single_reading_loses_is_estimated_from_the_drawn_exams(installation, exam_id: str, say) -> None:
    draw_exactly(installation.store, [exam_id])
    status, said = say("audit", "estimate", "--a-year", 15000)
    assert status == 0
    assert "0 drawn exams are decided, 1 wait" in said
    assert re.search(r"must go on for \d+\.\d years at 15000 single-read exams a year and 5 %", said)
    from klarsyn.reading.desk import ReadingDesk
    from klarsyn.store.image_folder import ImageFolder

    policy = load_policy("region")
    for reader in ("anna", "berta"):
        images = ImageFolder(installation.settings.folders.images)
        desk = ReadingDesk(installation.store, images, policy, reader, installation.clock)
        read_to_end(desk.open(exam_id), installation.clock)
    decide(installation.store, policy, DecisionRules(), installation.clock.now())
    said = say("audit", "estimate")[1]
    assert "1 drawn exams are decided, 0 wait" in said
    assert "Of 1 audited exams 0 were recalled though the first reader said normal: 0.00 per mille" in said
    assert "about 0 of 20." in said
