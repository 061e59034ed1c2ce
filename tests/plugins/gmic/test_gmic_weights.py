"""Weights are taken when every tensor is what it must be; else each that is not is told by its name."""

import math
import sys

import numpy as np
import pytest

from klarsyn.engine.package import NotAnEngine
from klarsyn_gmic.comparing import faults, table
from klarsyn_gmic.importing import make_engine
from klarsyn_gmic.naming import NAMES, proposal, renamed
from klarsyn_gmic.reading import find_weights
from klarsyn_gmic.tensors import TENSORS

NOT_BY_SHAPE = ("attention.V.weight", "attention.U.weight")


def test_the_table_comes_to_the_number_and_size_of_the_published_weights():
    assert len(TENSORS) == len({t.name for t in TENSORS}) == 258
    assert 56e6 < sum(4 * math.prod(t.shape) for t in TENSORS if not t.counts) < 58e6


def test_sound_weights_have_no_faults(state):
    assert faults(state) == []


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("missing", lambda s: s.pop("fusion.bias")),
        ("surplus", lambda s: s.update({"more.weight": np.zeros((2, 3), np.float32)})),
        ("misshapen", lambda s: s.update({"fusion.weight": np.zeros((2, 512), np.float32)})),
        ("misshapen", lambda s: s.update({"fusion.weight": np.zeros((768, 2), np.float32)})),
        ("wrong kind", lambda s: s.update({"fusion.bias": np.zeros(2, np.float64)})),
        (
            "wrong kind",
            lambda s: s.update({"global_net.bn.num_batches_tracked": np.asarray(1.0, np.float32)}),
        ),
        ("not finite", lambda s: s.update({"fusion.bias": np.array([0, np.nan], np.float32)})),
        (
            "negative variance",
            lambda s: s.update({"global_net.bn.running_var": np.full(256, -1, np.float32)}),
        ),
    ],
)
def test_each_tensor_that_is_not_what_it_must_be_is_told_by_name(state, what, change):
    changed = dict(state)
    change(changed)
    (fault,) = faults(changed)

    assert fault.what == what
    assert state.get(fault.name) is not changed.get(fault.name)
    assert fault.name in table([fault])
    assert what in table([fault])


def test_a_whole_table_of_faults_names_every_one(state):
    others = {f"net.{name}": values for name, values in state.items()}
    found = faults(others)

    assert sum(f.what == "missing" for f in found) == sum(f.what == "surplus" for f in found) == 258
    assert all(name in table(found) for name in (*state, *others))


def test_weights_of_other_names_get_a_proposal_that_brings_them_home(state, tmp_path):
    # Another order of the parts, other words, and one word before all.
    others = {}
    for part in ("fusion", "classifier", "attention", "saliency", "local_net", "global_net"):
        for name in (n for n in state if n.startswith(part)):
            others["net." + name.replace(part, part[::-1])] = state[name]
    names = tmp_path / NAMES
    names.write_text(proposal(others))
    home = renamed(others, names)

    assert faults(home) == []
    assert [n for n in state if home[n] is not state[n] and n not in NOT_BY_SHAPE] == []


def test_a_proposal_says_that_it_is_one_and_is_applied_only_by_hand(state, tmp_path):
    others = {f"net.{name}": values for name, values in state.items()}

    assert proposal(others).startswith("# Proposed")
    assert faults(renamed(others, tmp_path / NAMES)) != []


def test_weights_of_another_network_get_no_proposal(state):
    assert proposal({**state, "fusion.bias": np.zeros(3, np.float32)}) is None
    assert proposal({n: v for n, v in state.items() if not n.startswith("local_net")}) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[names", "cannot be read"),
        ("[other]\n", "cannot be read"),
        ('[names]\n"fusion.bias" = "there.is.none"\n', "not among the weights"),
        ('[names]\n"a" = "fusion.bias"\n"b" = "fusion.bias"\n', "twice"),
        ('[names]\n"fusion.bias" = "classifier.bias"\n', "one name to two"),
    ],
)
def test_a_list_of_names_that_cannot_be_meant_is_refused(state, tmp_path, text, words):
    (tmp_path / NAMES).write_text(text)

    with pytest.raises(NotAnEngine, match=words):
        renamed(state, tmp_path / NAMES)


def test_one_file_of_weights_is_found_and_none_or_several_are_refused(tmp_path):
    with pytest.raises(NotAnEngine, match="holds no weights"):
        find_weights(tmp_path)
    first = tmp_path / "one.p"
    first.touch()
    assert find_weights(tmp_path) == find_weights(first) == first
    (tmp_path / "two.pt").touch()
    with pytest.raises(NotAnEngine, match=r"one\.p, two\.pt"):
        find_weights(tmp_path)


@pytest.mark.parametrize("lacking", ["torch", "onnx"])
def test_without_what_an_import_needs_one_sentence_says_what_to_install(tmp_path, monkeypatch, lacking):
    monkeypatch.setitem(sys.modules, lacking, None)
    (tmp_path / "one.p").touch()

    with pytest.raises(NotAnEngine, match=r"pip install torch==2\.13\.0 onnx\."):
        make_engine(tmp_path, tmp_path / "into", print)
