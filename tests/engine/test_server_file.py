"""`server.toml` is checked whole when it is installed, and pixels go only where the site agrees."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from handed_over import write_folder
from served_models import write_server_toml

from klarsyn.engine import server_file
from klarsyn.engine.installing import install
from klarsyn.engine.package import NotAnEngine
from klarsyn.engine.registry import EngineNotFound
from klarsyn.engine.server_file import ServerFileError, read_server_file
from klarsyn.engine.server_package import check_consent, copy_server_package, server_of

LOCAL = "grpc://127.0.0.1:8001"


def changed(tmp_path: Path, before: str, after: str):
    path = write_server_toml(tmp_path / "f", LOCAL) / "server.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    return path


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('kind = "kserve"', 'kind = "rest"', "kind"),
        ('kind = "kserve"', "kind = ", "TOML"),
        ('name = "served"', 'name = "../served"', "name"),
        ("timeout_s = 20", "timeout_s = 0", "timeout_s"),
        ("timeout_s = 20", "timeout = 20", "timeout"),
        (LOCAL, "http://127.0.0.1:8001", "url must be"),
        (LOCAL, "grpc://127.0.0.1", "url must be"),
        (LOCAL, "grpc://user@127.0.0.1:8001", "url must be"),
        (LOCAL, "grpc://127.0.0.1:8001/other", "url must be"),
        (LOCAL, "grpc://127.0.0.1:99999", "out of range"),
        ('vendor = "Maker"', 'vendor = ""', "engine.vendor"),
        ('intended_use = "research"', 'intended_use = "sales"', "engine.intended_use"),
        ('lesion_types = ["soft tissue"]', "lesion_types = []", "engine.lesion_types"),
        ("shape = [1, 1, 96, 64]", "shape = [1, 2, 96, 64]", "must be 1, 3 or -1"),
        ("shape = [1, 1, 96, 64]", "shape = [1, 1, 64, 96]", "neither those of matrix"),
        ('datatype = "FP32"', 'datatype = "UINT16"', "cannot be normalised"),
        ('role = "score"', 'role = "unused"', "one output must be the score"),
        ('role = "score"', 'role = "score"\nindex = 1', "outside the tensor"),
        ("shape = [1, 2, 5]", "shape = [1, 2, 4]", "box_scores"),
        ("shape = [1, 2, 5]", "shape = [1, 2, 6]", "must be 4 or 5"),
        ('name = "boxes"', 'name = "score"', "one name"),
    ],
)
def test_a_file_with_a_fault_is_refused_by_a_sentence_that_names_the_part(tmp_path, before, after, words):
    path = changed(tmp_path, before, after)

    with pytest.raises(ServerFileError, match=words):
        read_server_file(path)
    with pytest.raises(NotAnEngine, match="nothing was installed"):
        copy_server_package(path.parent, tmp_path)


def test_the_file_that_the_docs_show_is_a_good_one(tmp_path):
    text = (Path(__file__).parents[2] / "docs" / "engines.md").read_text()
    (block,) = (b for b in text.split("```toml\n") if b.startswith('kind = "kserve"'))
    (tmp_path / "server.toml").write_text(block.partition("```")[0])

    file = read_server_file(tmp_path / "server.toml")

    assert (file.name, file.input.sent_shape) == ("breast_3", (1, 1, 2944, 1920))
    assert {output.role for output in file.output} == {"score", "boxes"}


@pytest.mark.parametrize("url", [LOCAL, "grpc://localhost:1", "grpcs://[::1]:8001", "grpc://127.3.2.1:1"])
def test_a_server_on_this_machine_needs_no_consent(tmp_path, url):
    check_consent("served", read_server_file(write_server_toml(tmp_path, url) / "server.toml"), ())


@pytest.mark.invariant(9)
@pytest.mark.parametrize(
    "url",
    [
        "grpcs://ai.example:8001",
        "grpc://ai.example:8001",
        "grpc://192.0.2.7:8001",
        "grpc://127.0.0.1.example:1",
    ],
)
def test_nothing_private_escapes_to_a_server_that_the_site_has_not_named_word_for_word(tmp_path, url):
    file = read_server_file(write_server_toml(tmp_path, url) / "server.toml")
    scheme, rest = url.split("://")
    other = f"{'grpc' if scheme == 'grpcs' else 'grpcs'}://{rest}"

    for servers in ((), (other,), (url[:-1],), (f"{url}1",)):
        with pytest.raises(EngineNotFound, match="engine_servers"):
            check_consent("served", file, servers)
    check_consent("served", file, (url,))


def test_a_package_that_brings_code_beside_a_server_file_gets_no_line(tmp_path):
    code = tmp_path / "code"
    code.mkdir()
    copy_server_package(write_server_toml(tmp_path / "f", LOCAL), code)
    assert server_of(code) is not None

    (code / "klarsyn_triton.py").write_text("")
    assert server_of(code) is None
    (code / "klarsyn_triton.py").unlink()
    (code / "served_model.py").write_text("import os")
    assert server_of(code) is None


def test_of_a_folder_with_a_server_file_no_code_comes_in(tmp_path):
    folder = write_server_toml(write_folder(tmp_path / "wise"), LOCAL)
    code = tmp_path / "code"
    code.mkdir()

    copy_server_package(folder, code)

    assert {path.name for path in code.iterdir()} == {"server.toml", "model.json", "served_model.py"}


@pytest.mark.parametrize("spoil", ["link", "missing", "large"])
def test_the_sites_certificates_are_a_plain_file_of_the_folder(tmp_path, spoil):
    folder = write_server_toml(tmp_path / "f", LOCAL, 'ca = "site.pem"')
    if spoil == "link":
        (tmp_path / "secret").write_text("")
        (folder / "site.pem").symlink_to(tmp_path / "secret")
    elif spoil == "large":
        (folder / "site.pem").write_bytes(bytes(2**20 + 1))

    with pytest.raises(NotAnEngine, match=r"site\.pem"):
        copy_server_package(folder, tmp_path)


def test_a_calibration_hangs_on_address_model_and_what_is_made_of_it_and_on_nothing_else(tmp_path):
    before = read_server_file(write_server_toml(tmp_path / "f", LOCAL) / "server.toml").fingerprint()

    for old, new, same in (
        ('model_version = "3"', 'model_version = "4"', False),
        (LOCAL, "grpc://127.0.0.1:8002", False),
        ('normalise = "range"', 'normalise = "standard"', False),
        ("threshold = 0.5", "threshold = 0.6", False),
        ("timeout_s = 20", "timeout_s = 30", True),
        ("price_per_exam = 3.5", "price_per_exam = 4", True),
    ):
        after = read_server_file(changed(tmp_path, old, new)).fingerprint()
        assert (after == before) is same, old


def test_a_calibration_hangs_on_the_version_of_the_code_that_prepares_images(tmp_path, monkeypatch):
    file = read_server_file(write_server_toml(tmp_path / "f", LOCAL) / "server.toml")
    before = file.fingerprint()
    monkeypatch.setattr(server_file, "PREPARING", server_file.PREPARING + 1)

    assert file.fingerprint() != before


def test_an_engine_in_a_server_is_refused_where_its_plugin_is_missing(tmp_path, monkeypatch):
    from klarsyn.engine import package

    def _missing(name: str):
        raise package.PackageNotFoundError(name)

    monkeypatch.setattr(package, "distribution", _missing)
    folder = write_server_toml(tmp_path / "f", LOCAL)
    options = {"work_root": tmp_path / "w", "memory_mb": 1024, "by": "admin", "at": datetime.now(UTC)}

    with pytest.raises(NotAnEngine, match="needs klarsyn-triton"):
        install(folder, tmp_path / "engines", **options)
    assert not list((tmp_path / "engines").iterdir())
