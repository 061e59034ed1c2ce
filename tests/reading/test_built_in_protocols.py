"""The protocols that come with Klarsyn, hung with exams as they come."""

from dataclasses import replace
from datetime import date

import pytest
from hanging_exams import FOUR, a_volume, an_exam, an_image, four_views

from klarsyn.domain.exam import Exam
from klarsyn.domain.hanging_protocol import Zoom
from klarsyn.domain.step_sequence import StepSequence, hang_protocol
from klarsyn.reading.protocol_folder import LAST_RESORT, ProtocolFolder

NOW = four_views()
THEN = four_views("then", date(2024, 11, 1))
WITH_SPOT = an_exam(*NOW.images, an_image("spot", "L CC S"), an_image("magnified", "L ML M"))
IMPLANTS = an_exam(*NOW.images, *(an_image(f"ID {view}", f"{view} ID") for view in FOUR))
SLICES = [a_volume(f"dbt {view}", view) for view in FOUR]
FLAT = [an_image(f"s2d {view}", view, synthetic=True) for view in FOUR]
COMBO = an_exam(*NOW.images, *SLICES)
SYNTHETIC = an_exam(*FLAT, *SLICES)
DBT_THEN = an_exam(*(a_volume(f"then {view}", view) for view in FOUR), name="then", day=date(2024, 11, 1))
MOSAIC = an_exam(*NOW.images[1:], *(an_image(f"piece {n}", "R CC", partial_view=True) for n in range(3)))


@pytest.fixture(scope="module")
def folder() -> ProtocolFolder:
    return ProtocolFolder()


def hung(folder: ProtocolFolder, name: str, exam: Exam, *priors: Exam) -> StepSequence:
    return hang_protocol(folder.protocols.by_name[name], exam, priors)


def shown(sequence: StepSequence) -> list[list[str | None]]:
    """Of each step, the UIDs from the upper left on."""
    return [
        [
            h.image.sop_instance_uid if h.image else None
            for h in sorted(step.cells, key=lambda h: (h.cell.row, h.cell.column))
        ]
        for step in sequence.steps
    ]


def test_all_of_them_can_be_used(folder) -> None:
    assert folder.protocols.problems == ()


def test_the_four_up_file_is_the_four_up_that_hangs_without_files(folder) -> None:
    assert folder.protocols.by_name["four-up"] == LAST_RESORT


@pytest.mark.parametrize(
    ("name", "views"),
    [
        ("four-up", [list(FOUR)]),
        ("cc-pair", [["R CC", "L CC"]]),
        ("mlo-pair", [["R MLO", "L MLO"]]),
        ("right-breast", [["R CC", "R MLO"]]),
        ("left-breast", [["L CC", "L MLO"]]),
        ("quadrant-walk", [["R CC"], ["L CC"], ["R MLO"], ["L MLO"]]),
    ],
)
def test_each_view_of_the_exam_hangs_in_its_place(folder, name, views) -> None:
    steps = shown(hung(folder, name, NOW))
    assert steps[: len(views)] == [[f"now {view}" for view in step] for step in views]


@pytest.mark.parametrize(("name", "view"), [("cc-prior", "CC"), ("mlo-prior", "MLO")])
def test_a_pair_hangs_over_its_prior(folder, name, view) -> None:
    assert shown(hung(folder, name, NOW, THEN))[0] == [
        f"now R {view}", f"now L {view}", f"then R {view}", f"then L {view}",
    ]  # fmt: skip


def test_each_view_hangs_beside_its_prior(folder) -> None:
    assert shown(hung(folder, "single-prior", NOW, THEN)) == [[f"now {v}", f"then {v}"] for v in FOUR]


def test_the_quadrant_walk_is_at_one_to_one(folder) -> None:
    (places,) = {
        (h.cell.zoom, h.cell.walk) for s in hung(folder, "quadrant-walk", NOW).steps for h in s.cells
    }
    assert places == (Zoom.ONE_TO_ONE, True)


def test_spot_views_hang_beside_the_full_views_of_their_breast(folder) -> None:
    sequence = hung(folder, "spot", WITH_SPOT)
    assert shown(sequence)[0] == ["magnified", "now L CC", "spot", "now L MLO"]
    assert [s.title.en for s in sequence.skipped] == ["Right: spot and magnified"]


def test_displaced_views_hang_below_those_that_show_the_implant(folder) -> None:
    sequence = hung(folder, "implants", IMPLANTS)
    assert shown(sequence) == [
        [f"now R {view}", f"now L {view}", f"ID R {view}", f"ID L {view}"] for view in ("CC", "MLO")
    ]


def test_an_implant_on_one_side_leaves_nothing_missing_on_the_other(folder) -> None:
    exam = an_exam(*NOW.images, an_image("ID", "R CC ID"))
    step = hung(folder, "implants", exam).step
    assert [h.empty for h in step.cells if h.image is None] == ["no L CC ID"]
    assert step.notices == ()


def test_the_pieces_of_a_mosaic_hang_together(folder) -> None:
    sequence = hung(folder, "partial-views", MOSAIC)
    assert set(shown(sequence)[0]) == {"piece 0", "piece 1", "piece 2", None}
    assert {s.title.en for s in sequence.skipped} == {
        f"{side} {view}, partial views" for side, view in (("Left", "CC"), ("Right", "MLO"), ("Left", "MLO"))
    }


@pytest.mark.parametrize(
    ("exam", "priors", "steps"),
    [
        (NOW, (), 7),
        (NOW, (THEN,), 9),
        (WITH_SPOT, (), 8),
        (IMPLANTS, (), 9),
        (MOSAIC, (), 7),
        (COMBO, (), 11),
        (SYNTHETIC, (THEN,), 13),
        (SYNTHETIC, (DBT_THEN,), 17),
        (an_exam(*SLICES), (), 7),
        (an_exam(SLICES[0]), (), 3),
    ],
    ids=[
        *("no prior", "prior", "spot", "implants", "mosaic", "combo", "synthetic", "prior tomosynthesis"),
        *("tomosynthesis alone", "one tomosynthesis"),
    ],
)
def test_a_screening_read_shows_the_steps_that_this_woman_needs_and_no_others(
    folder, exam, priors, steps
) -> None:
    sequence = hung(folder, "screening", exam, *priors)
    assert len(sequence.steps) == steps
    assert sequence.steps[0].step.title.en == "Four views"
    assert len(sequence.steps) + len(sequence.skipped) == 29


@pytest.mark.invariant(2)
def test_left_is_left_in_every_protocol_that_shows_both_breasts(folder) -> None:
    exam = replace(IMPLANTS, images=(*IMPLANTS.images, *WITH_SPOT.images[4:]))
    for name in folder.protocols.by_name:
        for step in hung(folder, name, exam, THEN).steps:
            columns = {
                side: [h.cell.column for h in step.cells if h.cell.match.laterality == side] for side in "RL"
            }
            if columns["R"] and columns["L"]:
                assert max(columns["R"]) < min(columns["L"]), name


@pytest.mark.parametrize(
    ("name", "exam", "flat"), [("combo", COMBO, "now"), ("dbt-synthetic", SYNTHETIC, "s2d")]
)
def test_each_views_2d_image_hangs_beside_its_tomosynthesis(folder, name, exam, flat) -> None:
    sequence = hung(folder, name, exam)
    assert shown(sequence) == [[f"{flat} {view}", f"dbt {view}"] for view in FOUR]
    assert all(h.same_size for step in sequence.steps for h in step.cells)


@pytest.mark.parametrize("name", ["combo", "dbt-synthetic", "dbt"])
def test_tomosynthesis_hangs_beside_that_of_the_prior_at_one_size(folder, name) -> None:
    exam = an_exam(*COMBO.images, *FLAT)
    steps = [s for s in hung(folder, name, exam, DBT_THEN).steps if s.cells[-1].cell.match.exam == 1]
    assert [[h.image.sop_instance_uid for h in s.cells] for s in steps] == [
        [f"dbt {view}", f"then {view}"] for view in FOUR
    ]
    assert all(h.same_size for step in steps for h in step.cells)


def test_tomosynthesis_hangs_in_pairs_and_view_by_view(folder) -> None:
    steps = shown(hung(folder, "dbt", an_exam(*SLICES)))
    assert steps == [
        ["dbt R CC", "dbt L CC"], ["dbt R MLO", "dbt L MLO"], *([f"dbt {view}"] for view in FOUR)
    ]  # fmt: skip


def test_an_ffdm_beside_tomosynthesis_is_the_exposed_one_not_the_computed(folder) -> None:
    exam = an_exam(*FLAT, *COMBO.images)
    assert shown(hung(folder, "combo", exam))[:4] == [[f"now {view}", f"dbt {view}"] for view in FOUR]


def test_a_view_without_tomosynthesis_is_no_comparison_and_still_within_reach(folder) -> None:
    exam = an_exam(*COMBO.images[:-1])
    sequence = hung(folder, "combo", exam)
    assert shown(sequence) == [*([f"now {view}", f"dbt {view}"] for view in FOUR[:3]), ["now L MLO"]]
    assert "L MLO tomosynthesis is missing from this exam" in [s.why for s in sequence.skipped]
