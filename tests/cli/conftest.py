"""Klarsyn's commands as an administrator gives them."""

import pytest

from klarsyn.cli.main import main


@pytest.fixture
def say(capsys):
    """Give a command; return its exit status and what it printed, errors too."""

    def _say(*words: object) -> tuple[int, str]:
        status = main([str(word) for word in words])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return _say
