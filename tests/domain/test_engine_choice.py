"""One engine orders the queue, and any number run in its shadow."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.engine_choice import EngineChoice, EngineRole, active_engine, in_force, shadow_engines
from klarsyn.domain.finding import IntendedUse

START = datetime(2026, 1, 1, tzinfo=UTC)
steps = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(EngineRole)), max_size=12)


def chosen(*pairs: tuple[str, EngineRole]) -> list[EngineChoice]:
    return [
        EngineChoice(name, role, "1", "0" * 64, IntendedUse.RESEARCH, START + timedelta(days=day), "someone")
        for day, (name, role) in enumerate(pairs)
    ]


def test_without_a_choice_the_setting_names_the_engine():
    assert active_engine([], "demo_cad") == "demo_cad"
    assert shadow_engines([], "demo_cad") == ()


@given(pairs=steps)
def test_whatever_was_chosen_there_is_one_active_engine_and_it_is_never_its_own_shadow(pairs):
    choices = chosen(*pairs)
    active = active_engine(choices, "demo_cad")

    assert sum(c.role is EngineRole.ACTIVE for c in in_force(choices).values()) <= 1
    assert active not in shadow_engines(choices, "demo_cad")


@given(pairs=steps)
def test_the_last_choice_of_each_engine_holds_unless_another_took_its_place(pairs):
    choices = chosen(*pairs)
    for name, choice in in_force(choices).items():
        assert choice == [c for c in choices if c.engine == name][-1]


@pytest.mark.parametrize("role", [EngineRole.OFF, EngineRole.SHADOW])
def test_an_active_engine_that_is_taken_away_leaves_the_place_to_the_setting(role):
    assert active_engine(chosen(("a", EngineRole.ACTIVE), ("a", role)), "demo_cad") == "demo_cad"


def test_the_engine_before_is_off_and_not_in_the_shadow_when_another_takes_its_place():
    choices = chosen(("a", EngineRole.ACTIVE), ("b", EngineRole.SHADOW), ("b", EngineRole.ACTIVE))

    assert active_engine(choices, "demo_cad") == "b"
    assert shadow_engines(choices, "demo_cad") == ()
