"""Opens the models of this package: two threads, no telemetry."""

import os

# Before the runtime is imported, in whichever process this is (docs/architecture.md, invariant 9).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from pathlib import Path

import onnxruntime

THREADS = 2
_FOLDER = Path(__file__).parent


def opened(name: str) -> onnxruntime.InferenceSession:
    """Return a session of the model file `name` on two threads."""
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    # The next level lays channels out in blocks of 16, a waste of 15/16 for filters of one channel.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    # An arena would keep every size that it ever saw, and each view has a size of its own.
    options.enable_cpu_mem_arena = False
    model = (_FOLDER / name).read_bytes()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
