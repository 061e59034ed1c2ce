"""The protocols of an installation: the site's over ours, and always one that works."""

import os
from pathlib import Path

import pytest

from klarsyn.domain.hanging import FOUR_UP
from klarsyn.reading.protocol_folder import LAST_RESORT, ProtocolFolder

PAIR = """\
format = 1
title = {{ sv = "{title}", en = "{title}" }}

[[steps]]
layout = [1, 2]
cells = [
  {{ row = 0, column = 0, laterality = "R", view = "CC" }},
  {{ row = 0, column = 1, laterality = "L", view = "CC" }},
]
"""
SEQUENCE = 'format = 1\ntitle = {{ sv = "S", en = "S" }}\nsequence = {names}\n'


@pytest.fixture
def built_in(tmp_path: Path) -> Path:
    folder = tmp_path / "built-in"
    folder.mkdir()
    (folder / "pair.toml").write_text(PAIR.format(title="ours"))
    (folder / "screening.toml").write_text(SEQUENCE.format(names='["pair"]'))
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def titles(folder: ProtocolFolder, name: str) -> list[str]:
    return [step.title.en for step in folder.protocols.by_name[name].steps]


def test_a_site_without_files_of_its_own_has_those_that_come_with_klarsyn(tmp_path, built_in) -> None:
    folder = ProtocolFolder(tmp_path / "none", built_in)
    assert set(folder.protocols.by_name) == {"pair", "screening"}
    assert folder.protocols.problems == ()


def test_a_sites_file_replaces_ours_of_the_same_name_in_sequences_too(site, built_in) -> None:
    (site / "pair.toml").write_text(PAIR.format(title="theirs"))
    folder = ProtocolFolder(site, built_in)
    assert titles(folder, "pair") == titles(folder, "screening") == ["theirs"]


def test_a_broken_site_file_is_reported_and_ours_is_used(site, built_in) -> None:
    (site / "pair.toml").write_text(PAIR.format(title="theirs").replace("CC", "CX"))
    folder = ProtocolFolder(site, built_in)
    assert titles(folder, "pair") == titles(folder, "screening") == ["ours"]
    (problem,) = folder.protocols.problems
    assert problem.startswith("pair.toml:7: 'view' cannot be 'CX'.")
    assert problem.endswith("Until that is corrected, the protocol 'pair' that comes with Klarsyn is used.")


def test_a_broken_site_file_without_one_of_ours_is_left_out(site, built_in) -> None:
    (site / "mine.toml").write_text("format")
    folder = ProtocolFolder(site, built_in)
    assert set(folder.protocols.by_name) == {"pair", "screening"}
    assert folder.protocols.problems[0].endswith("this protocol is left out.")


def test_a_sequence_that_names_an_unknown_protocol_is_reported_with_its_line(site, built_in) -> None:
    (site / "screening.toml").write_text(SEQUENCE.format(names='[\n"pair",\n"piar"]'))
    folder = ProtocolFolder(site, built_in)
    assert titles(folder, "screening") == ["ours"]
    assert (
        "screening.toml:5: 'piar' is no hanging protocol that can be used. Allowed: pair."
        in (folder.protocols.problems[0])
    )


def test_a_sequence_does_not_name_a_sequence_nor_itself(site, built_in) -> None:
    (site / "loop.toml").write_text(SEQUENCE.format(names='["loop"]'))
    (problem,) = ProtocolFolder(site, built_in).protocols.problems
    assert "loop.toml:3: 'loop' is itself a sequence." in problem


def test_a_sites_file_cannot_take_a_sequence_of_ours_away(site, built_in) -> None:
    (site / "pair.toml").write_text(SEQUENCE.format(names='["pair"]'))
    folder = ProtocolFolder(site, built_in)
    assert titles(folder, "screening") == titles(folder, "pair") == ["ours"]
    assert "pair.toml:3: 'pair' is itself a sequence." in folder.protocols.problems[0]


def test_nothing_changed_until_a_content_does(site, built_in) -> None:
    folder = ProtocolFolder(site, built_in)
    assert not folder.changed()
    (built_in / "pair.toml").touch()
    assert not folder.changed()


def test_a_saved_file_is_there_after_a_reload_even_with_the_same_size_and_time(site, built_in) -> None:
    path = site / "pair.toml"
    path.write_text(PAIR.format(title="one"))
    before = path.stat()
    folder = ProtocolFolder(site, built_in)
    path.write_text(PAIR.format(title="two"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert folder.changed()
    assert titles(folder, "pair") == ["one"]
    folder.reload()
    assert titles(folder, "pair") == ["two"]
    assert not folder.changed()


def test_new_files_and_deleted_files_are_changes(site, built_in) -> None:
    folder = ProtocolFolder(site, built_in)
    (site / "mine.toml").write_text(PAIR.format(title="mine"))
    assert folder.changed()
    assert "mine" in folder.reload().by_name
    (site / "mine.toml").unlink()
    assert folder.changed()
    assert "mine" not in folder.reload().by_name


def test_a_file_that_is_mended_while_the_window_is_open_is_used_at_once(site, built_in) -> None:
    (site / "pair.toml").write_text("form")
    folder = ProtocolFolder(site, built_in)
    assert folder.protocols.problems
    (site / "pair.toml").write_text(PAIR.format(title="mended"))
    assert folder.reload().problems == ()
    assert titles(folder, "pair") == ["mended"]


def test_a_site_folder_that_is_no_folder_is_reported(tmp_path, built_in) -> None:
    (tmp_path / "file").write_text("")
    protocols = ProtocolFolder(tmp_path / "file", built_in).protocols
    assert "file of hanging protocols cannot be read: Not a directory." in protocols.problems[0]
    assert set(protocols.by_name) == {"pair", "screening"}


def test_a_file_that_cannot_be_read_is_reported(site, built_in, monkeypatch) -> None:
    (site / "pair.toml").write_text(PAIR.format(title="theirs"))
    opened = Path.open

    def refuse(path: Path, *args: object, **kwargs: object) -> object:
        if path.parent == site:
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    folder = ProtocolFolder(site, built_in)
    assert "pair.toml:1: The file cannot be read: Permission denied." in folder.protocols.problems[0]
    assert titles(folder, "pair") == ["ours"]


def test_other_files_in_the_folder_are_left_alone(site, built_in) -> None:
    (site / "README.md").write_text("x")
    (site / "folder.toml").mkdir()
    assert ProtocolFolder(site, built_in).protocols.problems == ()


def test_the_window_opens_with_the_four_up_when_no_file_can_be_used(tmp_path) -> None:
    protocol, told = ProtocolFolder(None, tmp_path / "none").protocols.choose()
    assert protocol == LAST_RESORT
    assert told == ("There is no hanging protocol 'screening', 'four-up' is used. Choose one of these: none.")
    assert [(c.match.label, c.row, c.column) for c in protocol.steps[0].cells] == [
        (s.label, s.row, s.column) for s in FOUR_UP
    ]


def test_a_protocol_is_chosen_by_name_and_an_unknown_name_is_told(built_in) -> None:
    protocols = ProtocolFolder(None, built_in).protocols
    assert protocols.choose("pair") == (protocols.by_name["pair"], "")
    protocol, told = protocols.choose("pear")
    assert protocol.name == "screening"
    assert "no hanging protocol 'pear', 'screening' is used. Choose one of these: pair, screening." in told
