"""From signal to stored values: blur and noise of a detector, then the maker's grey scale."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]

_AIR_MM = 0.4  # Just beyond what the blur reaches; a wider rim would show as a halo.


@dataclass(frozen=True, slots=True)
class Detector:
    """What a detector does to the image.

    `blur_mm` is the Gaussian that stands for focal spot and scintillator; `noise` the standard deviation
    of the signal where it is 0.3 (fat); `noise_blur_px` correlates neighbours as a scintillator does.
    """

    spacing_mm: float
    blur_mm: float
    noise: float
    noise_blur_px: float


@dataclass(frozen=True, slots=True)
class GreyScale:
    """How a maker stores the signal: value = offset + gain * signal in `bits`, or its negative."""

    bits: int
    offset: float
    gain: float
    inverted: bool
    padding: int | None

    def stored(self, signal: float) -> float:
        """Return the stored value of a signal, for window centres."""
        value = self.offset + self.gain * signal
        return (2**self.bits - 1 - value) if self.inverted else value


def hold_back_bright(signal: Field) -> Field:
    """Return the signal with its brightest parts compressed, as makers' processing does.

    Below 0.6 nothing changes; above, it bends towards 0.9. Dense tissue therefore masks what lies in it.
    """
    return np.where(signal > 0.6, 0.6 + 0.3 * np.tanh((signal - 0.6) / 0.3), signal).astype(np.float32)


def expose(signal: Field, detector: Detector, rng: np.random.Generator) -> Field:
    """Return the signal as the detector gives it.

    Quantum noise in a logarithmic image grows where fewer photons arrive: its variance follows the
    exponent of attenuation. It is added after the blur and is itself slightly correlated.
    """
    exposed = np.asarray(cv2.GaussianBlur(signal, (0, 0), detector.blur_mm / detector.spacing_mm), np.float32)
    white = rng.standard_normal(signal.shape, dtype=np.float32)
    noise = np.asarray(cv2.GaussianBlur(white, (0, 0), detector.noise_blur_px), np.float32)
    noise *= np.float32(detector.noise) / noise[:512, :512].std()
    noise *= np.exp(np.float32(0.9) * (exposed - np.float32(0.3)))
    exposed += noise
    return exposed


def digitise(exposed: Field, skin_distance: Field, grey: GreyScale) -> npt.NDArray[np.uint16]:
    """Return stored values (rows, columns); just outside the skin lies air or padding."""
    top = 2**grey.bits - 1
    value = np.clip(grey.offset + grey.gain * exposed, 0, top)
    if grey.inverted:
        value = top - value
    stored: npt.NDArray[np.uint16] = np.rint(value).astype(np.uint16)
    air = grey.padding if grey.padding is not None else (top if grey.inverted else 0)
    if grey.padding is not None:  # Padding must not be a value of tissue (PS3.3 C.7.5.1.1.2).
        stored[stored == grey.padding] = grey.padding - 1 if grey.padding else 1
    stored[skin_distance < -_AIR_MM] = air
    return stored
