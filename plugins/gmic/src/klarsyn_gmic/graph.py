"""The network as one static ONNX graph (opset 18), for one image. Needs onnx, and not torch.

Inputs and outputs (float32; `corners` int64)
    image      (1, 1, 2944, 1920)
    maps       (2, 46, 30)          benign and malignant, 0 to 1
    fusion     (2,)                 probabilities of the whole image
    local      (2,)                 those of the crops alone
    corners    (6, 2)               (row, column) of each crop on the map
    attention  (6,)                 weights of the crops
"""

import numpy as np
import onnx
from onnx import TensorProto, helper

from klarsyn_gmic.comparing import State
from klarsyn_gmic.graph_writer import Graph
from klarsyn_gmic.tensors import BLOCKS, CLASSES, CROP, CROPS, GLOBAL_WIDTHS, INPUT, LOCAL_WIDTHS, MAP

OPSET, IR_VERSION = 18, 10
_STEP = INPUT[2] // MAP[0]
_SIDE = CROP // _STEP
_OUTPUTS = {
    "maps": (TensorProto.FLOAT, (len(CLASSES), *MAP)),
    "fusion": (TensorProto.FLOAT, (len(CLASSES),)),
    "local": (TensorProto.FLOAT, (len(CLASSES),)),
    "corners": (TensorProto.INT64, (CROPS, 2)),
    "attention": (TensorProto.FLOAT, (CROPS,)),
}


def build(state: State) -> onnx.ModelProto:
    """Return the graph of a state dict that has no faults; the same weights give the same bytes."""
    graph = Graph(state)
    _network(graph)
    outputs = [helper.make_tensor_value_info(name, *kind) for name, kind in _OUTPUTS.items()]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "gmic",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, INPUT)],
            outputs,
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="klarsyn-gmic",
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _network(g: Graph) -> None:
    features = _global_net(g, "image")
    maps = g.node("Sigmoid", g.conv(features, "saliency", 1))
    g.flat(maps, len(CLASSES), *MAP, output="maps")
    corners = _corners(g, maps)
    local = _local_net(g, cut_crops(g, corners))
    gated = g.node(
        "Mul",
        g.node("Tanh", g.linear(local, "attention.V")),
        g.node("Sigmoid", g.linear(local, "attention.U")),
    )
    attention = g.node("Softmax", g.flat(g.linear(gated, "attention.w"), 1, CROPS), axis=1)
    g.flat(attention, CROPS, output="attention")
    together = g.node("MatMul", attention, local)
    strongest = g.flat(g.node("GlobalMaxPool", features), 1, GLOBAL_WIDTHS[-1])
    both = g.node("Concat", strongest, together, axis=1)
    for source, layer, output in ((both, "fusion", "fusion"), (together, "classifier", "local")):
        g.flat(g.node("Sigmoid", g.linear(source, layer)), len(CLASSES), output=output)


def _global_net(g: Graph, image: str) -> str:
    x = g.pool(g.conv(image, "global_net.conv1", 7, 2))
    before = GLOBAL_WIDTHS[0]
    for stage, width in enumerate(GLOBAL_WIDTHS, start=1):
        for n in range(BLOCKS):
            name, stride = f"global_net.layer{stage}.{n}", 2 if stage > 1 and n == 0 else 1
            active = g.active(x, f"{name}.bn1")
            beside = x if before == width else g.conv(active, f"{name}.downsample", 1, stride)
            inner = g.active(g.conv(active, f"{name}.conv1", 3, stride), f"{name}.bn2")
            x, before = g.node("Add", beside, g.conv(inner, f"{name}.conv2", 3)), width
    return g.active(x, "global_net.bn")


def _local_net(g: Graph, crops: str) -> str:
    x = g.pool(g.active(g.conv(crops, "local_net.conv1", 7, 2), "local_net.bn1"))
    before = LOCAL_WIDTHS[0]
    for stage, width in enumerate(LOCAL_WIDTHS, start=1):
        for n in range(BLOCKS):
            name, stride = f"local_net.layer{stage}.{n}", 2 if stage > 1 and n == 0 else 1
            beside = x
            if before != width:
                beside = g.norm(g.conv(x, f"{name}.downsample.0", 1, stride), f"{name}.downsample.1")
            inner = g.active(g.conv(x, f"{name}.conv1", 3, stride), f"{name}.bn1")
            inner = g.norm(g.conv(inner, f"{name}.conv2", 3), f"{name}.bn2")
            x, before = g.node("Relu", g.node("Add", beside, inner)), width
    return g.flat(g.node("GlobalAveragePool", x), CROPS, LOCAL_WIDTHS[-1])


def _corners(g: Graph, maps: str) -> str:
    """Choose the crops one after the other: (1, 2, 46, 30) to (6, 2)."""
    axes = g.constant([2, 3])
    low = g.node("ReduceMin", maps, axes)
    span = g.node("Sub", g.node("ReduceMax", maps, axes), low)
    span = g.node("Max", span, g.constant(1e-12, np.float32))
    left = g.node("ReduceSum", g.node("Div", g.node("Sub", maps, low), span), g.constant([1]))
    columns = MAP[1] - _SIDE + 1
    grid = np.indices(MAP, np.int64)
    chosen = []
    for _ in range(CROPS):
        sums = g.node("AveragePool", left, kernel_shape=[_SIDE] * 2, strides=[1, 1])
        best = g.node("ArgMax", g.flat(sums, 1, -1), axis=1, keepdims=0)
        row = g.node("Div", best, g.constant([columns]))
        column = g.node("Mod", best, g.constant([columns]))
        chosen.append(g.flat(g.node("Concat", row, column, axis=0), 1, 2))
        within = [
            g.node(
                "And",
                g.node("GreaterOrEqual", away, g.constant(0)),
                g.node("Less", away, g.constant(_SIDE)),
            )
            for away in (g.node("Sub", g.constant(grid[k]), at) for k, at in enumerate((row, column)))
        ]
        left = g.node("Where", g.node("And", *within), g.constant(0, np.float32), left)
    return g.node("Concat", *chosen, axis=0, output="corners")


def cut_crops(g: Graph, corners: str) -> str:
    """Cut the crops out of the image, in three equal channels: (6, 3, 256, 256)."""
    at = g.node("Mul", corners, g.constant(_STEP))
    steps = np.arange(CROP)
    rows, columns = (
        g.node("Add", g.node("Gather", at, g.constant([k]), axis=1), g.constant(steps)) for k in (0, 1)
    )
    rows = g.node("Mul", g.flat(rows, CROPS, CROP, 1), g.constant(INPUT[3]))
    places = g.node("Add", rows, g.flat(columns, CROPS, 1, CROP))
    crops = g.node("Gather", g.flat("image", -1), places, axis=0)
    shape = g.constant([CROPS, 3, CROP, CROP])
    return g.node("Expand", g.flat(crops, CROPS, 1, CROP, CROP), shape)
