"""The carrier: outside the walls, between one sealed engine and one model of one server.

Run by `klarsyn.engine.relay` as `python -m klarsyn_triton.carrier ORDER`, for one run. It knows three calls
about one version of one model; everything else it ends the line for. What the server answers it hands on
unread: that is read behind the walls. The first thing that goes wrong it prints as a word and a detail.
"""

import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from tritonclient.grpc import service_pb2 as messages

from klarsyn_triton.frames import Code, LineClosed, TooLong, receive, send

_PR_SET_PDEATHSIG = 1
_SERVICE = "/inference.GRPCInferenceService/"
_WORDS = {
    grpc.StatusCode.DEADLINE_EXCEEDED: "slow",
    grpc.StatusCode.NOT_FOUND: "no model",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "too much",
}


class Trouble(Exception):
    """Why the line ends: a word that `klarsyn.engine.relay` knows, and a detail."""


class Carrier:
    """Three calls to one model."""

    def __init__(self, order: dict[str, Any]) -> None:
        """Open the channel; nothing is sent yet."""
        self._order = order
        self._left = int(order["run_limit"])
        self._answered = False
        limit = int(order["call_limit"])
        options = [
            ("grpc.max_send_message_length", limit),
            ("grpc.max_receive_message_length", limit),
            # Straight to the one address: no proxy, no second address or configuration from the name service.
            ("grpc.enable_http_proxy", 0),
            ("grpc.service_config_disable_resolution", 1),
            ("grpc.enable_retries", 0),
        ]
        target = order["target"]
        if order["tls"]:
            roots = Path(order["ca"]).read_bytes() if order["ca"] else None
            self._channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(roots), options)
        else:
            self._channel = grpc.insecure_channel(target, options)

    def serve(self, line: socket.socket) -> None:
        """Carry calls until the engine closes the line.

        Raises
        ------
        Trouble
            When a call fails or is none that it may make.
        """
        while True:
            try:
                code, payload = receive(line, self._order["call_limit"])
            except LineClosed:
                return
            except TooLong as error:
                raise Trouble("too much", "") from error
            answer = self._call(code, payload)
            self._left -= len(payload) + len(answer)
            if self._left < 0:
                raise Trouble("too much", "")
            del payload
            try:
                send(line, Code.ANSWER, answer)
            except LineClosed:
                return

    def _call(self, code: int, payload: bytes) -> bytes:
        model, version = self._order["model"], self._order["version"]
        if code == Code.INFER:
            self._judge(payload)
            return self._ask("ModelInfer", payload)
        if code == Code.COMPLAINT:
            word, detail = _complaint(payload)
            raise Trouble(word, detail)
        if payload or code not in (Code.READY, Code.METADATA):
            raise Trouble("forbidden", "")
        if code == Code.READY:
            request = messages.ModelReadyRequest(name=model, version=version)
            return self._ask("ModelReady", request.SerializeToString())
        asked = messages.ModelMetadataRequest(name=model, version=version)
        return self._ask("ModelMetadata", asked.SerializeToString())

    def _judge(self, payload: bytes) -> None:
        """Refuse a request for another model, or with parameters, which reach for a server's memory."""
        try:
            request = messages.ModelInferRequest.FromString(payload)
        except DecodeError as error:
            raise Trouble("forbidden", "") from error
        named = (request.model_name, request.model_version)
        tensors = (*request.inputs, *request.outputs)
        if named != (self._order["model"], self._order["version"]) or request.parameters:
            raise Trouble("forbidden", "")
        if any(tensor.parameters for tensor in tensors):
            raise Trouble("forbidden", "")

    def _ask(self, method: str, request: bytes) -> bytes:
        call = self._channel.unary_unary(_SERVICE + method)
        try:
            answer: bytes = call(request, timeout=self._order["timeout_s"])
        except grpc.RpcError as error:
            code = error.code()
            if code is grpc.StatusCode.UNAVAILABLE:
                raise Trouble("cut" if self._answered else "away", "") from error
            raise Trouble(_WORDS.get(code, "refused"), code.name) from error
        self._answered = True
        return answer


def _complaint(payload: bytes) -> tuple[str, str]:
    """Read what the engine says of answers and of its own questions; three words it may choose from."""
    word, _, detail = payload[:400].decode("utf-8", "replace").partition(":")
    return (word, detail) if word in ("differs", "wrong answer", "not sent") else ("forbidden", "")


def carry(order: dict[str, Any], line: socket.socket, tell: Callable[[str], None]) -> None:
    """Carry calls until the line ends, and tell what went wrong before the engine hears of it and ends."""
    try:
        Carrier(order).serve(line)
    except Trouble as trouble:
        tell(json.dumps(trouble.args))
        with contextlib.suppress(LineClosed):
            send(line, Code.FAILED)


def main(order: dict[str, Any]) -> None:
    """Do the job that `order` holds."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != order["parent"]:
            os._exit(1)
    with socket.socket(fileno=order["descriptor"]) as line:
        carry(order, line, partial(print, flush=True))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
