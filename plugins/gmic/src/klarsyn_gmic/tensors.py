"""The tensors that a GMIC state dict holds: the one table of their names, shapes and kinds.

**Settled** by Klarsyn's design: 258 tensors, about 57 MB; input 1 x 1 x 2944 x 1920; ResNet-22 to maps of
46 x 30 for two classes; six crops; ResNet-18; gated attention; a fusing layer of 768 to 2.

**Follows** from it and the papers: the widths of the ResNet-22 (16 to 256, Wu et al., IEEE TMI 39, 2020), one
scale of 1/64 in five stages of two blocks; attention over 512 features with 128 hidden units; first layers of
one and of three channels, as the ResNet-18 begins with weights of photographs. So the count comes to 258 and
the size to 56.5 MB: each of 41 batch normalisations with its counter, no classifier of the ResNet-18's own,
no bias but in two layers. Where one of these is wrong, the import says which tensor is misshapen or missing.

**Inferred, not confirmed:** every name. Those of the two networks follow torchvision's way of naming parts of
a ResNet; `global_net`, `local_net` and so on are ours. Nobody here has seen the published file or its source.
A file with other names is refused with a table; a `names.toml` beside it says which is which (`naming.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

INPUT = (1, 1, 2944, 1920)
MAP = (46, 30)
CLASSES = ("benign", "malignant")
"""Of maps and outputs, in this order; the order is inferred."""

CROPS, CROP = 6, 256
GLOBAL_WIDTHS = (16, 32, 64, 128, 256)
LOCAL_WIDTHS = (64, 128, 256, 512)
BLOCKS = 2
HIDDEN = 128


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor: its name here, its shape, and whether it counts (int64) or weighs (float32)."""

    name: str
    shape: tuple[int, ...]
    counts: bool = False


def _norm(name: str, width: int) -> Iterator[Tensor]:
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield Tensor(f"{name}.{part}", (width,))
    yield Tensor(f"{name}.num_batches_tracked", (), counts=True)


def _global() -> Iterator[Tensor]:
    """Pre-activated blocks: normalised before each convolution, and once more at the end."""
    yield Tensor("global_net.conv1.weight", (GLOBAL_WIDTHS[0], 1, 7, 7))
    before = GLOBAL_WIDTHS[0]
    for stage, width in enumerate(GLOBAL_WIDTHS, start=1):
        for block in range(BLOCKS):
            name = f"global_net.layer{stage}.{block}"
            yield from _norm(f"{name}.bn1", before)
            yield Tensor(f"{name}.conv1.weight", (width, before, 3, 3))
            yield from _norm(f"{name}.bn2", width)
            yield Tensor(f"{name}.conv2.weight", (width, width, 3, 3))
            if before != width:
                yield Tensor(f"{name}.downsample.weight", (width, before, 1, 1))
            before = width
    yield from _norm("global_net.bn", before)


def _local() -> Iterator[Tensor]:
    """He et al., CVPR 2016: normalised after each convolution."""
    before = LOCAL_WIDTHS[0]
    yield Tensor("local_net.conv1.weight", (before, 3, 7, 7))
    yield from _norm("local_net.bn1", before)
    for stage, width in enumerate(LOCAL_WIDTHS, start=1):
        for block in range(BLOCKS):
            name = f"local_net.layer{stage}.{block}"
            for n, source in ((1, before), (2, width)):
                yield Tensor(f"{name}.conv{n}.weight", (width, source, 3, 3))
                yield from _norm(f"{name}.bn{n}", width)
            if before != width:
                yield Tensor(f"{name}.downsample.0.weight", (width, before, 1, 1))
                yield from _norm(f"{name}.downsample.1", width)
            before = width


def _rest() -> Iterator[Tensor]:
    features, deep = GLOBAL_WIDTHS[-1], LOCAL_WIDTHS[-1]
    yield Tensor("saliency.weight", (len(CLASSES), features, 1, 1))
    yield Tensor("attention.V.weight", (HIDDEN, deep))
    yield Tensor("attention.U.weight", (HIDDEN, deep))
    yield Tensor("attention.w.weight", (1, HIDDEN))
    yield Tensor("classifier.weight", (len(CLASSES), deep))
    yield Tensor("classifier.bias", (len(CLASSES),))
    yield Tensor("fusion.weight", (len(CLASSES), features + deep))
    yield Tensor("fusion.bias", (len(CLASSES),))


TENSORS = (*_global(), *_local(), *_rest())
