"""`klarsyn engine import-NAME`: a plugin makes an engine of weights, and it comes in like any other."""

from types import SimpleNamespace

import pytest
from handed_over import write_folder

from klarsyn.cli import engine_command_imports
from klarsyn.cli.main import main
from klarsyn.engine.installed import announce, installed
from klarsyn.engine.package import NotAnEngine


@pytest.fixture
def plugin(monkeypatch, tmp_path):
    """Announce a plugin that makes engines of "own" weights by a function."""
    monkeypatch.setenv("KLARSYN_ENGINE_ALLOW_UNSEALED", "true")

    def _plugin(make) -> None:
        entry = SimpleNamespace(name="own", load=lambda: make)
        monkeypatch.setattr(engine_command_imports, "entry_points", lambda group: [entry])

    yield _plugin
    announce(tmp_path / "nowhere")


def test_what_a_plugin_makes_of_weights_is_installed_and_its_words_are_told(plugin, tmp_path, capsys):
    given = []

    def make(source, into, say):
        given.append((source, list(into.iterdir())))
        say("All is as it should be.")
        into.rmdir()
        write_folder(into)

    plugin(make)
    status = main(["engine", "import-own", str(tmp_path), "--as", "mine"])
    (record,) = installed(tmp_path / "klarsyn-data" / "engines").values()

    assert (status, given) == (0, [(tmp_path, [])])
    assert (record.name, record.source) == ("mine", "import-own")
    assert "All is as it should be." in capsys.readouterr().out


def test_weights_that_a_plugin_refuses_leave_nothing_and_a_sentence(plugin, tmp_path, capsys):
    made = []

    def make(source, into, say):
        (into / "half.txt").touch()
        made.append(into)
        raise NotAnEngine("These are no weights.")

    plugin(make)

    assert main(["engine", "import-own", str(tmp_path)]) == 1
    assert "klarsyn: These are no weights." in capsys.readouterr().err
    assert not installed(tmp_path / "klarsyn-data" / "engines")
    assert not made[0].exists()


def test_without_a_plugin_there_is_no_such_command(plugin, monkeypatch, capsys):
    monkeypatch.setattr(engine_command_imports, "entry_points", lambda group: [])

    with pytest.raises(SystemExit) as ended:
        main(["engine", "import-own", "."])
    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
