"""Whatever a worker leaves as its answer: there is a checked result, or a failure with a sentence."""

import json
import math
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine import folder
from klarsyn.engine.answer import read_answer, read_isolation
from klarsyn.engine.check import check_result
from klarsyn.engine.contract import (
    Accepts,
    EngineExam,
    EngineView,
    Manifest,
    ModelFile,
    RawRegion,
    RawResult,
)
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.wire_manifest import manifest_to_wire
from klarsyn.engine.wire_result import result_to_wire

EXAM = EngineExam("token", (EngineView("view-0", None, None, None, np.zeros((60, 40), np.uint16)),))
SQUARE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))
MANIFEST = Manifest(
    "engine", "Test", "1", IntendedUse.RESEARCH, (ModelFile("a.onnx", "0" * 64),), Accepts(("1.2",)),
    (LesionType.SOFT_TISSUE,), False, 256, 1, False, Decimal("1.50"), "SEK",
)  # fmt: skip
TOO_LARGE = "a number beyond floats"
HALF_A_PAIR = "\ud800"


def good_answer() -> dict[str, Any]:
    heat = np.ones((3, 4), np.float32)
    regions = tuple(
        RawRegion("view-0", 1, SQUARE, LesionType.SOFT_TISSUE, score, heat) for score in (0.5, 0.7)
    )
    result, _ = result_to_wire(RawResult("token", 0.5, regions))
    return json.loads(
        json.dumps({"status": "done", "manifest": manifest_to_wire(MANIFEST), "result": result})
    )


def failure_answer() -> dict[str, Any]:
    return {"status": "failed", "kind": "raised", "exception": "ValueError", "sentence": "It is not here."}


def places(message: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a message."""
    inner = (
        message.items()
        if isinstance(message, dict)
        else enumerate(message)
        if isinstance(message, list)
        else ()
    )
    for key, value in inner:
        yield (*way, key)
        yield from places(value, (*way, key))


def changed(message: dict[str, Any], way: tuple[Any, ...], value: Any) -> dict[str, Any]:
    message = json.loads(json.dumps(message))
    parent: Any = message
    for key in way[:-1]:
        parent = parent[key]
    parent[way[-1]] = value
    return message


def as_text(message: Any) -> bytes:
    # json writes no number that its reader takes for infinity.
    return json.dumps(message).replace(json.dumps(TOO_LARGE), "1e999").encode()


words = st.sampled_from(["", "abc", HALF_A_PAIR, TOO_LARGE, "1e999999", "NaN", "x" * 300, *FailureKind])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | words | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
almost_good = st.builds(changed, st.just(good_answer()), st.sampled_from([*places(good_answer())]), anything)
almost_failed = st.builds(
    changed, st.just(failure_answer()), st.sampled_from([*places(failure_answer())]), anything
)


def outcome(text: bytes) -> FailureKind | None:
    """Read an answer as `run_sealed` does; return the kind of the failure, None for a sound result."""
    with tempfile.TemporaryDirectory() as name:
        Path(name, "result.json").write_bytes(text)
        Path(name, "explanation-0.f32").write_bytes(np.ones(12, "<f4").tobytes())
        try:
            raw, manifest = read_answer(Path(name))
            check_result(raw, EXAM)
        except EngineFailure as failure:
            failure.sentence.encode()  # raises for what cannot be stored beside the exam
            return failure.kind
    # What is done with them afterwards must not break either.
    assert math.isfinite(raw.raw)
    assert manifest.model_sha256
    assert len(f"{manifest.price_per_exam:f}") < 20
    assert manifest_to_wire(manifest)
    return None


def test_the_answer_that_these_tests_change_is_sound():
    assert outcome(as_text(good_answer())) is None


@pytest.mark.invariant(1)
@settings(max_examples=400, deadline=None)
@given(message=almost_good | almost_failed | anything)
def test_no_exam_is_lost_to_the_ai_whatever_json_an_answer_is(message):
    outcome(as_text(message))


@pytest.mark.invariant(1)
@settings(deadline=None)
@given(text=st.binary(max_size=40))
def test_no_exam_is_lost_to_the_ai_whatever_bytes_an_answer_is(text):
    assert outcome(text) is FailureKind.INVALID_RESULT


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("manifest", "model_files"), ["abc"]),
        (("manifest", "model_files"), {"name": "a", "sha256": "0" * 64}),
        (("manifest", "model_files", 0, "sha256"), "0"),
        (("manifest", "memory_mb"), TOO_LARGE),
        (("manifest", "memory_mb"), 1.5),
        (("manifest", "memory_mb"), 10**400),
        (("manifest", "threads"), True),
        (("manifest", "gpu"), 1),
        (("manifest", "needs_priors"), "no"),
        (("manifest", "name"), HALF_A_PAIR),
        (("manifest", "intended_use"), []),
        (("manifest", "price_per_exam"), "NaN"),
        (("manifest", "price_per_exam"), "1e999999"),
        (("manifest", "price_per_exam"), [0, [1], 0]),
        (("manifest", "accepts"), "abc"),
        (("manifest", "accepts", "sop_classes"), [1]),
        (("manifest", "accepts", "sop_classes"), "1.2"),
        (("manifest", "accepts", "view_positions"), ["XX"]),
        (("manifest", "lesion_types"), "x"),
        (("manifest",), None),
        (("result",), "done"),
        (("result", "raw"), TOO_LARGE),
        (("result", "regions", 0, "frame"), 10**400),
        (("result", "regions", 0, "outline", 0), [1]),
        (("result", "regions", 0, "explanation"), [10**400, 3, 4]),
        (("result", "regions", 1, "explanation"), [0, 4, 3]),
        (("status",), "wrong"),
    ],
)
def test_a_malformed_part_makes_an_answer_an_invalid_result(way, value):
    assert outcome(as_text(changed(good_answer(), way, value))) is FailureKind.INVALID_RESULT


@pytest.mark.parametrize("kind", list(FailureKind))
def test_a_worker_reports_only_the_failures_that_it_can_know_of(kind):
    known = {
        FailureKind.RAISED, FailureKind.MEMORY, FailureKind.DISK_FULL, FailureKind.NOT_FOUND,
        FailureKind.UNSEALED,
    }  # fmt: skip
    expected = kind if kind in known else FailureKind.INVALID_RESULT
    assert outcome(as_text({**failure_answer(), "kind": kind})) is expected


def test_a_sentence_from_a_worker_is_masked_and_cut(tmp_path):
    sentence = "19121212-1212 Testsson^Tolvan \ud800" + "x" * 9999
    (tmp_path / "result.json").write_bytes(
        as_text({**failure_answer(), "kind": "not-found", "sentence": sentence})
    )
    with pytest.raises(EngineFailure) as caught:
        read_answer(tmp_path)

    assert caught.value.sentence.startswith("[number] [name] ")
    assert len(caught.value.sentence) <= 500


@given(message=st.fixed_dictionaries({}, optional={"applied": anything, "missing": anything}))
@settings(deadline=None)
def test_nonsense_about_sealing_counts_as_unsealed(message):
    with tempfile.TemporaryDirectory() as name:
        Path(name, "isolation.json").write_bytes(as_text(message))
        isolation = read_isolation(Path(name))

    assert all(isinstance(line, str) for line in (*isolation.applied, *isolation.missing))
    listed = [message.get(key) for key in ("applied", "missing")]
    assert not isolation.complete or all(isinstance(lines, list) for lines in listed)


def test_a_folder_in_place_of_a_file_is_no_file(tmp_path):
    (tmp_path / "result.json").mkdir()
    (tmp_path / "progress").mkdir()

    assert folder.read_bounded(tmp_path / "result.json", 100) is None
    assert folder.read_progress(tmp_path) == 0.0
