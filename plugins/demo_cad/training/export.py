"""Writes a trained head as an ONNX graph, node by node: normalisation folded into the convolutions, no
exporter between.

The graph takes patches (n, 1, side, side) and the filters' evidence (n,), and gives evidence (n,).
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from build_graph import IR_VERSION, OPSET, Graph
from hashes import PACKAGE, write_hashes
from network import _BOUND, _FLOOR, _STRENGTH, FAINT, ONE, Judge, Residual
from onnx import TensorProto, helper
from torch import nn

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.patches import SIDE

NAMES = {LesionType.CALCIFICATIONS: "specks.onnx", LesionType.SOFT_TISSUE: "masses.onnx"}


def graph_of(judge: Judge, title: str) -> bytes:
    """Return the serialised model; the same weights give the same bytes."""
    g = Graph()
    x = _standardised(g, "patches")
    layers = list(judge.head.trunk)[1:]
    for number, layer in enumerate(layers):
        if isinstance(layer, nn.Conv2d):
            following = layers[number + 1]
            assert isinstance(following, nn.BatchNorm2d)
            x = g.node("Relu", _conv(g, x, layer, following, 2))
        elif isinstance(layer, Residual):
            inside = g.node("Relu", _conv(g, x, layer.first, layer.norms[0], 1))
            x = g.node("Relu", g.node("Add", x, _conv(g, inside, layer.second, layer.norms[1], 1)))
    starts, ends, axes = (g.constant(v, np.int64) for v in ([2, 2], [4, 4], [2, 3]))
    middle = g.node("ReduceMean", g.node("Slice", x, starts, ends, axes), axes, keepdims=0)
    both = g.node("Concat", middle, g.node("ReduceMax", x, axes, keepdims=0), axis=1)
    last = judge.head.last
    own, filters, level = judge.weights.tolist()
    weights = own * last.weight.detach().numpy().T
    offset = own * float(last.bias.detach()) + level - float(judge.usual) + ONE
    flat = g.node("Reshape", g.node("MatMul", both, g.constant(weights)), g.constant([-1], np.int64))
    logs = g.node("Log", g.plus("by_filters", FAINT))
    odds = g.plus(g.node("Add", flat, g.node("Mul", logs, g.constant(filters))), offset)
    g.node("Softplus", odds, output="evidence")
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        g.nodes,
        title,
        [
            tensor("patches", TensorProto.FLOAT, ["n", 1, SIDE, SIDE]),
            tensor("by_filters", TensorProto.FLOAT, ["n"]),
        ],
        [tensor("evidence", TensorProto.FLOAT, ["n"])],
        g.constants,
        doc_string="Demonstration engine. Not for clinical use.",
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
        producer_name="klarsyn demo_cad", producer_version="2",
    )  # fmt: skip
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _standardised(g: Graph, grey: str) -> str:
    axes = g.constant([2, 3], np.int64)
    off = g.node("Sub", grey, g.node("ReduceMean", grey, axes, keepdims=1))
    narrow, wide = _mean(g, grey, 3), _mean(g, grey, 9)

    spread = g.node("Sqrt", g.node("ReduceMean", g.node("Mul", off, off), axes, keepdims=1))

    def in_own_spread(of: str) -> str:
        return g.node(
            "Div", of, g.plus(g.node("ReduceMean", g.node("Abs", of), axes, keepdims=1), _FLOOR / 4)
        )

    details = (g.node("Sub", grey, narrow), g.node("Sub", narrow, wide))
    channels = (
        g.node("Mul", off, g.constant(_STRENGTH)),
        g.node("Div", off, g.plus(spread, _FLOOR)),
        *map(in_own_spread, details),
    )
    joined = g.node("Concat", *channels, axis=1)
    return g.node("Clip", joined, g.constant(-_BOUND), g.constant(_BOUND))


def _mean(g: Graph, grey: str, side: int) -> str:
    edge = side // 2
    padded = g.node("Pad", grey, g.constant([0, 0, edge, edge, 0, 0, edge, edge], np.int64), mode="reflect")
    return g.node("AveragePool", padded, kernel_shape=[side, side], strides=[1, 1])


def _conv(g: Graph, source: str, conv: nn.Conv2d, norm: nn.BatchNorm2d, stride: int) -> str:
    weights, bias = _folded(conv, norm)
    return g.node(
        "Conv", source, g.constant(weights), g.constant(bias), kernel_shape=[3, 3], pads=[1, 1, 1, 1],
        strides=[stride, stride],
    )  # fmt: skip


def _folded(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    with torch.no_grad():
        gain = norm.weight / torch.sqrt(variance + norm.eps)
        weights, bias = conv.weight * gain[:, None, None, None], norm.bias - mean * gain
    return weights.numpy(), bias.numpy()


def write(models: dict[LesionType, bytes], package: Path = PACKAGE) -> list[str]:
    """Write both graphs beside the engine, and the hashes of all model files; return what was written."""
    for kind, model in models.items():
        (package / NAMES[kind]).write_bytes(model)
    return write_hashes(package)
