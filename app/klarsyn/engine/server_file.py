"""`server.toml`: an engine whose model runs in a server of the site that speaks KServe v2 by gRPC.

What is written here is checked whole when the engine is installed, so that an exam is never the first to
find a fault. The words of the protocol are those of the Open Inference Protocol (KServe v2).
"""

import ipaddress
import json
import math
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from klarsyn.domain.exam import ViewPosition
from klarsyn.domain.finding import IntendedUse, LesionType

SERVER_FILE = "server.toml"
PREPARING = 2
"""The version of how images and answers are turned (`plugins/triton`): raised with each change of a number
that comes out of it. 1 mirrored by the breast's side alone."""

_Word = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[\w .,()/:+-]+$")]
_Shape = Annotated[tuple[int, ...], Field(max_length=6)]


class ServerFileError(Exception):
    """The file cannot be used; the message says which part and why."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EngineTable(_Table):
    """[engine]: what other engines declare in their manifest."""

    name: _Word
    vendor: _Word
    version: _Word
    intended_use: IntendedUse
    lesion_types: Annotated[tuple[LesionType, ...], Field(min_length=1)]
    view_positions: tuple[ViewPosition, ...] = ()
    manufacturers: tuple[str, ...] = ()
    sop_classes: tuple[str, ...] = ()
    memory_mb: int = Field(1024, ge=512)
    price_per_exam: Decimal = Field(Decimal(0), ge=0, max_digits=12, decimal_places=6)
    currency: str = Field("SEK", pattern=r"^[A-Z]{3}$")
    limits: str = ""


class InputTable(_Table):
    """[input]: the model's one input tensor, and how an image becomes it.

    The last two sizes of `shape` are rows and columns, or -1; those before are 1, 3 (the image is repeated)
    or -1 (sent as 1). `matrix` is (rows, columns).
    """

    name: _Word
    datatype: Literal["FP32", "FP16", "UINT16"]
    shape: _Shape
    matrix: tuple[Annotated[int, Field(ge=16, le=8192)], Annotated[int, Field(ge=16, le=8192)]]
    mirror_right: bool = True
    normalise: Literal["none", "range", "standard"] = "none"
    mean: float = Field(0.0, allow_inf_nan=False)
    sd: float = Field(1.0, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.shape) < 2 or any(n not in (-1, 1, 3) for n in self.shape[:-2]):
            raise ValueError("the sizes before rows and columns must be 1, 3 or -1")
        if any(n not in (-1, m) for n, m in zip(self.shape[-2:], self.matrix, strict=True)):
            raise ValueError("its last two sizes are neither those of matrix nor -1")
        if self.datatype == "UINT16" and (self.normalise, self.mean, self.sd) != ("none", 0.0, 1.0):
            raise ValueError("whole numbers cannot be normalised")
        return self

    @property
    def sent_shape(self) -> tuple[int, ...]:
        """The shape of the tensor for one image."""
        return (*(1 if n == -1 else n for n in self.shape[:-2]), *self.matrix)


class OutputTable(_Table):
    """[[output]]: one output tensor of the model, and what it means.

    `score` is the evidence of an image, the element `index`; `boxes` are rows of corners in pixels of the
    matrix, (x1, y1, x2, y2) with the score as a fifth or in a tensor `box_scores`.
    """

    name: _Word
    datatype: Literal["FP32", "FP64", "FP16"] | str
    shape: _Shape
    role: Literal["score", "boxes", "box_scores", "unused"]
    index: int = Field(0, ge=0)
    threshold: float = Field(-math.inf, allow_inf_nan=True)
    most: int = Field(10, ge=1, le=16)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.role != "unused" and self.datatype not in ("FP32", "FP64", "FP16"):
            raise ValueError("its numbers must be FP16, FP32 or FP64")
        if self.role == "boxes" and (not self.shape or self.shape[-1] not in (4, 5)):
            raise ValueError("the last size of boxes must be 4 or 5")
        sizes = math.prod(self.shape)
        if self.role == "score" and (-1 not in self.shape and self.index >= sizes):
            raise ValueError("index is outside the tensor")
        return self


class ServerFile(_Table):
    """The whole file."""

    kind: Literal["kserve"]
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    url: str
    model: _Word
    model_version: _Word
    platform: str = ""
    timeout_s: float = Field(60.0, gt=0, le=3600)
    ca: str = Field("", pattern=r"^([\w-][\w.-]*)?$")
    engine: EngineTable
    input: InputTable
    output: Annotated[tuple[OutputTable, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        roles = [output.role for output in self.output]
        if roles.count("score") != 1 or roles.count("boxes") > 1 or roles.count("box_scores") > 1:
            raise ValueError("one output must be the score, and at most one each boxes and box_scores")
        boxes = self.with_role("boxes")
        if ("box_scores" in roles) != (boxes is not None and boxes.shape[-1] == 4):
            raise ValueError("boxes of four numbers, and only these, need an output box_scores")
        if len({output.name for output in self.output}) != len(self.output):
            raise ValueError("two outputs have one name")
        parts = urlsplit(self.url)
        plain = self.url == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
        if parts.scheme not in ("grpc", "grpcs") or not parts.hostname or not parts.port or not plain:
            raise ValueError('url must be "grpcs://host:port", or "grpc://host:port" without encryption')
        return self

    def with_role(self, role: str) -> OutputTable | None:
        """Return the output of that role."""
        return next((output for output in self.output if output.role == role), None)

    @property
    def stays_here(self) -> bool:
        """True when the server is this machine itself."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def fingerprint(self) -> bytes:
        """Return what stands for the model's weights, which stay in the server.

        Address, model, version, its metadata, and how images and answers are turned, with the version of the
        code that does it: a calibration hangs on all of these, and on nothing else of the file.
        """
        parts = {"url", "model", "model_version", "platform", "input", "output"}
        told = {**self.model_dump(mode="json", include=parts), "preparing": PREPARING}
        return json.dumps(told, sort_keys=True, indent=1).encode()


def read_server_file(path: Path) -> ServerFile:
    """Read a `server.toml`.

    Raises
    ------
    ServerFileError
        If it cannot be read or anything of it is not what it must be.
    """
    try:
        return ServerFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        places = [(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]
        raise ServerFileError(
            "; ".join(f"{where}: {what}" if where else what for where, what in places)
        ) from error
    except (OSError, ValueError) as error:
        raise ServerFileError(f"it cannot be read as TOML ({type(error).__name__})") from error
