"""Engines that attack the site that runs them: each raises when it was stopped, and says 1 otherwise."""

import contextlib
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from scripted import Steady

from klarsyn.engine.contract import EngineExam, RawResult

DATA = Path("../..")  # the data folder, seen from the working folder


class Attack(Steady):
    """Does something; its evidence is 1 when nothing stopped it."""

    def act(self) -> None:
        raise NotImplementedError

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        self.act()
        return RawResult(exam.exam_token, 1.0, ())


class ReadsTheDatabase(Attack):
    def act(self) -> None:
        (DATA / "klarsyn.sqlite").read_bytes()


class ReadsTheHome(Attack):
    """Looks for a database in whatever home there is, not only in the one that it is told."""

    def act(self) -> None:
        import pwd

        with contextlib.suppress(KeyError):
            list(Path(pwd.getpwuid(os.getuid()).pw_dir).iterdir())
            return
        list(Path("/root").iterdir())


class ReadsImages(Attack):
    def act(self) -> None:
        next(iter((DATA / "images").iterdir()))


class LooksAtOtherRuns(Attack):
    def act(self) -> None:
        next(iter(Path("..").iterdir()))


class OpensASocket(Attack):
    def act(self) -> None:
        with socket.create_connection(("127.0.0.1", 104), timeout=0.2):
            pass


class ForkBomb(Attack):
    def act(self) -> None:
        while True:
            os.fork()


class ThreadBomb(Attack):
    """Threads are allowed; how many is bounded by memory."""

    def act(self) -> None:
        import threading

        while True:
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


class FillsTheDisk(Attack):
    def act(self) -> None:
        for number in range(100_000):
            Path(f"part-{number}").write_bytes(bytes(2**20))


class PastTheDeadline(Attack):
    def act(self) -> None:
        while True:
            with contextlib.suppress(BaseException):
                time.sleep(600)


class AnotherExamsResult(Attack):
    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        return RawResult("0" * 32, 1.0, ())


class AnotherExamsImage(Attack):
    """The right exam, with a mark on an image that it was not given."""

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        from dataclasses import replace

        result = super(Attack, self).analyse(exam, progress)
        return replace(result, regions=(replace(result.regions[0], view_id="view-99"),))


class WritesOutside(Attack):
    def act(self) -> None:
        (DATA / "klarsyn.toml").write_text("engine_allow_unsealed = true\n")


class ChangesItsOwnCode(Attack):
    def act(self) -> None:
        with open(__file__, "ab") as stream:
            stream.write(b"")


class LinksTheDatabaseAsItsAnswer(Attack):
    def act(self) -> None:
        os.symlink((DATA / "klarsyn.sqlite").resolve(), "result.json")


class HardLinksTheDatabase(Attack):
    def act(self) -> None:
        os.link(DATA / "klarsyn.sqlite", "copy")


class LinksAFolderForTheSweeper(Attack):
    """Whoever cleans up would follow it into the images."""

    def act(self) -> None:
        os.rmdir("tmp")
        os.symlink((DATA / "images").resolve(), "tmp")


class PipesInPlaceOfProgress(Attack):
    """Whoever reads it would wait for ever."""

    def act(self) -> None:
        os.mkfifo("progress")


class MovesItsFolder(Attack):
    def act(self) -> None:
        os.rename(Path.cwd(), DATA / "elsewhere")


class KillsKlarsyn(Attack):
    def act(self) -> None:
        os.kill(os.getppid(), 9)
