"""What an engine prints is kept short and masked."""

import io

import pytest

from klarsyn.engine.output import BoundedOutput, filtered


@pytest.mark.parametrize(
    "secret",
    [
        "19121212-1212",
        "191212121212",
        "121212-1212",
        "1912-12-12",
        "1.2.752.24.7.1234",
        "Testsson^Tolvan",
        "Åström^Eva",
    ],
)
def test_numbers_dates_uids_and_names_are_masked(secret):
    assert secret not in filtered(f"value={secret} end")


def test_ordinary_words_and_short_numbers_stay_readable():
    assert filtered('File "engine.py", line 42, in analyse') == 'File "engine.py", line 42, in analyse'


def test_escape_sequences_cannot_reach_a_terminal():
    assert "\x1b" not in filtered("\x1b[2Jgone\x07")


def test_only_the_tail_of_much_output_is_kept():
    output = BoundedOutput(io.BytesIO(b"line\n" * 1_000_000 + b"last\n"))
    lines = output.lines()

    assert lines[-1] == "last"
    assert len(lines) <= 40
