"""When steps of tomosynthesis come, and what is said of them before."""

from dataclasses import replace

import pytest
from hanging_exams import FOUR, a_volume, an_exam, four_views

from klarsyn.domain.hanging_protocol import Protocol
from klarsyn.domain.step_sequence import hang_protocol
from klarsyn.reading.protocol_folder import ProtocolFolder

SLICES = [a_volume(f"dbt {view}", view) for view in FOUR]
COMBO = an_exam(*four_views().images, *SLICES)


@pytest.fixture(scope="module")
def protocols() -> dict[str, Protocol]:
    return ProtocolFolder().protocols.by_name


def test_pairs_of_tomosynthesis_are_not_shown_again_where_there_are_no_2d_images(protocols) -> None:
    steps = [step for name in ("cc-pair", "mlo-pair", "dbt-pairs") for step in protocols[name].steps]
    sequence = hang_protocol(replace(protocols["dbt"], steps=tuple(steps)), an_exam(*SLICES))
    assert [s.step.title.en for s in sequence.steps] == ["CC pair", "MLO pair"]
    assert {s.title.en: s.why for s in sequence.skipped if s.why.startswith("the same")} == {
        f"{view} pair, DBT": f"the same images as in {view} pair" for view in ("CC", "MLO")
    }


def test_tomosynthesis_that_hangs_later_is_told_before_its_steps_and_not_behind_them(protocols) -> None:
    sequence = hang_protocol(protocols["screening"], COMBO)
    told = [[n.code for n in s.notices] for s in sequence.steps]
    assert told == [["tomosynthesis-later"]] * 3 + [[]] * 8
    assert "R CC" in sequence.steps[0].notices[0].text


def test_tomosynthesis_that_hangs_in_no_step_is_behind_the_2d_image_and_so_it_says(protocols) -> None:
    step = hang_protocol(protocols["four-up"], COMBO).step
    assert [n.code for n in step.notices] == ["tomosynthesis"]
