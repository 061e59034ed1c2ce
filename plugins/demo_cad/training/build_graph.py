"""Builds demo_cad.onnx: filter banks for calcifications and masses as one static graph.

Inputs (float32, sizes free, H and W multiples of 10)
    view    (1, 1, H, W)      grey values at 0.1 mm, breast roughly 0 to 1
    breast  (1, 1, H/5, W/5)  1 inside the breast, at 0.5 mm
    inner   (1, 1, H/5, W/5)  1 where masses are looked for: without skin and pectoral muscle
Outputs
    specks       (1, 1, H, W)      local maxima of dot-ness in units of the local noise, else 0
    convergence  (1, 3, H/5, W/5)  how far gradients around point here, per scale, -1 to 1
    contrast     (1, 3, H/5, W/5)  core minus surround in local standard deviations, per scale
    spiculation  (1, 3, H/5, W/5)  how far lines around run here, per scale, -1 to 1

Run as `python build_graph.py [FILE]`; the same versions of numpy and onnx give the same bytes.
"""

import sys
from pathlib import Path

import filters
import numpy as np
import numpy.typing as npt
import onnx
from hashes import write_hashes
from onnx import TensorProto, helper, numpy_helper

OPSET = 18
IR_VERSION = 9
SCALES = ((1.5, 4.0), (3.0, 7.0), (5.0, 11.0))
"""Inner and outer radius in mm of the ring that a mass's edge lies in, small to large."""

_MM = 2.0  # pixels of the coarse grid in a millimetre
TARGET = Path(__file__).resolve().parents[1] / "src" / "klarsyn_demo_cad" / "demo_cad.onnx"


class Graph:
    """A small writer of ONNX nodes: each call adds one node and returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: npt.ArrayLike, dtype: type = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def node(self, kind: str, *inputs: str, output: str | None = None, **attributes: object) -> str:
        name = output or f"n{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(kind, list(inputs), [name], name=f"{kind}-{len(self.nodes)}", **attributes)
        )
        return name

    def correlate(self, source: str, kernel: npt.NDArray[np.float32]) -> str:
        """Correlate one channel with one kernel (rows, columns), or several (n, rows, columns)."""
        return self._conv(source, (kernel[None] if kernel.ndim == 2 else kernel)[:, None])

    def correlate_pair(
        self, source: str, first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]
    ) -> str:
        """Correlate two channels with a kernel each, and add."""
        return self._conv(source, np.stack([first, second])[None])

    def _conv(self, source: str, weights: npt.NDArray[np.float32]) -> str:
        rows, columns = (n // 2 for n in weights.shape[2:])
        pads = [rows, columns, rows, columns]
        return self.node(
            "Conv", source, self.constant(weights), kernel_shape=list(weights.shape[2:]), pads=pads
        )

    def blur(self, source: str, sigma: float) -> str:
        row = filters.gaussian(sigma)
        return self.correlate(self.correlate(source, row), row.T.copy())

    def pooled(self, source: str, size: int) -> str:
        """Mean of `size` by `size` pixels."""
        return self.node("AveragePool", source, kernel_shape=[size, size], strides=[size, size])

    def enlarged(self, source: str, size: int, *, smooth: bool = False) -> str:
        """The inverse of `pooled` in size."""
        how = (
            {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
            if smooth
            else {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        )
        return self.node("Resize", source, "", self.constant([1, 1, size, size]), **how)

    def plus(self, source: str, value: float) -> str:
        return self.node("Add", source, self.constant(value))


def calcifications(g: Graph, breast: str) -> None:
    """Dots of 0.2 to 0.8 mm: the smallest of four second differences, in units of the noise around.

    A line or an edge has one direction in which it does not change, so that its smallest is near zero.
    """
    smooth = g.blur("view", 0.8)
    scores = []
    around = g.plus(g.blur(breast, 6.0), 1e-3)
    for distance, source in ((3, smooth), (6, g.blur(smooth, 1.6))):
        pairs = _opposite_means(g, source, distance)
        dot = g.node("Sub", source, g.node("Max", *pairs))
        # Texture and noise have the same response in size, but not in all four directions at once.
        busy = g.node("Add", *(g.node("Abs", g.node("Sub", source, pair)) for pair in (pairs[0], pairs[2])))
        noise = g.node("Div", g.blur(g.node("Mul", g.pooled(busy, 5), breast), 6.0), around)
        # A floor, so that an image without any noise has no dots of nothing.
        scores.append(g.node("Div", dot, g.enlarged(g.plus(noise, 0.002), 5)))
    fine, coarse = scores
    # Dust on film and spikes of noise are sharp, and have no body at the coarser scale.
    body = g.node("MaxPool", coarse, kernel_shape=[5, 5], pads=[2, 2, 2, 2])
    bounded = g.node("Min", fine, g.plus(g.node("Mul", body, g.constant(1.5)), 1.2))
    score = g.node("Max", bounded, coarse)
    tall = g.node("MaxPool", score, kernel_shape=[7, 1], pads=[3, 0, 3, 0])
    best = g.node("MaxPool", tall, kernel_shape=[1, 7], pads=[0, 3, 0, 3])
    peak = g.node("Cast", g.node("Equal", score, best), to=TensorProto.FLOAT)
    g.node("Mul", peak, g.node("Relu", score), output="specks")


def _opposite_means(g: Graph, source: str, distance: int) -> list[str]:
    """Means of the two neighbours at `distance` in four directions: along, diagonal, across, diagonal."""
    border = g.constant([0, 0, distance, distance, 0, 0, distance, distance], np.int64)
    padded = g.node("Pad", source, border, mode="edge")

    def shifted(row: int, column: int) -> str:
        starts = [distance * (1 + row), distance * (1 + column)]
        ends = [-distance * (1 - step) or np.iinfo(np.int64).max for step in (row, column)]
        return g.node("Slice", padded, *(g.constant(v, np.int64) for v in (starts, ends, [2, 3])))

    half = g.constant(0.5)
    return [
        g.node("Mul", g.node("Add", shifted(row, column), shifted(-row, -column)), half)
        for row, column in ((0, 1), (1, 1), (1, 0), (1, -1))
    ]


def masses(g: Graph, breast: str, inner: str) -> None:
    """Gradient convergence, contrast and spiculation at three sizes, on locally normalised grey values."""
    grey = g.node("Mul", g.pooled("view", 5), breast)
    weight = g.plus(g.blur(breast, 10 * _MM), 1e-3)
    mean = g.node("Div", g.blur(grey, 10 * _MM), weight)
    off = g.node("Mul", g.node("Sub", grey, mean), breast)
    variance = g.node("Div", g.blur(g.node("Mul", off, off), 10 * _MM), weight)
    local = g.node("Div", off, g.plus(g.node("Sqrt", g.node("Relu", variance)), 0.03))

    slope = g.correlate(local, np.stack(filters.gaussian_derivatives(1.0 * _MM)))
    size = g.node("Sqrt", g.plus(_squared_length(g, slope), 0.02**2))
    unit = g.node("Mul", g.node("Div", slope, size), inner)
    lines = g.node("Mul", g.correlate(local, np.stack(filters.line_tensor(0.4 * _MM))), inner)
    strength = g.node("Sqrt", g.plus(_squared_length(g, lines), 1e-8))

    # Wide filters run at 1 mm: they see averages over rings of many millimetres anyhow.
    fine = (unit, local, inner, lines, strength)
    coarse = tuple(g.pooled(name, 2) for name in fine)
    outputs: dict[str, list[str]] = {"convergence": [], "contrast": [], "spiculation": []}
    for number, radii in enumerate(SCALES):
        small = number == 0
        maps = _mass_maps(g, fine if small else coarse, radii, _MM if small else _MM / 2)
        for name, one in zip(outputs, maps, strict=True):
            outputs[name].append(one if small else g.enlarged(one, 2, smooth=True))
    for name, maps_of_name in outputs.items():
        g.node("Concat", *maps_of_name, axis=1, output=name)


def _mass_maps(
    g: Graph, sources: tuple[str, ...], radii: tuple[float, float], per_mm: float
) -> tuple[str, str, str]:
    unit, local, inner, lines, strength = sources
    inside, outside = (r * per_mm for r in radii)
    kx, ky, ring = filters.towards_centre(inside, outside)
    covered = g.node("Max", g.correlate(inner, ring), g.constant(0.5))
    convergence = g.node("Div", g.correlate_pair(unit, kx, ky), covered)
    contrast = g.correlate(local, filters.core_minus_surround((inside + outside) / 2, 1.5 * outside))
    # Spicules are looked for outside the mass itself.
    wide = (outside * 0.8, outside * 1.6)
    everywhere = g.plus(g.correlate(strength, filters.towards_centre(*wide)[2]), 0.02)
    spiculation = g.node("Div", g.correlate_pair(lines, *filters.radial_lines(*wide)), everywhere)
    return convergence, contrast, spiculation


def _squared_length(g: Graph, pair: str) -> str:
    """Squared length of a vector in two channels."""
    return g.node("ReduceSum", g.node("Mul", pair, pair), g.constant([1], np.int64), keepdims=1)


def build() -> bytes:
    """Return the serialised model."""
    g = Graph()
    calcifications(g, "breast")
    masses(g, "breast", "inner")

    def tensor(name: str, channels: int, rows: str, columns: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, rows, columns])

    graph = helper.make_graph(
        g.nodes,
        "demo_cad",
        [tensor("view", 1, "H", "W"), tensor("breast", 1, "h", "w"), tensor("inner", 1, "h", "w")],
        [tensor("specks", 1, "H", "W")]
        + [tensor(n, len(SCALES), "h", "w") for n in ("convergence", "contrast", "spiculation")],
        g.constants,
        doc_string="Demonstration engine. Not for clinical use.",
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
        producer_name="klarsyn demo_cad", producer_version="1",
    )  # fmt: skip
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    model = build()
    target.write_bytes(model)
    if target == TARGET:
        write_hashes()
    print(target)
