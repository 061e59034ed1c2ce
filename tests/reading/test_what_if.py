"""What another policy would mean for the exams that are here."""

from datetime import timedelta

from policies_used import scored, use

from klarsyn.domain.reading_facts import FactKind
from klarsyn.reading.policies import load_policy, policy_in_force
from klarsyn.reading.what_if import what_if
from klarsyn.store.exam_notes import ExamNote


def test_what_if_says_how_many_reads_which_exams_move_and_which_reasons_change(
    installation, import_exams
) -> None:
    ids = import_exams(3)
    for exam_id, score in zip(ids, (1, 4, 7), strict=True):
        scored(installation, exam_id, score)
    kind, now = FactKind.SYMPTOMS, installation.clock.now()
    installation.store.exam_notes.add(ExamNote(ids[1], kind, True, "nurse", now, "a lump"))
    found = what_if(installation.store, load_policy("practice"), load_policy("region"), now)
    assert (found.exams, found.reads_now, found.reads_then) == (3, 6, 5)
    assert (found.single_now, found.single_then) == (0, 1)
    assert [(m.exam_id, m.now.count, m.then.count) for m in found.moved] == [(ids[0], 2, 1)]
    assert {m.exam_id for m in found.changed} == set(ids)
    assert found.reasons == (
        ("score 7 is not below 5", 0, 1),
        ("the policy reads every exam twice", 3, 0),
    )
    assert installation.store.policy_versions.all() == ()


def test_what_if_judges_each_exam_by_the_version_that_it_has(installation, import_exams) -> None:
    (exam_id,) = import_exams(1)
    scored(installation, exam_id, 3)
    installation.clock.advance(timedelta(days=1))
    use(installation, "region")
    now = installation.clock.now()
    in_force = policy_in_force(installation.store, installation.settings).policy
    found = what_if(installation.store, in_force, load_policy("region"), now)
    assert (found.reads_now, found.reads_then) == (2, 1)
    same = what_if(installation.store, in_force, load_policy("practice"), now)
    assert (same.changed, same.reasons) == ((), ())
