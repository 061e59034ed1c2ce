"""A small server that truly speaks KServe v2 by gRPC around onnxruntime: a process of its own, for tests.

    python kserve_server.py MODEL.onnx FAULTS [CERTIFICATE KEY]

prints its port on loopback and serves until its input is closed. The file FAULTS says what it does wrong.
"""

import os
import sys
import threading
from concurrent import futures
from pathlib import Path

import grpc
import numpy as np
import onnxruntime
from tritonclient.grpc import service_pb2 as messages
from tritonclient.grpc.service_pb2_grpc import (
    GRPCInferenceServiceServicer,
    add_GRPCInferenceServiceServicer_to_server,
)

MODEL, VERSION = "breast", "3"
_TYPES = {"tensor(float)": ("FP32", np.float32)}


class Served(GRPCInferenceServiceServicer):
    def __init__(self, path: str, faults: str) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._faults = Path(faults)
        self._asked = 0

    @property
    def _fault(self) -> str:
        return self._faults.read_text()

    def ModelReady(self, request, context):
        self._known(request.name, request.version, context)
        return messages.ModelReadyResponse(ready=self._fault != "not-ready")

    def ModelMetadata(self, request, context):
        self._known(request.name, request.version, context)
        found = messages.ModelMetadataResponse(
            name=MODEL, versions=["2", VERSION], platform="onnxruntime_onnx"
        )
        for tensors, nodes in (
            (found.inputs, self._session.get_inputs()),
            (found.outputs, self._session.get_outputs()),
        ):
            for node in nodes:
                tensors.add(name=node.name, datatype=_TYPES[node.type][0], shape=node.shape)
        return found

    def ModelInfer(self, request, context):
        self._known(request.model_name, request.model_version, context)
        self._asked += 1
        second = self._asked % 4 == 2
        if self._fault == "slow":
            threading.Event().wait(5)
        if self._fault == "cut" and second:
            os._exit(1)
        if self._fault == "error":
            context.abort(grpc.StatusCode.INTERNAL, "PatientName^Leaked broke it")
        (given,) = request.inputs
        pixels = np.frombuffer(request.raw_input_contents[0], "<f4").reshape(given.shape)
        names = [output.name for output in request.outputs]
        answers = self._session.run(names, {given.name: pixels})
        answer = messages.ModelInferResponse(
            model_name=MODEL, model_version="4" if self._fault == "new-version" and second else VERSION
        )
        answer.id = "another" if self._fault == "other-question" else request.id
        for name, values in zip(names, answers, strict=True):
            if self._fault == "nan" and name == "score":
                values = values * np.nan
            if self._fault == "shape" and name == "score":
                values = np.concatenate([values, values], axis=-1)
            shape = values.shape
            if self._fault == "short" and name == "boxes":
                values = values[:, :1]
            output = answer.outputs.add(name=name, datatype="FP32", shape=shape)
            if self._fault == "typed-lists":
                output.contents.fp32_contents.extend(values.reshape(-1).tolist())
            else:
                answer.raw_output_contents.append(values.astype("<f4").tobytes())
        return answer

    def _known(self, model: str, version: str, context) -> None:
        if (model, version) != (MODEL, VERSION) or self._fault == "no-model":
            context.abort(grpc.StatusCode.NOT_FOUND, "unknown model")


def main(path: str, faults: str, certificate: str = "", key: str = "") -> None:
    limit = 256 * 2**20
    server = grpc.server(
        futures.ThreadPoolExecutor(2),
        options=[("grpc.max_receive_message_length", limit), ("grpc.max_send_message_length", limit)],
    )
    add_GRPCInferenceServiceServicer_to_server(Served(path, faults), server)
    if certificate:
        pair = (Path(key).read_bytes(), Path(certificate).read_bytes())
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
