"""`klarsyn db`, `serve` and `work` from the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import create_engine, text

from klarsyn.cli.main import main
from klarsyn.store.database import Database


@pytest.fixture
def url(postgresql: Callable[[], str]) -> str:  # noqa: F811
    return postgresql()


def test_a_worker_on_a_file_of_its_own_says_what_to_use_instead(installation, capsys) -> None:
    assert main(["work"]) == 1
    assert "Use `klarsyn serve`" in capsys.readouterr().out


def test_serve_asks_for_a_folder(installation, capsys) -> None:
    assert main(["serve"]) == 1
    assert "drop_folder" in capsys.readouterr().out


def test_a_file_is_moved_checked_and_then_only_looked_at(
    installation, import_exams, url: str, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_exams(1)
    path = installation.settings.folders.database
    assert main(["db", "move", f"sqlite:///{path}", url]) == 0
    said = capsys.readouterr().out
    assert "counts and hashes are the same" in said
    assert "Image files were not moved" in said
    assert main(["queue"]) == 1
    assert "have been moved to the shared database" in capsys.readouterr().err
    monkeypatch.setenv("KLARSYN_DATABASE_URL", url)
    assert main(["queue"]) == 0
    assert main(["db", "check"]) == 0, capsys.readouterr().out


def test_a_second_move_a_missing_file_and_a_password_are_refused(installation, url: str, capsys) -> None:
    path = str(installation.settings.folders.database)
    assert main(["db", "move", f"{path}.not", url]) == 1
    assert main(["db", "move", path, "postgresql+psycopg://anna:hush@db/klarsyn"]) == 1
    said = "".join(capsys.readouterr())
    assert "There is no such file" in said
    assert "take the password out" in said
    assert "hush" not in said
    assert main(["db", "move", path, url]) == 0
    assert main(["db", "move", path, url]) == 1
    assert "have been moved" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("ALTER TABLE exam ADD COLUMN more text", "tables differ"),
        ("DROP TRIGGER read_refuses_change ON read", "are not refused in: read"),
        ("ALTER TABLE read DISABLE TRIGGER read_refuses_truncate", "are not refused in: read"),
        ("ALTER TABLE read ENABLE TRIGGER read_refuses_change", "are not refused in: read"),
    ],
)
def test_a_check_finds_what_somebody_has_changed(url: str, capsys, damage: str, found: str) -> None:
    Database(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(damage))
    engine.dispose()
    assert main(["db", "check", url]) == 1
    assert found in capsys.readouterr().out


def test_a_check_of_a_file_finds_a_trigger_that_is_gone(installation, capsys) -> None:
    assert main(["db", "check"]) == 0, capsys.readouterr().out
    with installation.store.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER read_refuses_delete"))
    assert main(["db", "check"]) == 1
    assert "are not refused in: read" in capsys.readouterr().out


def test_an_upgrade_of_a_file_says_that_none_is_needed(installation, tmp_path: Path, capsys) -> None:
    assert main(["db", "upgrade"]) == 0
    assert "brings itself up to date" in capsys.readouterr().out
