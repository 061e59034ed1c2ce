"""Engines that misuse their line to a server. Imported by the sealed worker only."""

import os
import socket
from decimal import Decimal
from typing import ClassVar

from tritonclient.grpc import service_pb2 as messages

from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine.contract import Accepts, Manifest, RawResult
from klarsyn_triton.frames import Code, receive, send


class _Breaking:
    manifest: ClassVar[Manifest] = Manifest(
        contract=2, name="Breaking", vendor="Test", version="1", model_files=(), accepts=Accepts(),
        intended_use=IntendedUse.RESEARCH, lesion_types=(LesionType.SOFT_TISSUE,), needs_priors=False,
        memory_mb=1024, threads=1, gpu=False, price_per_exam=Decimal(0), currency="SEK",
    )  # fmt: skip

    def analyse(self, exam, progress):
        line = socket.socket(fileno=int(os.environ["KLARSYN_RELAY"]))
        self.attack(line)
        return RawResult(exam.exam_token, 0.0, ())

    def attack(self, line: socket.socket) -> None:
        raise NotImplementedError


def infer(model: str = "breast", version: str = "3", **more) -> bytes:
    return messages.ModelInferRequest(model_name=model, model_version=version, **more).SerializeToString()


def shared_memory() -> bytes:
    request = messages.ModelInferRequest(model_name="breast", model_version="3")
    tensor = request.inputs.add(name="image", datatype="FP32", shape=[1, 1, 96, 64])
    tensor.parameters["shared_memory_region"].string_param = "another's"
    return request.SerializeToString()


def sequence() -> bytes:
    request = messages.ModelInferRequest(model_name="breast", model_version="3")
    request.parameters["sequence_id"].int64_param = 1
    return request.SerializeToString()


class OpensSockets(_Breaking):
    """Its evidence says how many ways were open; the places that it aims at stand in its view's maker."""

    def analyse(self, exam, progress):
        stream, datagrams, port = exam.views[0].manufacturer.split("|")
        line = socket.socket(fileno=int(os.environ["KLARSYN_RELAY"]))
        ways = (
            lambda: socket.socket(socket.AF_UNIX).connect(stream),
            lambda: socket.create_connection(("127.0.0.1", int(port)), 1),
            lambda: line.connect(stream),
            lambda: line.sendmsg([b"leak"], [], 0, datagrams),
            lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"leak", datagrams),
        )
        through = 0
        for way in ways:
            try:
                way()
                through += 1
            except OSError:
                continue
        return RawResult(exam.exam_token, float(through), ())


class AnnouncesTooMuch(_Breaking):
    def attack(self, line):
        line.sendall(bytes([Code.INFER]) + (2**62).to_bytes(8, "big"))
        receive(line, 1000)


class SwallowsTheRefusal(_Breaking):
    """Asks for another model, and gives a result all the same."""

    def attack(self, line):
        send(line, Code.INFER, infer("another"))
        receive(line, 1000)
