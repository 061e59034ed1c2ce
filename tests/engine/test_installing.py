"""An engine comes in from a folder or wheel, or is refused with a sentence and leaves nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from handed_over import write_folder, write_wheel

from klarsyn.engine import package_files, registry
from klarsyn.engine.failure import EngineFailure
from klarsyn.engine.installed import CODE, announce, installed, remove
from klarsyn.engine.package import NotAnEngine
from klarsyn.engine.registry import EngineNotFound
from klarsyn.engine.sealed import run_sealed

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def nothing_is_left(engines: Path, work_root: Path) -> bool:
    return not list(engines.iterdir()) and (not work_root.exists() or not list(work_root.iterdir()))


@pytest.mark.parametrize("kind", ["folder", "wheel"])
def test_an_engine_comes_in_and_runs_like_any_other(put, engines, exam, work_root, tmp_path, kind):
    source = write_folder(tmp_path / "wise") if kind == "folder" else write_wheel(tmp_path / "wise.whl")
    record, manifest = put(source)
    raw, ran = run_sealed(
        "wise", exam, work_root=work_root, deadline_s=30, memory_mb=1024, allow_unsealed=True
    )

    assert (record.name, record.installed_by, record.installed_at) == ("wise", "admin", AT.isoformat())
    assert (raw.raw, ran) == (0.5, manifest)
    assert installed(engines) == {"wise": record}


def test_a_folder_that_keeps_its_code_below_src_comes_in_too(put, tmp_path):
    folder = write_folder(tmp_path / "wise")
    (folder / "src").mkdir()
    for name in ("wise_engine.py", "w.bin"):
        (folder / name).rename(folder / "src" / name)

    assert set(put(folder)[0].files) == {"wise_engine.py", "w.bin"}


def test_nothing_of_an_engine_runs_in_this_process_or_outside_the_walls(put, tmp_path):
    # A module that stands for one of Python's own would run first of all, were it found.
    folder = write_folder(tmp_path / "wise")
    escaped = tmp_path / "escaped"
    trap = f"open({str(escaped)!r}, 'w')\nraise SystemExit\n"
    for name in ("json.py", "ctypes.py", "sitecustomize.py", "usercustomize.py"):
        (folder / name).write_text(trap)

    assert put(folder)[1].name == "Wise"
    assert not escaped.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contract": 1}, "speaks version 2 of the contract.*was made for version 1"),
        ({"contract": 3}, "was made for version 3"),
        ({"contract": 0}, "names none"),
        ({"sha256": "0" * 64}, "SHA-256 differs"),
    ],
)
def test_another_contract_or_another_model_file_is_refused(put, engines, work_root, tmp_path, changes, words):
    with pytest.raises(EngineFailure, match=words):
        put(write_folder(tmp_path / "wise", **changes))

    assert nothing_is_left(engines, work_root)


def test_an_engine_without_a_manifest_is_refused(put, engines, work_root, tmp_path):
    folder = write_folder(tmp_path / "wise")
    (folder / "wise_engine.py").write_text("class Wise:\n    def analyse(self, exam, progress): ...\n")

    with pytest.raises(EngineFailure, match="does not follow the contract"):
        put(folder)
    assert nothing_is_left(engines, work_root)


def test_a_manifest_of_a_later_contract_that_has_more_to_say_is_told_in_a_sentence(put, tmp_path):
    folder = write_folder(tmp_path / "wise")
    module = folder / "wise_engine.py"
    module.write_text(module.read_text().replace("contract=2,", "contract=9, warmth=37,"))

    with pytest.raises(EngineFailure, match="cannot be loaded"):
        put(folder)


def linked(path: Path) -> None:
    path.rename(path.parent.parent / path.name)
    path.symlink_to(path.parent.parent / path.name)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: (f / "pyproject.toml").unlink(), "no pyproject.toml"),
        (lambda f: (f / "pyproject.toml").write_text("[project]\nname = 'x'\n"), "announces no engine"),
        (lambda f: (f / "pyproject.toml").write_text("= ="), "announces no engine"),
        (lambda f: (f / "shadow").symlink_to("/etc/passwd"), "is a link"),
        (lambda f: (f / "more").symlink_to("/etc"), "is a link"),
        (lambda f: (f / "src").symlink_to("/etc"), "src is a link"),
        (lambda f: (f / "src").symlink_to("nowhere"), "src is a link"),
        (lambda f: linked(f / "pyproject.toml"), "pyproject.toml is a link"),
        (lambda f: (f / "engine.toml").write_text(""), "pyproject.toml and engine.toml, and one file"),
        (lambda f: (f / "server.toml").write_text(""), "pyproject.toml and server.toml, and one file"),
        (lambda f: (f / "server.toml").symlink_to("nowhere"), "pyproject.toml and server.toml"),
    ],
)
def test_a_folder_that_is_no_engine_is_refused(put, engines, work_root, tmp_path, change, words):
    folder = write_folder(tmp_path / "wise")
    change(folder)

    with pytest.raises(NotAnEngine, match=words):
        put(folder)
    assert nothing_is_left(engines, work_root)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"wrong": "w.bin"}, "w.bin.*SHA-256 differs"),
        ({"extra": {"../escaped.py": b""}}, "outside its own folder"),
        ({"extra": {"/escaped.py": b""}}, "outside its own folder"),
        ({"extra": {"wise-1.0.data/scripts/run": b""}}, "outside its own folder"),
        (
            {"extra": {"wise-1.0.dist-info/entry_points.txt": b"[console_scripts]\nx = y:z\n"}},
            "announces no engine",
        ),
        ({"extra": {"other-1.dist-info/METADATA": b""}}, "no wheel"),
    ],
)
def test_a_wheel_that_is_not_what_it_should_be_is_refused(put, engines, work_root, tmp_path, options, words):
    with pytest.raises(NotAnEngine, match=words):
        put(write_wheel(tmp_path / "wise.whl", **options))

    assert nothing_is_left(engines, work_root)
    assert not list(tmp_path.rglob("escaped*"))


def test_a_wheel_that_unpacks_to_more_than_it_may_is_stopped_on_the_way(
    put, engines, work_root, tmp_path, monkeypatch
):
    monkeypatch.setattr(package_files, "MOST_BYTES", 3 * 2**20)
    wheel = write_wheel(tmp_path / "wise.whl", extra={"zeros.bin": bytes(8 * 2**20)})

    with pytest.raises(NotAnEngine, match="more than"):
        put(wheel)
    assert nothing_is_left(engines, work_root)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip"])
def test_a_damaged_wheel_is_told_in_a_sentence(put, tmp_path, content):
    (tmp_path / "wise.whl").write_bytes(content)

    with pytest.raises(NotAnEngine, match="damaged"):
        put(tmp_path / "wise.whl")


def test_what_is_missing_beside_the_engine_is_named_and_nothing_is_fetched(put, tmp_path):
    with pytest.raises(NotAnEngine, match="needs no-such-package-at-all"):
        put(write_folder(tmp_path / "wise", dependencies='"numpy>=2", "no-such-package-at-all>=1"'))


@pytest.mark.parametrize(
    ("dependency", "words"),
    [
        ("numpy>=99", r"needs numpy>=99 \(here is \d"),
        ("numpy<1", "needs numpy<1 "),
        ("numpy==banana", "no requirement"),
        ("-r other.txt", "no requirement"),
    ],
)
def test_another_version_than_the_engine_needs_is_told(put, tmp_path, dependency, words):
    with pytest.raises(NotAnEngine, match=words):
        put(write_folder(tmp_path / "wise", dependencies=f'"{dependency}"'))


def test_what_an_engine_needs_elsewhere_or_for_an_extra_is_not_missed(put, tmp_path):
    needs = """'no-such; sys_platform == "amiga"', 'no-such; extra == "more"', 'numpy>=1,<99'"""
    assert put(write_folder(tmp_path / "wise", dependencies=needs))[0].name == "wise"


def test_a_name_stands_for_one_version_and_the_next_comes_in_beside_it(put, engines, tmp_path):
    put(write_folder(tmp_path / "old"))
    newer = write_folder(tmp_path / "new", version="1.1")

    with pytest.raises(NotAnEngine, match="--as wise-2"):
        put(newer)
    record, manifest = put(newer, name="wise-2")
    assert (record.name, manifest.version) == ("wise-2", "1.1")
    assert set(installed(engines)) == {"wise", "wise-2"}


@pytest.mark.invariant(8)
def test_the_embedded_engine_has_no_double_its_name_cannot_be_taken(put, engines, tmp_path):
    with pytest.raises(NotAnEngine, match="already"):
        put(write_folder(tmp_path / "wise"), name="demo_cad")

    put(write_folder(tmp_path / "again"))
    (engines / "wise").rename(engines / "demo_cad")
    record = engines / "demo_cad" / "installed.json"
    record.write_text(record.read_text().replace('"wise"', '"demo_cad"'))
    announce(engines)
    assert registry.resolve("demo_cad").target == registry.BUILT_IN[1]


@pytest.mark.parametrize("name", ["../up", "", "Big", "a/b", ".hidden"])
def test_a_name_never_becomes_a_path(put, engines, work_root, tmp_path, name):
    folder = write_folder(tmp_path / "wise")
    if name:
        with pytest.raises(NotAnEngine, match="name"):
            put(folder, name=name)
        assert nothing_is_left(engines, work_root)
    assert not remove(engines, name)


@pytest.mark.parametrize(
    "change",
    [
        lambda code: (code / "wise_engine.py").write_text("import os"),
        lambda code: (code / "w.bin").unlink(),
        lambda code: (code / "new.py").write_text(""),
        lambda code: (code / "link.py").symlink_to("/etc/passwd"),
    ],
)
@pytest.mark.invariant(7)
def test_a_result_says_who_made_it_so_an_engine_whose_files_changed_does_not_run(
    put, engines, tmp_path, change
):
    put(write_folder(tmp_path / "wise"))
    change(engines / "wise" / CODE)

    with pytest.raises(EngineNotFound, match="not those that were installed"):
        registry.resolve("wise")


def test_a_removed_engine_is_gone_and_unknown(put, engines, tmp_path):
    put(write_folder(tmp_path / "wise"))

    assert remove(engines, "wise")
    assert "wise" not in registry.available()
    assert not list(engines.iterdir())
    assert not remove(engines, "wise")


def test_engines_of_another_data_folder_are_forgotten(put, engines, tmp_path):
    put(write_folder(tmp_path / "wise"))
    announce(tmp_path / "another")
    assert "wise" not in registry.available()
    announce(engines)
    assert "wise" in registry.available()
