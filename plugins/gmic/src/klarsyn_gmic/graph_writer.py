"""A small writer of ONNX nodes for the layers that the network is made of. Needs onnx."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from klarsyn_gmic.comparing import State


class Graph:
    """Nodes and constants so far: each call adds one node and returns the name of its output."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def weight(self, name: str) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(self._state[name]), name)
        return name

    def constant(self, value: npt.ArrayLike, dtype: type[np.generic] = np.int64) -> str:
        name = f"constant {len(self.constants)}"
        self.constants[name] = numpy_helper.from_array(np.asarray(value, dtype), name)
        return name

    def node(self, kind: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        name = output or f"{kind} {len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=f"node {name}", **attributes))
        return name

    def conv(self, source: str, name: str, size: int, stride: int = 1) -> str:
        pads, strides = [size // 2] * 4, [stride] * 2
        return self.node("Conv", source, self.weight(f"{name}.weight"), pads=pads, strides=strides)

    def norm(self, source: str, name: str) -> str:
        parts = (self.weight(f"{name}.{p}") for p in ("weight", "bias", "running_mean", "running_var"))
        return self.node("BatchNormalization", source, *parts, epsilon=1e-5)

    def active(self, source: str, name: str) -> str:
        return self.node("Relu", self.norm(source, name))

    def pool(self, source: str) -> str:
        return self.node("MaxPool", source, kernel_shape=[3, 3], pads=[1] * 4, strides=[2, 2])

    def linear(self, source: str, name: str) -> str:
        """(rows, features) to (rows, outputs)."""
        bias = [self.weight(f"{name}.bias")] if f"{name}.bias" in self._state else []
        return self.node("Gemm", source, self.weight(f"{name}.weight"), *bias, transB=1)

    def flat(self, source: str, *shape: int, output: str | None = None) -> str:
        return self.node("Reshape", source, self.constant(shape), output=output)
