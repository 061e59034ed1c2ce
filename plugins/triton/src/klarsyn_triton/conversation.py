"""Talking to a model over the inherited line, and reading its answers with suspicion; behind the walls."""

import math
import os
import socket
from collections.abc import Iterable
from typing import NoReturn

import numpy as np
import numpy.typing as npt
from google.protobuf.message import DecodeError, Message
from tritonclient.grpc import service_pb2 as messages

from klarsyn.engine.relay_limits import CALL_LIMIT, VARIABLE
from klarsyn.engine.server_file import OutputTable, ServerFile
from klarsyn_triton.frames import Code, receive, send

_TYPES = {"FP16": "<f2", "FP32": "<f4", "FP64": "<f8", "UINT16": "<u2"}
Tensor = npt.NDArray[np.float64]


class NoAnswer(Exception):
    """There is nothing to go on with; Klarsyn knows why from the carrier."""


class Conversation:
    """One run's calls about the model that a `server.toml` names."""

    def __init__(self, file: ServerFile) -> None:
        """Take the inherited end of the line."""
        self._file = file
        self._line = socket.socket(fileno=int(os.environ[VARIABLE]))

    def check(self) -> None:
        """Compare the server's model with the file: name, version, platform, names, types and shapes.

        Raises
        ------
        NoAnswer
            If anything differs.
        """
        ready = self._read(messages.ModelReadyResponse, self._ask(Code.READY))
        if not ready.ready:
            self._complain("differs", f"version {self._file.model_version} is not ready")
        found = self._read(messages.ModelMetadataResponse, self._ask(Code.METADATA))
        file = self._file
        declared = {table.name: table for table in file.output}
        if found.name != file.model:
            self._complain("differs", f"it calls itself {found.name}")
        if file.model_version not in found.versions:
            self._complain("differs", f"it has the versions {', '.join(found.versions) or 'none'}")
        if file.platform and found.platform != file.platform:
            self._complain("differs", f"its platform is {found.platform}, not {file.platform}")
        for kind, tensors, tables in (
            ("input", found.inputs, {file.input.name: file.input}),
            ("output", found.outputs, declared),
        ):
            if {tensor.name for tensor in tensors} != set(tables) or len(tensors) != len(tables):
                names = ", ".join(tensor.name for tensor in tensors)
                self._complain("differs", f"its {kind}s are {names}, not {', '.join(tables)}")
            for tensor in tensors:
                table = tables[tensor.name]
                if tensor.datatype != table.datatype:
                    self._complain(
                        "differs", f"its {kind} {tensor.name} is of {tensor.datatype}, not {table.datatype}"
                    )
                if tuple(tensor.shape) != table.shape:
                    shapes = f"{_shape(tensor.shape)}, not {_shape(table.shape)}"
                    self._complain("differs", f"its {kind} {tensor.name} has the shape {shapes}")

    def infer(self, number: int, tensor: npt.NDArray[np.generic]) -> dict[str, Tensor]:
        """Let the model look at one tensor and return the outputs that mean something, by role.

        Raises
        ------
        NoAnswer
            If the answer is of another version, or not what the file declares, or not finite; or if the
            tensor is not finite, which is not sent.
        """
        file = self._file
        if not np.isfinite(tensor).all():
            self._complain("not sent", f"it holds a number that {file.input.datatype} has no room for")
        request = messages.ModelInferRequest(
            model_name=file.model, model_version=file.model_version, id=str(number)
        )
        request.inputs.add(name=file.input.name, datatype=file.input.datatype, shape=tensor.shape)
        request.raw_input_contents.append(tensor.tobytes())
        wanted = [table for table in file.output if table.role != "unused"]
        for table in wanted:
            request.outputs.add(name=table.name)
        payload = request.SerializeToString()
        del request
        answer = self._read(messages.ModelInferResponse, self._ask(Code.INFER, payload))
        if (answer.model_name, answer.model_version) != (file.model, file.model_version):
            who = f"{answer.model_name or 'no name'}, version {answer.model_version or 'unsaid'},"
            self._complain("differs", f"in the middle of the exam {who} answered")
        if answer.id not in ("", str(number)):
            self._complain("wrong answer", "it belongs to another question")
        return {table.role: self._output(answer, table) for table in wanted}

    def _output(self, answer: Message, table: OutputTable) -> Tensor:
        places = [n for n, output in enumerate(answer.outputs) if output.name == table.name]
        if len(places) != 1:
            self._complain("wrong answer", f"it holds the output {table.name} {len(places)} times")
        output, place = answer.outputs[places[0]], places[0]
        shape = tuple(output.shape)
        fits = len(shape) == len(table.shape) and all(
            n >= 0 and d in (-1, n) for n, d in zip(shape, table.shape, strict=True)
        )
        if output.datatype != table.datatype or not fits:
            self._complain(
                "wrong answer",
                f"its output {table.name} is {output.datatype} {_shape(shape)}, and server.toml declares "
                f"{table.datatype} {_shape(table.shape)}",
            )
        values = self._values(answer, output, place, table)
        if values.size != math.prod(shape):
            self._complain(
                "wrong answer", f"its output {table.name} holds {values.size} numbers, not {math.prod(shape)}"
            )
        if not np.isfinite(values).all():
            self._complain("wrong answer", f"its output {table.name} holds a number that is not finite")
        return values.reshape(shape)

    def _values(self, answer: Message, output: Message, place: int, table: OutputTable) -> Tensor:
        """Return the numbers of one output, from raw bytes or from the list of its type."""
        kind = np.dtype(_TYPES[table.datatype])
        if not answer.raw_output_contents:
            lists = {"FP32": output.contents.fp32_contents, "FP64": output.contents.fp64_contents}
            return np.array(lists.get(table.datatype, ()), np.float64)
        if len(answer.raw_output_contents) != len(answer.outputs):
            self._complain("wrong answer", "it has not the contents of each output")
        raw = answer.raw_output_contents[place]
        if len(raw) % kind.itemsize:
            self._complain("wrong answer", f"its output {table.name} ends within a number")
        return np.frombuffer(raw, kind).astype(np.float64)

    def _read(self, kind: type[Message], answer: bytes) -> Message:
        try:
            return kind.FromString(answer)
        except DecodeError:
            self._complain("wrong answer", "it is not in the words of the protocol")

    def _ask(self, code: Code, payload: bytes = b"") -> bytes:
        send(self._line, code, payload)
        kind, answer = receive(self._line, CALL_LIMIT)
        if kind != Code.ANSWER:
            raise NoAnswer
        return answer

    def _complain(self, word: str, detail: str) -> NoReturn:
        send(self._line, Code.COMPLAINT, f"{word}:{detail}".encode()[:400])
        receive(self._line, CALL_LIMIT)  # the carrier has told it when this comes
        raise NoAnswer


def _shape(sizes: Iterable[int]) -> str:
    return "x".join(map(str, sizes)) or "of one number"
