"""The one line out of a sealed engine: to the model server that the site names, and to nothing else.

The engine's process keeps every wall: it may neither make nor connect a socket. (Landlock does not see who
connects to a socket in the file system, so leave to connect would be leave to reach every such socket of
the machine, also a database's.) It inherits one end of a pair that is connected already. At the other end
a carrier, a process of Klarsyn's own outside the walls, knows three calls about one version of one model at
one address. What fails there is told by the carrier in a word, and here becomes a sentence.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.output import filtered
from klarsyn.engine.relay_limits import CALL_LIMIT, RUN_LIMIT, VARIABLE
from klarsyn.engine.server_file import ServerFile

CARRIER = "klarsyn_triton.carrier"
_MOST_WORDS = 4096
_FAILED = {
    "away": (
        FailureKind.NOT_FOUND,
        "The engine's server {url} does not answer.",
        "See that it runs, that this machine reaches it and that its certificate is in order",
    ),
    "slow": (
        FailureKind.DEADLINE,
        "The engine's server {url} did not answer within {timeout:g} s.",
        "See whether it is overloaded, or raise timeout_s in server.toml and install the engine anew",
    ),
    "cut": (
        FailureKind.RAISED,
        "The connection to the engine's server {url} broke off in the middle of the exam.",
        "See whether the server was restarted",
    ),
    "no model": (
        FailureKind.NOT_FOUND,
        "The engine's server {url} does not have the model {model}, version {version}.",
        "Ask its administrator to load that version, or install the new one as an engine of its own",
    ),
    "refused": (
        FailureKind.RAISED,
        "The engine's server {url} refused the exam ({detail}).",
        "The server's own log says why",
    ),
    "differs": (
        FailureKind.NOT_FOUND,
        "The model {model} in the server {url} is not what server.toml declares: {detail}.",
        "Ask its administrator; what is new is installed as an engine of its own",
    ),
    "wrong answer": (
        FailureKind.INVALID_RESULT,
        "The answer of the engine's server {url} cannot be used: {detail}.",
        "Report this to the model's vendor",
    ),
    "not sent": (
        FailureKind.INVALID_RESULT,
        "An image of the exam could not be made into what {model} takes, and was not sent: {detail}.",
        "Correct normalise, mean, sd or datatype in server.toml, install it as an engine of its own",
    ),
    "forbidden": (
        FailureKind.RAISED,
        "The engine asked its server for something that it may not ask, and was stopped.",
        "Take it out of use and report this to its vendor",
    ),
    "too much": (
        FailureKind.RAISED,
        "More went between the engine and its server {url} than may go, and it was stopped.",
        "Report this to the engine's vendor",
    ),
}


class Line:
    """A line to a server during one run; without a server, no line at all."""

    descriptors: tuple[int, ...] = ()

    @property
    def variables(self) -> dict[str, str]:
        """What the engine's environment says of it."""
        return {VARIABLE: str(self.descriptors[0])} if self.descriptors else {}

    def check(self) -> None:
        """Raise what went wrong on the line, once the engine's process has ended."""


class _ServerLine(Line):
    def __init__(self, file: ServerFile, code: Path) -> None:
        self._file = file
        self._words = b""
        ours, self._engines_end = socket.socketpair()
        self.descriptors = (self._engines_end.fileno(),)
        order = {**order_of(file, code), "descriptor": ours.fileno(), "parent": os.getpid()}
        with ours:
            self._carrier = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", CARRIER, json.dumps(order)],
                cwd=code,
                # No proxy, no log level, nothing of the reader's session.
                env={"LANG": "C.UTF-8", "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(ours.fileno(),),
                start_new_session=True,
            )

    def check(self) -> None:
        # When the engine has ended the carrier ends too: the line is closed.
        self._engines_end.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._carrier.wait(2)
        self.end()
        if self._words or self._carrier.returncode not in (0, -signal.SIGKILL):
            raise failure_told(self._file, self._words)

    def end(self) -> None:
        """Kill the carrier, if it still lives, and keep what it told."""
        stream = cast(IO[bytes], self._carrier.stdout)
        if stream.closed:
            return
        self._engines_end.close()
        # Not collected yet: until then the number of its group is its own.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._carrier.returncode is None:
                os.killpg(self._carrier.pid, signal.SIGKILL)
        with stream, contextlib.suppress(subprocess.TimeoutExpired):
            self._carrier.wait(5)
            self._words = stream.read(_MOST_WORDS)


def order_of(file: ServerFile, code: Path) -> dict[str, Any]:
    """Return what a carrier is told: the one address, model and version, and how much may pass."""
    return {
        "target": file.url.partition("://")[2],
        "ca": str(code / file.ca) if file.ca else "",
        "tls": file.url.startswith("grpcs:"),
        "model": file.model,
        "version": file.model_version,
        "timeout_s": file.timeout_s,
        "call_limit": CALL_LIMIT,
        "run_limit": RUN_LIMIT,
    }


def failure_told(file: ServerFile, words: bytes) -> EngineFailure:
    """Make a failure of what the carrier told: a word, and a detail that may come from the server."""
    try:
        word, detail = (str(part) for part in json.loads(words))
        kind, what, todo = _FAILED[word]
    except (ValueError, KeyError, TypeError):
        kind, what = FailureKind.RAISED, "The line to the engine's server {url} could not be opened."
        todo, detail = "Install the package klarsyn-triton again", ""
    said = what.format(
        url=file.url,
        model=file.model,
        version=file.model_version,
        timeout=file.timeout_s,
        detail=filtered(detail, 200) or "no more is known",
    )
    return EngineFailure(
        kind, f"{said} The exam is not scored and gets two readers. {todo}, then score it again."
    )


@contextmanager
def opened(file: ServerFile | None, search_path: tuple[str, ...]) -> Iterator[Line]:
    """Hold a line to an engine's server for one run; nothing of it lives afterwards.

    Raises
    ------
    EngineFailure
        Where this system cannot hand a line to a process.
    """
    if file is None:
        yield Line()
        return
    if sys.platform == "win32":
        raise EngineFailure(
            FailureKind.NOT_FOUND,
            "Engines in a server run on Linux only yet. The exam is not scored and gets two readers; choose "
            "another engine.",
        )
    line = _ServerLine(file, Path(search_path[0]))
    try:
        yield line
    finally:
        line.end()
