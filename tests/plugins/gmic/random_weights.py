"""Weights of the right names and shapes, of a network that has learned nothing; and a tiny graph."""

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from klarsyn_gmic.tensors import CLASSES, INPUT, MAP, TENSORS, Tensor


def random_state(seed: int = 0) -> dict[str, npt.NDArray[np.generic]]:
    """Scaled so that values neither vanish nor grow much from layer to layer, as in a trained network."""
    rng = np.random.default_rng(seed)
    return {tensor.name: _values(tensor, rng) for tensor in TENSORS}


def _values(tensor: Tensor, rng: np.random.Generator) -> npt.NDArray[np.generic]:
    if tensor.counts:
        return np.asarray(100, np.int64)
    if len(tensor.shape) > 1:
        last = "net" not in tensor.name or ".conv2." in tensor.name  # a block adds this to what came in
        scale = np.sqrt((0.1 if last else 1.0) / np.prod(tensor.shape[1:]))
        return (scale * rng.standard_normal(tensor.shape)).astype(np.float32)
    if tensor.name.endswith(("running_var", "weight")):
        return rng.uniform(0.5, 1.5, tensor.shape).astype(np.float32)
    return (0.1 * rng.standard_normal(tensor.shape)).astype(np.float32)


def tiny_graph(level: float) -> bytes:
    """A quick graph with the network's input and outputs: its map is high where `image` is above `level`."""
    step = INPUT[2] // MAP[0]
    constants = {
        "weights": np.array([[[[0.5]]], [[[4.0]]]], np.float32),
        "bias": np.array([0.0, -4 * level], np.float32),
        "map": np.array([2, *MAP]),
        "two": np.array([2]),
    }
    nodes = [
        helper.make_node("AveragePool", ["image"], ["small"], kernel_shape=[step] * 2, strides=[step] * 2),
        helper.make_node("Conv", ["small", "weights", "bias"], ["both"]),
        helper.make_node("Sigmoid", ["both"], ["four"]),
        helper.make_node("Reshape", ["four", "map"], ["maps"]),
        helper.make_node("GlobalMaxPool", ["four"], ["highest"]),
        helper.make_node("Reshape", ["highest", "two"], ["fusion"]),
    ]
    outputs = {"maps": (len(CLASSES), *MAP), "fusion": (len(CLASSES),)}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, INPUT)],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
        [numpy_helper.from_array(v, n) for n, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()
