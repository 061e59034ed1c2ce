"""The network as it is trained and as it is shipped are one; both need torch (make test-train)."""

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch")

from augment import augmented, brightened, middle  # noqa: E402
from examples import Examples  # noqa: E402
from export import graph_of  # noqa: E402
from learn import Course, area_of, judged, learn  # noqa: E402
from network import Head, Judge, parameters  # noqa: E402

from klarsyn.domain.finding import LesionType  # noqa: E402
from klarsyn_demo_cad.patches import SIDE  # noqa: E402

pytestmark = pytest.mark.torch
WIDE = 128
COURSE = Course(epochs=4, easy=2)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def trained_looking() -> Judge:
    """A head whose statistics are not those of a new one."""
    torch.manual_seed(3)
    head = Head()
    with torch.no_grad():
        for layer in head.modules():
            if isinstance(layer, torch.nn.BatchNorm2d):
                layer.running_mean.normal_(0, 0.3)
                layer.running_var.uniform_(0.5, 2)
                layer.weight.uniform_(0.5, 1.5)
                layer.bias.normal_(0, 0.3)
    judge = Judge(head).eval()
    judge.weights.copy_(torch.tensor([1.3, 0.6, -2.0]))
    judge.usual.fill_(0.4)
    return judge


def dots(count: int = 640, seed: int = 0) -> Examples:
    """Noise, half of it with a bright dot in the middle: easy to learn."""
    rng = np.random.default_rng(seed)
    patches = rng.normal(0.5, 0.1, (count, WIDE, WIDE))
    hit = np.arange(count) % 2 == 0
    patches[hit, 60:68, 60:68] += 0.5
    none = np.zeros(count, np.int64)
    return Examples(
        LesionType.CALCIFICATIONS, patches.astype(np.float16), none, none, none - 1, hit, hit | True, hit &
        False, np.ones(count, np.float32),
    )  # fmt: skip


def test_the_exported_graph_says_what_the_trained_network_says() -> None:
    judge = trained_looking()
    session = onnxruntime.InferenceSession(graph_of(judge, "test"), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(1)
    patches = rng.normal(0.6, 0.3, (9, 1, SIDE, SIDE)).astype(np.float32)
    patches[0] = 0.25  # nothing to be seen at all
    by_filters = np.linspace(0, 3, 9, dtype=np.float32)
    with torch.inference_mode():
        expected = judge(torch.from_numpy(patches), torch.from_numpy(by_filters)).numpy()

    (said,) = session.run(["evidence"], {"patches": patches, "by_filters": by_filters})

    assert np.ptp(expected) > 0.05
    assert np.abs(said - expected).max() < 1e-5


def test_the_same_weights_give_the_same_bytes() -> None:
    assert graph_of(trained_looking(), "test") == graph_of(trained_looking(), "test")


def test_both_heads_together_are_small() -> None:
    assert 2 * parameters(Head()) <= 250_000
    assert 2 * len(graph_of(trained_looking(), "test")) < 900_000


@pytest.fixture(scope="module")
def taught() -> tuple[Head, float]:
    torch.set_num_threads(1)
    return learn(dots(), dots(40, 1), COURSE, say=lambda _: None)


def test_learning_finds_what_is_to_be_learned_and_repeats_to_the_bit(taught: tuple[Head, float]) -> None:
    head, area = taught
    again, _ = learn(dots(), dots(40, 1), COURSE, say=lambda _: None)

    assert area > 0.9
    for one, other in zip(head.state_dict().values(), again.state_dict().values(), strict=True):
        assert torch.equal(one, other)


def test_another_seed_learns_otherwise() -> None:
    few = dots(64)
    weights = [
        learn(few, few, Course(epochs=1, seed=seed), say=lambda _: None)[0].last.weight for seed in (1, 2)
    ]

    assert not torch.equal(*weights)


def test_gain_and_offset_of_the_grey_values_hardly_matter(taught: tuple[Head, float]) -> None:
    shaded = dots(40, 2)
    shaded.patches[:] = shaded.patches * np.float16(1.3) + np.float16(0.4)

    assert area_of(judged(taught[0], shaded), shaded) > 0.9


def test_augmentation_keeps_the_middle_in_the_middle_and_repeats() -> None:
    patches = torch.zeros(6, WIDE, WIDE)
    patches[:, 60:68, 60:68] = 1
    turned = [augmented(patches, SIDE, torch.Generator().manual_seed(4)) for _ in range(2)]

    assert torch.equal(*turned)
    assert turned[0].shape == middle(patches, SIDE).shape
    for one in turned[0][:, 0]:
        rows, columns = torch.where(one > 0.4)
        assert abs(float(rows.float().mean()) - SIDE / 2) < 8
        assert abs(float(columns.float().mean()) - SIDE / 2) < 8


def test_specks_of_suspicious_clusters_are_brightened_and_noise_and_benign_ones_are_not() -> None:
    patches = 0.02 * torch.randn(80, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    patches[:, :, 40:43, 40:43] += 0.2
    suspicious = torch.arange(80) < 40
    raised = brightened(patches, suspicious, torch.Generator().manual_seed(1)) - patches

    assert not raised[40:].any()
    speck, elsewhere = raised[:40, 0, 41, 41], raised[:40, 0, 60:, 60:]
    assert 15 <= int((speck > 0.01).sum()) <= 35
    assert float(speck.max()) > 0.3
    assert float(elsewhere.abs().max()) < 0.1
