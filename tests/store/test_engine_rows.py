"""Roles of engines, and what those in the shadow said, are rows that the database refuses to change."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.engine_choice import EngineChoice, EngineRole
from klarsyn.domain.finding import IntendedUse, ResultStatus
from klarsyn.intake.linking import failed_result
from klarsyn.store.engines import ShadowResult


@pytest.fixture
def choice(installation) -> EngineChoice:
    made = EngineChoice(
        "wise", EngineRole.SHADOW, "1.0", "a" * 64, IntendedUse.CLINICAL, installation.clock.now(), "admin"
    )
    installation.store.engine_choices.add(made)
    return made


@pytest.fixture
def shadow(installation, import_exams) -> ShadowResult:
    import_exams(1)
    (exam,) = installation.store.exams.many()
    result = failed_result(exam, "wise", ResultStatus.FAILED, "why", installation.clock.now())
    made = ShadowResult("wise", result, None)
    installation.store.shadow_results.add(made)
    return made


def test_a_choice_comes_back_as_it_was_made(installation, choice):
    assert installation.store.engine_choices.all() == (choice,)


def test_a_result_of_the_shadow_comes_back_as_it_was_given(installation, shadow):
    assert installation.store.shadow_results.of_engine("wise") == (shadow,)
    assert installation.store.shadow_results.of_engine("other") == ()
    assert installation.store.shadow_results.count("wise") == 1


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_nothing_that_asks_for_results_finds_the_shadows(installation, shadow):
    exam_id = shadow.result.exam_id

    assert installation.store.results.latest() == {}
    assert installation.store.results.get(shadow.result.result_id) is None
    assert installation.store.results.count(exam_id) == 0
    assert not installation.store.results.any()


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE engine_choice SET role = 'active'",
        "DELETE FROM engine_choice",
        "INSERT OR REPLACE INTO engine_choice SELECT number, engine, 'active', version, model_sha256, "
        "intended_use, chosen_at, chosen_by FROM engine_choice",
        "UPDATE shadow_result SET raw = 1",
        "DELETE FROM shadow_result",
        "INSERT OR REPLACE INTO shadow_result SELECT * FROM shadow_result",
    ],
)
def test_rows_of_engines_are_append_only(installation, choice, shadow, statement):
    with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as session:
        session.execute(text(statement))

    assert installation.store.engine_choices.all() == (choice,)
    assert installation.store.shadow_results.of_engine("wise") == (shadow,)
