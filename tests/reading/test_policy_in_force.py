"""Which policy is in force, who may change it, and what another one would mean."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from policies_used import ADMIN, scored, use

from klarsyn.base.settings import SettingsError
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.policy_history import PolicyText
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.domain.reading_facts import FactKind
from klarsyn.reading.policies import load_policy, policy_in_force
from klarsyn.reading.policy_change import administrators_only, policy_text
from klarsyn.reading.refusal import ReadingError
from klarsyn.reading.requirements import versions
from klarsyn.reading.waiting import full_queue, reader_rows
from klarsyn.store.exam_notes import ExamNote


def required(installation, policy: ReadingPolicy | None = None) -> dict[str, int]:
    store, now = installation.store, installation.clock.now()
    policy = policy or policy_in_force(store, installation.settings).policy
    rows = full_queue(store, policy, reader="r", now=now)
    return {row.exam.exam_id: row.required.count for row in rows}


def broken_since(installation, text: str = "title =") -> None:
    content = PolicyText("ours.toml", text)
    installation.store.policy_versions.add(
        content, by="admin", at=installation.clock.now(), reason="of a newer program"
    )


def test_without_a_version_the_settings_name_the_policy(installation) -> None:
    stands = policy_in_force(installation.store, installation.settings)
    assert (stands.policy, stands.number, stands.trouble) == (load_policy("practice"), 0, ())


def test_a_change_applies_to_exams_that_arrive_from_then_on(installation, import_exams) -> None:
    (before,) = import_exams(1)
    installation.clock.advance(timedelta(days=1))
    assert use(installation, "region") == 2
    import_exams(2)
    exams = {e.exam_id for e in installation.store.exams.many()}
    (after,) = exams - {before}
    for exam_id in exams:
        scored(installation, exam_id, 3)
    assert required(installation) == {before: 2, after: 1}
    assert (
        versions(installation.store, load_policy("demo")).number_of(installation.store.exams.get(before)) == 1
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"by": "reader-one"}, "reader-one is no administrator"),
        ({"reason": " "}, "needs its reason"),
    ],
)
def test_a_change_needs_an_administrator_and_a_reason(
    installation, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(ReadingError, match=words):
        use(installation, "region", **changes)
    assert installation.store.policy_versions.all() == ()


def test_administrators_are_those_named_or_else_the_owner() -> None:
    assert ADMIN(" Admin ")
    assert not ADMIN("owner")
    assert administrators_only((), "owner")("OWNER")
    assert not administrators_only((), "")("")


def test_what_is_in_force_is_not_put_in_force_twice(installation) -> None:
    use(installation, "region")
    with pytest.raises(ReadingError, match="in force already, as version 2"):
        use(installation, "region")
    broken_since(installation)
    assert use(installation, "region") == 4, "said again, it mends what was broken since"
    assert policy_in_force(installation.store, installation.settings).trouble == ()


@pytest.mark.parametrize("content", [b"title =", b"\xff\xfe", b"format = 1"])
def test_a_broken_file_is_refused_and_what_was_in_force_stays(
    installation, tmp_path: Path, content: bytes
) -> None:
    use(installation, "region")
    (tmp_path / "ours.toml").write_bytes(content)
    with pytest.raises(ReadingError, match=r"ours\.toml.*(1:|UTF-8)"):
        use(installation, str(tmp_path / "ours.toml"))
    assert policy_in_force(installation.store, installation.settings).policy.name == "region"
    with pytest.raises(ReadingError, match="Name a file, or one of: ai-second-reader, all-double"):
        policy_text("nothing")


def test_a_broken_version_leaves_the_last_good_in_force_and_the_banner_says_so(
    installation, import_exams
) -> None:
    use(installation, "region")
    installation.clock.advance(timedelta(days=1))
    broken_since(installation)
    (exam_id,) = import_exams(1)
    scored(installation, exam_id, 3)
    stands = policy_in_force(installation.store, installation.settings)
    assert (stands.policy.name, stands.number) == ("region", 2)
    assert "Version 3 of the reading policy cannot be used: ours.toml:1:" in stands.policy.banner
    assert required(installation) == {exam_id: 1}


def test_where_no_version_can_be_used_the_settings_count(installation) -> None:
    broken_since(installation)
    stands = policy_in_force(installation.store, installation.settings)
    assert (stands.policy.name, stands.number, len(stands.trouble)) == ("practice", 0, 1)
    nameless = installation.with_settings(policy="nothing")
    with pytest.raises(SettingsError, match="no reading policy named 'nothing'"):
        policy_in_force(nameless.store, nameless.settings)


def test_a_policy_that_the_settings_could_not_use_was_never_in_force(installation) -> None:
    nameless = installation.with_settings(policy="nothing")
    assert use(nameless, "region") == 1


def test_a_files_line_ends_and_mark_change_nothing(tmp_path: Path) -> None:
    good = policy_text("region")[0]
    (tmp_path / "region.toml").write_bytes(b"\xef\xbb\xbf" + good.text.replace("\n", "\r\n").encode())
    assert policy_text(str(tmp_path / "region.toml"))[0] == good


@pytest.mark.invariant(6)
@pytest.mark.parametrize("kind", [FactKind.SYMPTOMS, FactKind.DECLINED_AI])
def test_first_the_eye_then_the_ai_a_readers_row_is_the_same_whatever_was_noted(
    installation, import_exams, kind: FactKind
) -> None:
    (exam_id,) = import_exams(1)
    policy, now = load_policy("region"), installation.clock.now()

    def seen() -> object:
        return reader_rows(full_queue(installation.store, policy, reader="r", now=now), now)

    before = seen()
    installation.store.exam_notes.add(ExamNote(exam_id, kind, True, "nurse", now, "she said so"))
    assert seen() == before


def test_a_note_after_a_single_read_brings_the_exam_back(installation, import_exams) -> None:
    (exam_id,) = import_exams(1)
    exam = scored(installation, exam_id, 3)
    policy, now = load_policy("region"), installation.clock.now()
    uids = tuple(i.sop_instance_uid for i in exam.images)
    normal = Impression(Assessment.NORMAL, Assessment.NORMAL)
    installation.store.reads.add(Read("f", exam_id, "a", ReadKind.FINAL, normal, now, now, covers=uids))
    assert required(installation, policy) == {}
    note = ExamNote(exam_id, FactKind.EARLIER_CANCER, True, "nurse", now, "2019")
    installation.store.exam_notes.add(note)
    assert required(installation, policy) == {exam_id: 2}


@pytest.mark.invariant(1)
def test_when_in_doubt_two_readers_where_a_policy_was_signed_while_the_clock_was_ahead(
    installation, import_exams
) -> None:
    use(installation, "region")
    installation.clock.advance(timedelta(days=365))
    use(installation, "all-double")
    installation.clock.advance(-timedelta(days=364))
    (exam_id,) = import_exams(1)
    scored(installation, exam_id, 3)
    assert required(installation) == {exam_id: 2}
    assert use(installation, "all-double") == 4, "said again, at the right time"
    assert required(installation) == {exam_id: 2}
    exam = installation.store.exams.get(exam_id)
    installation.clock.advance(timedelta(minutes=5))
    later = replace(exam, arrived_at=installation.clock.now())
    assert versions(installation.store, load_policy("demo")).number_of(later) == 4
