"""Headless Chromium, told what to do through a pair of pipes (Chrome DevTools Protocol)."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from getting import NotHere, tool

FLAGS = (
    "--headless=new",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    # The machines that are compared have no graphics card: WebGL in software, as Chromium itself offers it.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Browser:
    """One page of a running Chromium."""

    def __init__(self, to: BinaryIO, back: BinaryIO) -> None:
        self._to, self._back, self._count, self._session = to, back, 0, ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Do one command of the protocol and return its result."""
        self._count += 1
        message: dict[str, object] = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._to.write(json.dumps(message).encode() + b"\0")
        self._to.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise NotHere(f"Chromium refused {method}: {answer['error'].get('message')}")
                result: dict[str, Any] = answer["result"]
                return result

    def evaluate(self, script: str) -> Any:
        """Return the value of a script in the page; a promise is waited for."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            told = done["exceptionDetails"]
            raise NotHere(f"The page said: {told.get('exception', {}).get('description', told['text'])}")
        return done["result"].get("value")

    def screenshot(self, path: Path) -> None:
        """Write what the page shows as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _next(self) -> dict[str, Any]:
        whole = bytearray()
        while True:
            byte = self._back.read(1)
            if not byte:
                raise NotHere("Chromium ended; its log is in the working folder.")
            if byte == b"\0":
                message: dict[str, Any] = json.loads(whole)
                return message
            whole += byte


@contextmanager
def chromium(folder: Path, size: tuple[int, int]) -> Iterator[Browser]:
    """Give a browser with a fresh profile and a window of `size` (width, height); it ends with the block."""
    program = tool("chromium", "chromium-browser", "google-chrome", package="chromium")
    if sys.platform == "win32":
        raise NotHere("The pipes to Chromium need a POSIX system.")
    flags = [*FLAGS, f"--user-data-dir={folder / 'profile'}", f"--window-size={size[0]},{size[1]}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()

    # The protocol is spoken on descriptors 3 and 4; a shell puts them there.
    command = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$0" "$@"'
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", command, program, *flags, "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdout=log,
            stderr=log,
        )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        with os.fdopen(ours_out, "wb") as to, os.fdopen(ours_in, "rb", buffering=1 << 16) as back:
            yield Browser(to, back)
    finally:
        process.terminate()
        process.wait(30)
