"""Ctrl+C in the terminal, and the system's wish to end, close the windows."""

import os
import signal
import subprocess
import sys

import pytest
from pytestqt.qtbot import QtBot

from klarsyn.ui.actions.interrupt import Interrupt


def test_an_interrupt_closes_once_and_gives_the_signal_back(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGINT)
    closed: list[int] = []
    interrupt = Interrupt(lambda: closed.append(1))
    os.kill(os.getpid(), signal.SIGINT)
    qtbot.waitUntil(lambda: bool(closed), timeout=5_000)
    qtbot.wait(500)
    assert closed == [1]
    assert interrupt.came
    interrupt.stop()
    assert signal.getsignal(signal.SIGINT) == before


def test_the_systems_wish_to_end_closes_once_too_and_is_no_interrupt(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    closed: list[int] = []
    interrupt = Interrupt(lambda: closed.append(1))
    os.kill(os.getpid(), signal.SIGTERM)
    qtbot.waitUntil(lambda: bool(closed), timeout=5_000)
    assert not interrupt.came
    interrupt.stop()
    assert signal.getsignal(signal.SIGTERM) == before


_WINDOW = """
import os
import sys
from PySide6.QtCore import QCoreApplication
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.ui.actions.interrupt import Interrupt

if __name__ == "__main__":
    running = QCoreApplication([])
    decoders = DecoderProcesses(1)
    interrupt = Interrupt(lambda: (decoders.close(), running.quit()))
    decoders.submit(os.getpid).result()
    print("decoding", flush=True)
    running.exec()
    interrupt.stop()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_a_program_that_is_asked_to_end_leaves_no_decoding_process_behind(tmp_path) -> None:
    script = tmp_path / "window.py"
    script.write_text(_WINDOW)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, script], **pipes) as window:
        assert window.stdout.readline() == "decoding\n"
        window.terminate()
        _, said = window.communicate(timeout=60)
    assert window.returncode == 0
    assert "leaked" not in said
