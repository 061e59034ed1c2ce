"""A calibration's way from none to valid, frozen and back, told by its events alone."""

from dataclasses import replace

import pytest
from calibration_samples import KEY, NOW, UNIT

from klarsyn.domain.calibration_history import (
    Basis,
    CalibrationEvent,
    CalibrationRecord,
    EventKind,
    SampleRef,
)
from klarsyn.domain.calibration_key import Device
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.drift import Comparison
from klarsyn.domain.release import (
    ReleaseRefused,
    check_signature,
    may_route_to_one_reader,
    released_sample,
    signatures,
)

OLD = SampleRef("old", 1, 2000, 2000, "aa" * 32, 0.001)
OWN = SampleRef("new", 2001, 4000, 2000, "bb" * 32, 0.001)
ALIKE = Comparison("aa" * 32, "cc" * 32, 2000, 1500, 0.02, 0.0, 0.07, 0.9, 0.01, 0.005, 0.03)
SHIFTED = replace(ALIKE, ks=0.3, ks_low=0.2, ks_high=0.35, psi=0.4, psi_low=0.3, psi_high=0.5)
FEW = replace(ALIKE, n_recent=999)


def record(*events: CalibrationEvent, **changes: object) -> CalibrationRecord:
    numbered = tuple(replace(e, number=n) for n, e in enumerate(events, start=1))
    return replace(CalibrationRecord("new", KEY, NOW, None, numbered), **changes)


def event(kind: EventKind, by: str = "A", **changes: object) -> CalibrationEvent:
    return replace(CalibrationEvent(kind, NOW, by, "seen"), **changes)


def compared(said: Comparison, candidate: SampleRef | None = None) -> CalibrationEvent:
    return event(EventKind.COMPARED, sample=OLD, comparison=said, candidate=candidate)


def signed(by: str, of: int = 1) -> CalibrationEvent:
    return event(EventKind.SIGNED, by, of=of)


COMPLETED = event(EventKind.COMPLETED, "Klarsyn", sample=OWN)


def test_without_exams_the_state_is_none_or_provisional_and_with_some_collecting() -> None:
    assert record(factory=False).state is CalibrationState.NONE
    assert record().state is CalibrationState.PROVISIONAL
    assert record(taken=1).state is CalibrationState.COLLECTING
    assert record(taken=1, factory=False).state is CalibrationState.COLLECTING


def test_a_whole_sample_makes_it_valid_and_a_heavy_tie_invalid() -> None:
    assert record(COMPLETED, taken=2000).state is CalibrationState.VALID
    tied = replace(COMPLETED, sample=replace(OWN, tie_mass=0.1005))
    assert record(tied, taken=2000).state is CalibrationState.INVALID
    assert record(replace(COMPLETED, sample=replace(OWN, tie_mass=0.1)), taken=2000).state.value == "valid"


@pytest.mark.invariant(7)
def test_a_version_that_follows_a_valid_one_is_frozen_from_its_first_exam_to_its_release() -> None:
    assert record(reference=OLD).state is CalibrationState.FROZEN
    assert record(COMPLETED, reference=OLD, taken=2000).state is CalibrationState.FROZEN
    released = event(EventKind.RELEASED, sample=OLD, of=1, basis=Basis.KEPT)
    assert record(compared(ALIKE), signed("A"), signed("B"), released, reference=OLD).state.value == "valid"


def test_a_person_freezes_a_valid_one_and_a_release_answers_it() -> None:
    frozen = event(EventKind.FROZEN, sample=OWN, after_row=2500)
    made = record(COMPLETED, frozen)
    assert (made.state, made.recent_after) == (CalibrationState.FROZEN, 2500)
    released = event(EventKind.RELEASED, sample=OWN, of=3, basis=Basis.KEPT)
    assert record(COMPLETED, frozen, compared(ALIKE), released).state is CalibrationState.VALID


def test_two_persons_release_a_version_that_is_alike_and_it_keeps_the_sample() -> None:
    made = record(compared(ALIKE, replace(OWN, count=1500)), signed("A"), signed("B"), reference=OLD)
    sample, basis, about = released_sample(made)
    assert (sample, basis, about.number) == (OLD, Basis.KEPT, 1)


def test_a_version_that_is_not_alike_needs_a_whole_sample_of_its_own() -> None:
    hands = signed("A"), signed("B")
    with pytest.raises(ReleaseRefused, match="1500 of the 2000"):
        released_sample(record(compared(SHIFTED, replace(OWN, count=1500)), *hands, reference=OLD))
    with pytest.raises(ReleaseRefused, match=r"15\.0 %"):
        released_sample(record(compared(SHIFTED, replace(OWN, tie_mass=0.15)), *hands, reference=OLD))
    sample, basis, _ = released_sample(record(compared(SHIFTED, OWN), *hands, reference=OLD))
    assert (sample, basis) == (OWN, Basis.OWN)


@pytest.mark.parametrize("hands", [(), ("A",), ("A", "A"), ("A", " a ")])
def test_one_person_is_not_two_however_often_or_spelt(hands: tuple[str, ...]) -> None:
    made = record(compared(ALIKE), *(signed(by) for by in hands), reference=OLD)
    with pytest.raises(ReleaseRefused, match="missing"):
        released_sample(made)


def test_a_newer_comparison_needs_new_signatures() -> None:
    made = record(
        compared(ALIKE), signed("A"), signed("B"), compared(ALIKE), signed("A", of=4), reference=OLD
    )
    assert [e.by for e in signatures(made)] == ["A"]
    with pytest.raises(ReleaseRefused, match="1 signature is missing"):
        released_sample(made)


def test_nobody_signs_what_cannot_be_released() -> None:
    with pytest.raises(ReleaseRefused, match="not frozen"):
        check_signature(record(COMPLETED), "A", "why")
    with pytest.raises(ReleaseRefused, match="compared"):
        check_signature(record(reference=OLD), "A", "why")
    with pytest.raises(ReleaseRefused, match="999 of the 1000"):
        check_signature(record(compared(FEW), reference=OLD), "A", "why")
    with pytest.raises(ReleaseRefused, match="reason"):
        check_signature(record(compared(ALIKE), reference=OLD), "A", "  ")
    with pytest.raises(ReleaseRefused, match="Another person"):
        check_signature(record(compared(ALIKE), signed("a"), reference=OLD), "A", "why")
    assert check_signature(record(compared(ALIKE), signed("a"), reference=OLD), "B", "why").number == 1


def test_a_comparison_from_before_a_freeze_cannot_be_signed_after_it() -> None:
    frozen = event(EventKind.FROZEN, sample=OWN)
    with pytest.raises(ReleaseRefused, match="compared"):
        check_signature(record(COMPLETED, compared(ALIKE), frozen), "A", "why")


def test_a_released_comparison_does_not_release_twice() -> None:
    released = event(EventKind.RELEASED, sample=OLD, of=1, basis=Basis.KEPT)
    made = record(compared(ALIKE), signed("A"), signed("B"), released, event(EventKind.FROZEN, sample=OLD))
    with pytest.raises(ReleaseRefused, match="compared"):
        released_sample(made)


def test_a_key_follows_another_version_of_its_engine_or_unit_and_no_other() -> None:
    def key(**changes: object):
        return replace(KEY, **changes)

    assert key(engine_version="2").is_line_of(KEY)
    assert key(model_sha256="cd" * 32).is_line_of(KEY)
    assert key(device=Device(UNIT.manufacturer, "3")).is_line_of(KEY)
    assert not KEY.is_line_of(KEY)
    assert not key(engine="Other").is_line_of(KEY)
    assert not key(device=Device("Maker Two", "2.1")).is_line_of(KEY)


@pytest.mark.invariant(8)
@pytest.mark.parametrize("state", list(CalibrationState))
def test_the_embedded_engine_never_routes_to_single_reading_in_any_state(state: CalibrationState) -> None:
    from klarsyn.domain.finding import IntendedUse

    assert not may_route_to_one_reader(state, IntendedUse.DEMONSTRATION)
    assert not may_route_to_one_reader(state, IntendedUse.RESEARCH)
    assert may_route_to_one_reader(state, IntendedUse.CLINICAL) == (state is CalibrationState.VALID)
