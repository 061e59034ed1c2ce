"""A tiny model, the `server.toml` that describes it, and a real server around it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import TensorProto, helper

SERVER = Path(__file__).with_name("kserve_server.py")
MATRIX = (96, 64)
TOML = """
kind = "kserve"
name = "served"
url = "{url}"
model = "breast"
model_version = "{version}"
platform = "onnxruntime_onnx"
timeout_s = {timeout}
{more}

[engine]
name = "Served"
vendor = "Maker"
version = "1.0"
intended_use = "research"
lesion_types = ["soft tissue"]
price_per_exam = 3.5

[input]
name = "image"
datatype = "{datatype}"
shape = [1, 1, {rows}, 64]
matrix = [{rows}, 64]
normalise = "range"

[[output]]
name = "score"
datatype = "FP32"
shape = [1, 1]
role = "score"

[[output]]
name = "boxes"
datatype = "FP32"
shape = [1, 2, 5]
role = "boxes"
threshold = 0.5
"""


def write_model(path: Path) -> Path:
    """A graph whose score is the brightest pixel less the mean, and that has two boxes of that score.

    The first is columns 10 to 20 and rows 30 to 50 of the matrix; the second has no area.
    """
    boxes = [10, 30, 20, 50, 0, 5, 5, 5, 5, 0]
    nodes = [
        helper.make_node("ReduceMax", ["image", "axes"], ["most"], keepdims=1),
        helper.make_node("ReduceMean", ["image", "axes"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["most", "mean"], ["over"]),
        helper.make_node("Reshape", ["over", "flat"], ["score"]),
        helper.make_node("Reshape", ["over", "deep"], ["strength"]),
        helper.make_node("Mul", ["strength", "fifth"], ["scores"]),
        helper.make_node("Add", ["corners", "scores"], ["boxes"]),
    ]
    constants = [
        helper.make_tensor("axes", TensorProto.INT64, [3], [1, 2, 3]),
        helper.make_tensor("flat", TensorProto.INT64, [2], [1, 1]),
        helper.make_tensor("deep", TensorProto.INT64, [3], [1, 1, 1]),
        helper.make_tensor("fifth", TensorProto.FLOAT, [1, 1, 5], [0, 0, 0, 0, 1]),
        helper.make_tensor("corners", TensorProto.FLOAT, [1, 2, 5], boxes),
    ]
    graph = helper.make_graph(
        nodes,
        "brightest",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, *MATRIX])],
        [
            helper.make_tensor_value_info("score", TensorProto.FLOAT, [1, 1]),
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, 2, 5]),
        ],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


def write_server_toml(folder: Path, url: str, more: str = "", **changes) -> Path:
    """A folder as a site installs it."""
    values = {"version": "3", "timeout": 20, "datatype": "FP32", "rows": MATRIX[0], **changes}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "server.toml").write_text(TOML.format(url=url, more=more, **values))
    return folder


@dataclass(frozen=True)
class Serving:
    """A server that runs: its host and port, and what it shall do wrong from now on."""

    address: str
    faults: Path

    def do_wrong(self, fault: str) -> None:
        self.faults.write_text(fault)


@contextmanager
def serving(folder: Path, certificate: tuple[Path, Path] | None = None) -> Iterator[Serving]:
    """A server of the tiny model on loopback."""
    model, faults = write_model(folder / "model.onnx"), folder / "faults"
    faults.write_text("none")
    words = [str(path) for path in (model, faults, *(certificate or ()))]
    process = subprocess.Popen(
        [sys.executable, str(SERVER), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield Serving(f"127.0.0.1:{int(process.stdout.readline())}", faults)
        finally:
            process.kill()
