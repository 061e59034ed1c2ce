"""The network in torch, written after the paper (Shen et al., Medical Image Analysis 68, 2021).

It serves as the measure of the ONNX graph (`graph.py`), which says the same in other words. Needs torch.

Four choices can be read off no shape, and are torchvision's or He et al.'s: the first pooling has a
margin of one pixel; a block that changes its width projects the pre-activated input (He et al.,
ECCV 2016); crops are repeated for three channels; maps are (benign, malignant).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own usage

from klarsyn_gmic.tensors import BLOCKS, CLASSES, CROP, CROPS, GLOBAL_WIDTHS, HIDDEN, LOCAL_WIDTHS, MAP


class Outputs(NamedTuple):
    """What the network says of one image: for each class a map and a probability; crops and their weights."""

    maps: Tensor
    fusion: Tensor
    local: Tensor
    corners: Tensor
    attention: Tensor


def _conv(before: int, width: int, size: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(before, width, size, stride, size // 2, bias=False)


class PreActivated(nn.Module):
    """Normalised and rectified before each convolution."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(before), _conv(before, width, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(width), _conv(width, width, 3)
        self.downsample = _conv(before, width, 1, stride) if before != width else None

    def forward(self, x: Tensor) -> Tensor:
        active = F.relu(self.bn1(x))
        beside = x if self.downsample is None else self.downsample(active)
        inner: Tensor = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return beside + inner


class PostActivated(nn.Module):
    """Normalised after each convolution, rectified after the sum."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = _conv(before, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = _conv(width, width, 3), nn.BatchNorm2d(width)
        self.downsample = None
        if before != width:
            self.downsample = nn.Sequential(_conv(before, width, 1, stride), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        beside = x if self.downsample is None else self.downsample(x)
        return F.relu(beside + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


def _stages(net: nn.Module, kind: type[nn.Module], widths: tuple[int, ...]) -> list[nn.Module]:
    stages: list[nn.Module] = []
    before = widths[0]
    for number, width in enumerate(widths, start=1):
        blocks = []
        for n in range(BLOCKS):
            blocks.append(kind(before, width, 2 if number > 1 and n == 0 else 1))
            before = width
        stages.append(nn.Sequential(*blocks))
        setattr(net, f"layer{number}", stages[-1])
    return stages


class GlobalNet(nn.Module):
    """ResNet-22 (Wu et al., IEEE TMI 39, 2020): (1, 1, 2944, 1920) to features (1, 256, 46, 30)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = _conv(1, GLOBAL_WIDTHS[0], 7, 2)
        self._names = [f"layer{n + 1}" for n in range(len(_stages(self, PreActivated, GLOBAL_WIDTHS)))]
        self.bn = nn.BatchNorm2d(GLOBAL_WIDTHS[-1])

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(self.conv1(x), 3, 2, 1)
        for name in self._names:
            x = getattr(self, name)(x)
        return F.relu(self.bn(x))


class LocalNet(nn.Module):
    """ResNet-18 (He et al., CVPR 2016) without its classifier: (n, 1, 256, 256) to features (n, 512)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = _conv(3, LOCAL_WIDTHS[0], 7, 2), nn.BatchNorm2d(LOCAL_WIDTHS[0])
        self._names = [f"layer{n + 1}" for n in range(len(_stages(self, PostActivated, LOCAL_WIDTHS)))]

    def forward(self, crops: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(crops.expand(-1, 3, -1, -1)))), 3, 2, 1)
        for name in self._names:
            x = getattr(self, name)(x)
        return x.mean((2, 3))


class GatedAttention(nn.Module):
    """Weights of the crops, which sum to one (Ilse et al., ICML 2018)."""

    def __init__(self) -> None:
        super().__init__()
        self.V = nn.Linear(LOCAL_WIDTHS[-1], HIDDEN, bias=False)
        self.U = nn.Linear(LOCAL_WIDTHS[-1], HIDDEN, bias=False)
        self.w = nn.Linear(HIDDEN, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        gated = torch.tanh(self.V(features)) * torch.sigmoid(self.U(features))
        return torch.softmax(self.w(gated)[:, 0], 0)


def corners_of(maps: Tensor) -> Tensor:
    """Choose crops greedily (Shen et al.): (2, 46, 30) to (6, 2) of (row, column) on the map.

    Each crop is the square of cells with the largest sum over both maps, each brought to 0 to 1; its cells
    count nothing afterwards.
    """
    side = CROP * MAP[0] // 2944
    low, high = maps.amin((1, 2), keepdim=True), maps.amax((1, 2), keepdim=True)
    left = ((maps - low) / (high - low).clamp_min(1e-12)).sum(0)
    corners = []
    for _ in range(CROPS):
        sums = F.avg_pool2d(left[None, None], side, 1)[0, 0]
        row, column = divmod(int(sums.argmax()), sums.shape[1])
        corners.append((row, column))
        left = left.clone()
        left[row : row + side, column : column + side] = 0
    return torch.tensor(corners)


class Gmic(nn.Module):
    """The whole network, on one image."""

    def __init__(self) -> None:
        super().__init__()
        self.global_net, self.local_net = GlobalNet(), LocalNet()
        self.saliency = nn.Conv2d(GLOBAL_WIDTHS[-1], len(CLASSES), 1, bias=False)
        self.attention = GatedAttention()
        self.classifier = nn.Linear(LOCAL_WIDTHS[-1], len(CLASSES))
        self.fusion = nn.Linear(GLOBAL_WIDTHS[-1] + LOCAL_WIDTHS[-1], len(CLASSES))

    def forward(self, image: Tensor) -> Outputs:
        features = self.global_net(image)
        maps = torch.sigmoid(self.saliency(features))[0]
        corners = corners_of(maps)
        step = image.shape[2] // MAP[0]
        places = [(int(row) * step, int(column) * step) for row, column in corners]
        crops = torch.stack([image[0, :, y : y + CROP, x : x + CROP] for y, x in places])
        local = self.local_net(crops)
        attention = self.attention(local)
        together = attention @ local
        both = torch.cat([features.amax((2, 3))[0], together])
        return Outputs(
            maps,
            torch.sigmoid(self.fusion(both)),
            torch.sigmoid(self.classifier(together)),
            corners,
            attention,
        )
