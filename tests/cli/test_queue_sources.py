"""`klarsyn queue` when an exam has results of several makers."""

import pytest
from arriving_reports import Incoming, incoming

from klarsyn.cli.main import main

__all__ = ["incoming"]


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_full_queue_names_every_source_and_the_readers_none(
    incoming: Incoming, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    incoming.rule("Wise")
    incoming.rule("Calm", trust=False)
    files = incoming.images()
    incoming.report(files, 85.0, "Wise", 1)
    incoming.report(files, 25.0, "Calm", 2)
    incoming.bring()
    monkeypatch.setenv("KLARSYN_RESULT_SOURCES", '["calm", "wise"]')
    assert main(["queue", "--full"]) == 0
    full = capsys.readouterr().out
    assert "provisional score 3 by Calm 2.1, " in full
    assert "also Wise 2.1: 9, " in full
    assert main(["queue"]) == 0
    printed = capsys.readouterr().out
    assert not any(word in printed for word in ("Wise", "Calm", "score", "also"))
