"""The same network in eight bits, to see whether it is faster and as good; the better one is shipped."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from examples import Examples
from learn import area_of
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from klarsyn_demo_cad.patches import SIDE

_SAMPLE = 256
_ROUNDS = 7
_EQUAL = 0.003
"""Areas nearer than this count as equal: a tenth of their sampling error."""

Feed = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Choice:
    """Areas under the curve and milliseconds for 32 patches on one thread, of both; `model` is to ship."""

    area: tuple[float, float]
    milliseconds: tuple[float, float]
    eight_bits: bool
    model: bytes

    def __str__(self) -> str:
        (plain, small), (slow, fast) = self.area, self.milliseconds
        kept = "int8" if self.eight_bits else "fp32"
        return f"fp32 area {plain:.4f} in {slow:.1f} ms, int8 {small:.4f} in {fast:.1f} ms: {kept} is kept"


def chosen(model: bytes, train: Examples, judge: Examples, work: Path) -> Choice:
    """Quantise a head's graph with a sample of what it was trained on, and choose."""
    plain, small = work / "plain.onnx", work / "int8.onnx"
    plain.write_bytes(model)
    rng = np.random.default_rng(7)
    sample = rng.choice(len(train), min(_SAMPLE, len(train)), replace=False)
    quantize_static(
        plain,
        small,
        _Sample(train, sample),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        # Seven bits of weights: without VNNI products overflow, and another processor would say otherwise.
        reduce_range=True,
        weight_type=QuantType.QInt8,
        activation_type=QuantType.QUInt8,
        op_types_to_quantize=["Conv", "Relu", "Add"],
    )
    both = [_measured(one, judge) for one in (plain, small)]
    (area, slow), (small_area, fast) = both
    better = fast < slow and small_area > area - _EQUAL
    return Choice((area, small_area), (slow, fast), better, (small if better else plain).read_bytes())


def _measured(path: Path, judge: Examples) -> tuple[float, float]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    scores = np.zeros(len(judge))
    for first in range(0, len(judge), 32):
        rows = np.arange(first, min(first + 32, len(judge)))
        scores[rows] = session.run(["evidence"], feed_of(judge, rows))[0]
    feed = feed_of(judge, np.arange(min(32, len(judge))))
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        session.run(["evidence"], feed)
        times.append(time.perf_counter() - start)
    return area_of(scores, judge), 1000 * min(times)


def feed_of(of: Examples, rows: npt.NDArray[np.int64]) -> Feed:
    """Return what the graph takes, for some of the examples."""
    start = (of.patches.shape[-1] - SIDE) // 2
    patches = of.patches[rows, start : start + SIDE, start : start + SIDE].astype(np.float32)
    return {"patches": patches[:, None], "by_filters": of.evidence[rows]}


class _Sample(CalibrationDataReader):  # type: ignore[misc]
    """What the runtime looks at to choose the ranges of its eight bits."""

    def __init__(self, train: Examples, rows: npt.NDArray[np.int64]) -> None:
        self._feeds: Iterator[Feed] = (feed_of(train, part) for part in np.array_split(rows, 8))

    def get_next(self) -> Feed | None:
        """Return the next feed, None at the end."""
        return next(self._feeds, None)
