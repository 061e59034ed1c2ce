"""From a file of weights to an engine, with torch as the judge of the graph. Needs torch."""

import importlib.metadata
import pickle
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from klarsyn.cli import engine_command_imports  # noqa: E402
from klarsyn.cli.main import main  # noqa: E402
from klarsyn.engine.installed import announce, installed  # noqa: E402
from klarsyn.engine.package import NotAnEngine  # noqa: E402
from klarsyn_gmic.comparing import faults  # noqa: E402
from klarsyn_gmic.graph import build  # noqa: E402
from klarsyn_gmic.importing import PACKAGE, make_engine  # noqa: E402
from klarsyn_gmic.measuring import MOST, difference, network_of, said  # noqa: E402
from klarsyn_gmic.naming import NAMES, renamed  # noqa: E402
from klarsyn_gmic.network import corners_of  # noqa: E402
from klarsyn_gmic.reading import read_state  # noqa: E402
from klarsyn_gmic.running.engine import open_graph  # noqa: E402
from klarsyn_gmic.tensors import TENSORS  # noqa: E402


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).standard_normal((2944, 1920)).astype(np.float32)


@pytest.fixture(scope="module")
def wanted(state, noise):
    return said(network_of(state), noise)


@pytest.fixture
def weights(state, tmp_path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    torch.save({name: torch.from_numpy(values) for name, values in state.items()}, folder / "gmic.p")
    return folder


def test_the_network_has_the_tables_tensors_and_no_others(state):
    found = {name: tuple(v.shape) for name, v in network_of(state).state_dict().items()}

    assert found == {tensor.name: tensor.shape for tensor in TENSORS}


def test_graph_and_network_say_the_same(full_graph, wanted, noise):
    found = difference(wanted, open_graph(full_graph), "noise", noise)

    assert found.same_crops
    assert found.largest < MOST


@pytest.mark.parametrize(
    "name",
    ["global_net.layer1.1.conv2.weight", "global_net.bn.running_var", "local_net.layer4.1.bn2.bias",
     "local_net.layer2.0.downsample.0.weight", "saliency.weight", "attention.V.weight", "attention.w.weight",
     "fusion.weight"],
)  # fmt: skip
def test_a_graph_of_other_weights_is_found_out(state, tmp_path, wanted, noise, name):
    other = dict(state)
    other[name] = (1.5 * state[name]).astype(np.float32)
    path = tmp_path / "other.onnx"
    path.write_bytes(build(other).SerializeToString())

    assert not difference(wanted, open_graph(path), "noise", noise).small


def test_crops_may_not_overlap_a_place_that_is_spent_before_others_are_seen():
    maps = torch.zeros(2, 46, 30)
    maps[1, 10:14, 10:14], maps[0, 30:34, 20:24], maps[1, 30:34, 20:24] = 1.0, 1.0, 0.5
    first, second = corners_of(maps)[:2].tolist()

    assert (first, second) == ([30, 20], [10, 10])


def test_weights_come_out_of_a_file_as_they_went_in_also_from_an_old_one(weights, state):
    old = weights / "old.pt"
    tensors = {name: torch.from_numpy(values) for name, values in state.items()}
    torch.save(tensors, old, _use_new_zipfile_serialization=False)
    for path in (weights / "gmic.p", old):
        read = read_state(path)
        assert list(read) == list(state)
        assert all(np.array_equal(read[name], values) for name, values in state.items())


class _Trap:
    """A pickle that makes a file when it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self):
        return Path.touch, (self._path,)


@pytest.mark.parametrize("how", ["pickle", "torch", "torch, old"])
@pytest.mark.invariant(9)
def test_a_file_that_would_run_a_program_is_refused_and_runs_nothing(tmp_path, state, how):
    sprung, path = tmp_path / "sprung", tmp_path / "gmic.p"
    content = {"fusion.bias": torch.from_numpy(state["fusion.bias"]), "trap": _Trap(sprung)}
    if how == "pickle":
        path.write_bytes(pickle.dumps(content))
    else:
        torch.save(content, path, _use_new_zipfile_serialization=how == "torch")
    assert pickle.loads(pickle.dumps(_Trap(tmp_path / "armed"))) is None
    assert (tmp_path / "armed").exists()

    with pytest.raises(NotAnEngine, match="more than tensors"):
        read_state(path)
    assert not sprung.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no weights at all", "damaged"),
        ([1, 2], "no state dict"),
        ({"model": {"a": torch.zeros(2)}}, "no state dict"),
        ({1: torch.zeros(2)}, "no state dict"),
    ],
)
def test_a_file_without_a_state_dict_is_refused(tmp_path, content, words):
    path = tmp_path / "gmic.p"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(NotAnEngine, match=words):
        read_state(path)


def test_a_file_that_unpacks_to_more_than_any_weights_is_not_read(tmp_path, monkeypatch):
    torch.save({"a": torch.zeros(100)}, tmp_path / "gmic.p")
    monkeypatch.setattr("klarsyn_gmic.reading.MOST_BYTES", 300)

    with pytest.raises(NotAnEngine, match="larger than any weights"):
        read_state(tmp_path / "gmic.p")


def test_weights_of_other_names_are_refused_with_a_table_and_are_sound_under_a_list_of_names(
    weights, tmp_path
):
    read = torch.load(weights / "gmic.p", weights_only=True)
    torch.save({f"module.{name}": values for name, values in read.items()}, weights / "gmic.p")
    lines: list[str] = []
    with pytest.raises(NotAnEngine, match="516 tensors"):
        make_engine(weights, tmp_path / "into", lines.append)
    assert not (tmp_path / "into").exists()
    (weights / NAMES).write_text(lines[1].partition("\n")[2])

    assert faults(renamed(read_state(weights / "gmic.p"), weights / NAMES)) == []


def test_a_graph_that_says_something_else_is_not_imported(weights, tmp_path, monkeypatch):
    def other(state):
        return build({**state, "fusion.bias": state["fusion.bias"] + np.float32(0.01)})

    monkeypatch.setattr("klarsyn_gmic.graph.build", other)
    with pytest.raises(NotAnEngine, match="differ by more than 1e-05 on noise"):
        make_engine(weights, tmp_path / "into", print)


def test_an_administrator_imports_weights_and_gets_an_engine_for_research(
    weights, tmp_path, monkeypatch, capsys
):
    entry = importlib.metadata.EntryPoint(
        "gmic", "klarsyn_gmic.importing:make_engine", engine_command_imports.GROUP
    )
    monkeypatch.setattr(engine_command_imports, "entry_points", lambda group: [entry])
    monkeypatch.setenv("KLARSYN_ENGINE_ALLOW_UNSEALED", "true")
    try:
        status = main(["engine", "import-gmic", str(weights), "--as", "gmic-1"])
        said = capsys.readouterr().out
        (record,) = installed(tmp_path / "klarsyn-data" / "engines").values()
    finally:
        announce(tmp_path / "nowhere")

    assert status == 0
    assert "intended use: research" in said
    assert "differ by" in said
    assert (record.name, record.source) == ("gmic-1", "import-gmic")
    assert f"{PACKAGE}/gmic.onnx" in record.files
