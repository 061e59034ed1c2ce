"""Whether the graph says what the network in torch says: on noise, on a made breast, on images at hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Laterality
from klarsyn.engine.conformance_inputs import breast
from klarsyn.engine.contract import EngineView
from klarsyn.engine.package import NotAnEngine
from klarsyn.imaging.frames import load_index_frame
from klarsyn.intake.engine_pixels import dense_is_bright
from klarsyn_gmic.comparing import State
from klarsyn_gmic.network import Gmic, Outputs
from klarsyn_gmic.running.engine import open_graph
from klarsyn_gmic.running.window import COLUMNS, ROWS, window_of
from klarsyn_gmic.tensors import INPUT

if TYPE_CHECKING:
    import onnxruntime

MOST = 1e-5
"""All outputs lie between 0 and 1, so this is absolute."""

Image = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Difference:
    """The largest difference on one image, and whether both looked at the same crops."""

    image: str
    largest: float
    same_crops: bool

    @property
    def small(self) -> bool:
        """True where graph and network say the same. NaN is never small."""
        return self.same_crops and self.largest < MOST


def network_of(state: State) -> Gmic:
    """Return the network in torch with the weights of a state dict that has no faults."""
    net = Gmic()
    net.load_state_dict(
        {name: torch.from_numpy(values.copy()) for name, values in state.items()}, strict=True
    )
    return net.eval()


def differences(state: State, graph: Path, folder: Path) -> Iterator[Difference]:
    """Compare both on each image; real ones are the DICOM files (.dcm) of `folder`."""
    net, session = network_of(state), open_graph(graph)
    for name, image in _images(folder):
        yield difference(said(net, image), session, name, image)


def said(net: Gmic, image: Image) -> Outputs:
    """Return what the network in torch says of one image (2944, 1920)."""
    with torch.inference_mode():
        outputs: Outputs = net(torch.from_numpy(image[None, None]))
    return outputs


def difference(
    wanted: Outputs, session: "onnxruntime.InferenceSession", name: str, image: Image
) -> Difference:
    """Compare what the graph says of one image (2944, 1920) with what the network said."""
    names = list(Outputs._fields)
    found = dict(zip(names, session.run(names, {"image": image[None, None]}), strict=True))
    same = bool(np.array_equal(found["corners"], wanted.corners.numpy()))
    parts = [np.abs(found[k] - getattr(wanted, k).numpy()).max() for k in names if k != "corners"]
    return Difference(name, float(np.max(parts)), same)


def _images(folder: Path) -> Iterator[tuple[str, Image]]:
    yield "noise", np.random.default_rng(0).standard_normal(INPUT[2:]).astype(np.float32)
    made = EngineView("made", Laterality.RIGHT, None, None, breast((ROWS, COLUMNS), Laterality.RIGHT, 0))
    yield "a made breast", _window(made, "a made breast")
    for path in sorted(folder.glob("*.dcm")):
        instance = read_instance(path)
        pixels = dense_is_bright(load_index_frame(path), instance.grayscale)
        yield path.name, _window(EngineView("real", instance.image.laterality, None, None, pixels), path.name)


def _window(view: EngineView, name: str) -> Image:
    window = window_of(view)
    if window is None:
        raise NotAnEngine(f"No breast was found on {name}, so nothing can be compared on it. Take it away.")
    return window.image
