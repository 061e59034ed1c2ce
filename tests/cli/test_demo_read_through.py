"""What the demonstration says once its reader has read every exam."""

from pathlib import Path

import pytest

from klarsyn.cli import demo_command, queue_command
from klarsyn.cli.context import Context


def test_a_demo_that_is_read_through_does_not_advise_a_second_reader_whom_its_file_would_refuse(
    installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    # It sets this for painting; set first here, so that it is as before afterwards.
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(queue_command, "print_queue", lambda *_, **__: 0)
    context = Context(installation.settings, installation.store, installation.clock)
    assert demo_command._offscreen(context, tmp_path) == 0
    said = capsys.readouterr().out
    assert "make clean demo" in said
    assert "KLARSYN_READER" not in said
