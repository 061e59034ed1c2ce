"""The graph is static and the paper's: crops chosen greedily, the same bytes again."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from klarsyn_gmic.graph import IR_VERSION, OPSET, build, cut_crops
from klarsyn_gmic.graph_writer import Graph
from klarsyn_gmic.running.engine import open_graph

SEEN = ("maps", "fusion", "local", "corners", "attention")


@pytest.fixture(scope="module")
def seen(full_graph):
    image = np.random.default_rng(3).standard_normal((1, 1, 2944, 1920)).astype(np.float32)
    return dict(zip(SEEN, open_graph(full_graph).run(list(SEEN), {"image": image}), strict=True))


def test_the_graph_is_static_of_opset_18_and_of_the_stated_size(full_graph):
    model = onnx.load(full_graph)
    sizes = [
        d.dim_value for v in (*model.graph.input, *model.graph.output) for d in v.type.tensor_type.shape.dim
    ]

    assert [(o.domain, o.version) for o in model.opset_import] == [("", 18)]
    assert all(size > 0 for size in sizes)
    assert sizes[:4] == [1, 1, 2944, 1920]
    assert 56e6 < full_graph.stat().st_size < 58e6


def test_the_same_weights_give_the_same_bytes_and_others_do_not(state, full_graph):
    again = build(state).SerializeToString(deterministic=True)
    other = build({**state, "fusion.bias": state["fusion.bias"] + 1}).SerializeToString(deterministic=True)

    assert again == full_graph.read_bytes()
    assert other != again


def test_the_graph_gives_probabilities_of_both_classes(seen):
    assert seen["maps"].shape == (2, 46, 30)
    assert all(((seen[k] > 0) & (seen[k] < 1)).all() for k in ("maps", "fusion", "local", "attention"))
    assert seen["attention"].sum() == pytest.approx(1)


def test_crops_are_the_strongest_squares_one_after_the_other(seen):
    """The greedy choice once more, slowly and in double precision."""
    left = sum((m - m.min()) / (m.max() - m.min()) for m in seen["maps"].astype(np.float64))
    for row, column in seen["corners"]:
        sums = {(y, x): left[y : y + 4, x : x + 4].sum() for y in range(46 - 3) for x in range(30 - 3)}
        assert max(sums, key=sums.get) == (row, column)
        left[row : row + 4, column : column + 4] = 0


def test_six_different_crops_lie_within_the_map(seen):
    corners = {tuple(c) for c in seen["corners"].tolist()}

    assert len(corners) == 6
    assert all(0 <= y <= 42 and 0 <= x <= 26 for y, x in corners)


def test_crops_are_cut_where_their_corners_on_the_map_say():
    graph = Graph({})
    crops = cut_crops(graph, "corners")
    inputs = {"image": (TensorProto.FLOAT, (1, 1, 2944, 1920)), "corners": (TensorProto.INT64, (6, 2))}
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "crops",
            [helper.make_tensor_value_info(name, *kind) for name, kind in inputs.items()],
            [helper.make_tensor_value_info(crops, TensorProto.FLOAT, (6, 3, 256, 256))],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    image = np.random.default_rng(1).standard_normal((2944, 1920)).astype(np.float32)
    corners = np.array([[0, 0], [42, 26], [7, 3], [3, 7], [20, 20], [41, 0]])
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"image": image[None, None], "corners": corners})

    for crop, (row, column) in zip(found, corners * 64, strict=True):
        assert (crop == image[row : row + 256, column : column + 256]).all()
