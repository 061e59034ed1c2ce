"""What passes between the processes survives the way, and nothing hostile does harm."""

import json
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.engine import folder, wire_result
from klarsyn.engine.contract import Accepts, ModelFile, RawRegion, RawResult
from klarsyn.engine.limits import MAX_MAPS, MAX_REGIONS
from klarsyn.engine.wire import WireError, loads
from klarsyn.engine.wire_manifest import manifest_from_wire, manifest_to_wire
from klarsyn.engine.wire_result import result_from_wire, result_to_wire

finite = st.floats(allow_nan=False, allow_infinity=False)
regions = st.builds(
    RawRegion,
    view_id=st.text(max_size=20),
    frame=st.none() | st.integers(1, 100),
    outline=st.lists(st.tuples(finite, finite), max_size=5).map(tuple),
    lesion_type=st.sampled_from(LesionType),
    raw_score=finite,
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def no_map(number: int, size: int) -> bytes:
    return b""


@given(raw=finite, marks=st.lists(regions, max_size=4))
def test_a_result_survives_the_way(raw, marks):
    message, _ = result_to_wire(RawResult("token", raw, tuple(marks)))
    back = result_from_wire(loads(json.dumps(message).encode()), no_map)

    assert (back.exam_token, back.raw) == ("token", raw)
    for one, other in zip(back.regions, marks, strict=True):
        assert (one.view_id, one.frame, one.outline, one.lesion_type, one.raw_score) == (
            other.view_id, other.frame, other.outline, other.lesion_type, other.raw_score,
        )  # fmt: skip


def test_a_manifest_survives_the_way(misbehaving):
    manifest = replace(
        misbehaving.Polite.manifest,
        model_files=(ModelFile("a.onnx", "0" * 64),),
        accepts=Accepts(("1.2.840.10008.5.1.4.1.1.1.2",), (ViewPosition.CC,), ("Maker",)),
        price_per_exam=Decimal("12.30"),
    )
    assert manifest_from_wire(loads(json.dumps(manifest_to_wire(manifest)).encode())) == manifest


def test_an_exam_survives_the_way(exam, tmp_path):
    folder.write_exam(tmp_path, exam)
    back = folder.read_exam(tmp_path)

    assert back.exam_token == exam.exam_token
    for one, other in zip(back.views, exam.views, strict=True):
        assert np.array_equal(one.pixels, other.pixels)
        assert (one.view_id, one.laterality, one.view_position, one.spacing, one.manufacturer) == (
            other.view_id, other.laterality, other.view_position, other.spacing, other.manufacturer,
        )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[1]", b'{"raw": NaN}', b'{"raw": -Infinity}', b'{"raw": 1e999}', b"\xff\xfe", b"[" * 99999],
)
def test_text_that_is_no_message_is_refused(text):
    with pytest.raises(WireError):
        loads(text)


@given(message=st.dictionaries(st.sampled_from(["exam_token", "raw", "regions"]), anything))
def test_a_hostile_result_is_refused_or_decoded_never_worse(message):
    try:
        result = result_from_wire(message, no_map)
    except WireError:
        return
    assert isinstance(result.raw, float)


@given(message=anything)
def test_a_hostile_manifest_is_refused(message):
    with pytest.raises(WireError):
        manifest_from_wire(message)


@pytest.mark.parametrize("shape", [[0, 2, 2], [0, 10**6, 10**6], [0, -1, -1], [0, 0, 0], "x", [True, 1, 1]])
def test_an_explanation_of_another_size_than_it_says_is_refused(shape):
    with pytest.raises(WireError, match="explanation"):
        result_from_wire(answer_with(shape), no_map)


class Reader:
    """Gives maps of zeros and remembers which were read."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def __call__(self, number: int, size: int) -> bytes:
        self.read.append(number)
        return bytes(size)


def answer_with(*shapes: object) -> dict[str, object]:
    mark = {"view_id": "v", "frame": None, "outline": [], "lesion_type": "soft tissue", "raw_score": 1.0}
    return {"exam_token": "t", "raw": 1.0, "regions": [{**mark, "explanation": shape} for shape in shapes]}


def test_more_marks_than_plausible_are_refused_before_any_explanation_is_read():
    reader = Reader()
    with pytest.raises(WireError, match="the marks are 5000"):
        result_from_wire(answer_with(*[[0, 2000, 2000]] * 5000), reader)

    assert reader.read == []


def test_an_explanation_that_many_marks_share_is_read_and_held_once():
    reader = Reader()
    result = result_from_wire(answer_with(*[[0, 2000, 2000]] * MAX_REGIONS), reader)

    assert reader.read == [0]
    assert len({id(region.explanation) for region in result.regions}) == 1
    assert not result.regions[0].explanation.flags.writeable


def test_all_explanations_together_are_bounded(monkeypatch):
    monkeypatch.setattr(wire_result, "MAX_ALL_MAP_PIXELS", 20)
    reader = Reader()
    assert result_from_wire(answer_with([0, 3, 4], [1, 2, 4]), reader)
    reader.read.clear()
    with pytest.raises(WireError, match="too large"):
        result_from_wire(answer_with([0, 3, 4], [1, 3, 3]), reader)

    assert reader.read == [0]


def test_an_explanation_has_a_plausible_number():
    with pytest.raises(WireError):
        result_from_wire(answer_with([MAX_MAPS, 1, 1]), Reader())


def test_an_explanation_that_an_engine_gives_to_many_marks_travels_once():
    heat = np.ones((3, 4), np.float32)
    mark = RawRegion("v", None, (), LesionType.SOFT_TISSUE, 1.0, heat)
    other = replace(mark, explanation=heat * 2)
    message, maps = result_to_wire(RawResult("t", 1.0, (mark, other, mark)))

    assert [np.unique(one).tolist() for one in maps] == [[1.0], [2.0]]
    assert [region["explanation"] for region in message["regions"]] == [[0, 3, 4], [1, 3, 4], [0, 3, 4]]
