"""Ctrl+C in the terminal closes the windows."""

import os
import signal

from pytestqt.qtbot import QtBot

from klarsyn.ui.interrupt import Interrupt


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
