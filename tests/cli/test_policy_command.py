"""`klarsyn policy` and `klarsyn exam`, as administrators and radiographers give them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.base.paths import resources
from klarsyn.cli.context import opened
from klarsyn.domain.policy_history import PolicyText


@pytest.fixture
def exam_id(tmp_path: Path, say, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KLARSYN_WORKERS", "1")
    names = {"PatientName": "Testsson^Anna", "PatientID": "1958-TEST", "AccessionNumber": "ACC-1"}
    write_exam(tmp_path / "in", 1, **names)
    assert say("import", tmp_path / "in", "--read")[0] == 0
    with opened() as context:
        return context.store.exams.many()[0].exam_id


def test_the_policy_of_the_settings_is_shown_until_a_version_is_put_in_force(say) -> None:
    status, said = say("policy", "show")
    assert status == 0
    assert "practice, by the setting `policy`" in said
    assert say("policy", "show", "region")[1] == (resources() / "policies" / "region.toml").read_text()
    status, said = say("policy", "use", "region", "--reason", "agreed in March")
    assert (status, "Version 2 of the reading policy is in force" in said) == (0, True)
    assert "region.toml, version 2" in say("policy", "show")[1]
    first, second = say("policy", "versions")[1].splitlines()
    assert "practice.toml" in first
    assert second.startswith("*")
    assert second.endswith("agreed in March")


def test_who_is_no_administrator_changes_nothing_and_reads_a_sentence(say, monkeypatch) -> None:
    monkeypatch.setenv("KLARSYN_ADMINISTRATORS", '["somebody"]')
    monkeypatch.setenv("KLARSYN_READER", "reader-one")
    status, said = say("policy", "use", "region", "--reason", "r")
    assert status == 1
    assert said.startswith("klarsyn: reader-one is no administrator here")
    monkeypatch.setenv("KLARSYN_READER", "Somebody")
    assert say("policy", "use", "region", "--reason", "r")[0] == 0


def test_a_broken_file_is_told_with_its_line(say, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('format = 1\ntitle = "T"\nai_rolle = "aid"\n')
    for action in (("use", "--reason", "r"), ("what-if",), ("show",)):
        status, said = say("policy", action[0], tmp_path / "ours.toml", *action[1:])
        assert status == 1
        assert "ours.toml:3: 'ai_rolle' is not known" in said


def test_a_version_that_cannot_be_used_is_told_by_the_doctor_and_above_the_queue(say) -> None:
    say("policy", "use", "region", "--reason", "r")
    assert "ok    reading policy, version 2: Region" in say("doctor")[1]
    with opened() as context:
        now = context.clock.now()
        context.store.policy_versions.add(PolicyText("ours.toml", "x"), by="a", at=now, reason="r")
    status, said = say("doctor")
    assert status == 1
    assert "FAIL  reading policy, version 2: Region" in said
    assert "Version 3 of the reading policy cannot be used: ours.toml:1:" in said
    assert "Version 3 of the reading policy cannot be used" in say("queue")[1]
    assert "Version 3 of the reading policy cannot be used" in say("policy", "versions")[1]


def test_a_version_dated_in_the_future_fails_the_doctor(say) -> None:
    say("policy", "use", "region", "--reason", "r")
    assert "still to come" not in say("doctor")[1]
    with opened() as context:
        ahead = context.clock.now() + timedelta(days=365)
        content = PolicyText("all-double.toml", (resources() / "policies" / "all-double.toml").read_text())
        context.store.policy_versions.add(content, by="a", at=ahead, reason="r")
    status, said = say("doctor")
    assert status == 1
    assert "FAIL  Version 3 of the reading policy is dated" in said
    assert say("policy", "use", "all-double", "--reason", "the clock was ahead")[0] == 0


def test_what_if_names_keys_and_never_the_woman(say, exam_id: str) -> None:
    status, said = say("policy", "what-if", "region")
    assert status == 0
    assert "1 exams. Now (practice) 2 reads, 0 exams by one reader; then (region) 2 reads" in said
    assert "     1 -> 0       the policy reads every exam twice" in said
    told = json.loads(say("policy", "what-if", "region", "--json")[1])
    assert told["reads"] == {"now": 2, "then": 2}
    assert told["moved"] == []
    assert told["reasons"] == [{"reason": "the policy reads every exam twice", "now": 1, "then": 0}]
    assert "Nothing changes." in say("policy", "what-if", "practice")[1]
    assert "Testsson" not in said + json.dumps(told)


def test_a_note_is_kept_with_who_and_why_and_taken_back(say, exam_id: str) -> None:
    status, said = say("exam", "note", "ACC-1", "symptoms", "--reason", "a lump, left")
    assert (status, "symptoms is noted. Two readers read it." in said) == (0, True)
    assert "is noted of exam" in say("exam", "note", exam_id[:8], "symptoms", "--reason", "x")[1]
    assert "symptoms were noted at the examination" in say("queue", "--full")[1]
    status, said = say("exam", "note", exam_id, "symptoms", "--off", "--reason", "another woman's")
    assert "symptoms is taken back" in said
    assert "symptoms were noted" not in say("queue", "--full")[1]
    first, second = say("exam", "notes", "ACC-1")[1].splitlines()
    assert first.endswith("noted       a lump, left")
    assert second.endswith("taken back  another woman's")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("note", "ACC-1", "symptoms"), "needs its reason"),
        (("note", "ACC-2", "symptoms", "--reason", "x"), "No exam has the accession number 'ACC-2'"),
        (("notes", "ACC-2"), "No exam has"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_noted(say, exam_id: str, words, said: str) -> None:
    status, printed = say("exam", *words)
    assert status == 1
    assert said in printed
    assert "Nothing was noted" in say("exam", "notes", exam_id)[1]


def test_what_can_be_noted_is_listed(say) -> None:
    lines = say("exam", "notes")[1].splitlines()
    assert [line.split()[0] for line in lines] == [
        "declined-ai", "symptoms", "technical-recall", "earlier-cancer", "one-breast", "outside-screening",
        "protected-identity", "blocked-records",
    ]  # fmt: skip
