"""What each projection goes through before back-projection: minus logarithm, filters, fractions of a pixel.

The filters work along y, the travel of the tube, in the Fourier domain:

- a ramp, as every filtered back-projection has, here not from zero but from a floor and only up to a plateau,
  so that slices keep the large shapes and look like mammograms (a pure ramp shows edges without bodies);
- a Hann window up to the Nyquist frequency against noise;
- the slice-thickness filter, a Hann window in kz = ky * tan(angle), which keeps the projections with large
  angles from ringing through the slices.

Lauritsch and Härer, "A theoretical framework for filtered backprojection in tomosynthesis", Proc. SPIE 3338
(1998); Mertelmeier et al., "Optimizing filtered backprojection reconstruction for a breast tomosynthesis
prototype device", Proc. SPIE 6142 (2006).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import scipy.fft

Field = npt.NDArray[np.float32]
Phase = npt.NDArray[np.int16]

PHASES = 2
"""A projection is kept at so many sub-pixel shifts: the nearest is at most a quarter of a pixel away."""

FULL_SCALE = 6.0
"""Largest mean of filtered projections that slices can hold; exp(-6) of the photons is below the noise."""

_TOP = 32000  # A little below the top of int16, so that the rounding of many addends stays inside.
_GUARD = 48
"""Rows over which the lower end of a projection is led to the upper one, its neighbour in the FFT."""


@dataclass(frozen=True, slots=True)
class FilterShape:
    """The gain along y: `floor` at zero, near 1 from 4 * `plateau_per_mm`; `slice_mm` sets the Hann in kz."""

    floor: float = 0.30
    plateau_per_mm: float = 0.45
    slice_mm: float = 1.0

    def gain(self, frequency_per_mm: Field, nyquist_per_mm: float, angle_deg: float) -> Field:
        """Return the gain at each frequency (cycles per mm along y) for the projection at `angle_deg`."""
        f = np.abs(frequency_per_mm)
        ramp = self.floor + (1 - self.floor) * np.tanh(f / (2 * self.plateau_per_mm))
        hann = 0.5 + 0.5 * np.cos(np.pi * np.minimum(f / nyquist_per_mm, 1))
        kz = f * abs(np.tan(np.deg2rad(angle_deg)))
        thickness = 0.5 + 0.5 * np.cos(np.pi * np.minimum(kz * self.slice_mm, 1))
        return np.asarray(ramp * hann * thickness, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class FilteredProjection:
    """One projection, filtered, at PHASES sub-pixel shifts.

    `phases[k]` at row i (i from 0) is the filtered projection at row i - `above` + k / PHASES, in steps of
    `step`.
    """

    phases: tuple[Phase, ...]
    above: int
    shift_per_mm: float
    """Rows by which a point moves for each millimetre of height."""

    def rows_at(self, height_mm: float, first: int, last: int) -> Phase:
        """Return rows [first, last) as seen from a slice at `height_mm`, (last - first, columns)."""
        steps = round(height_mm * self.shift_per_mm * PHASES)
        whole, phase = divmod(steps, PHASES)
        start = first + whole + self.above
        return self.phases[phase][start : start + last - first]


def attenuation(raw: npt.NDArray[np.uint16], air: float, angle_deg: float) -> Field:
    """Return what the rays lost, -log(raw / air), brought to the length of an upright ray, float32.

    Pixels without a photon count as a half.
    """
    lost = np.maximum(raw, np.float32(0.5), dtype=np.float32)
    cv2.log(lost, lost)
    np.subtract(np.float32(np.log(air)), lost, out=lost)
    lost *= np.float32(np.cos(np.deg2rad(angle_deg)))
    np.maximum(lost, np.float32(-0.2), out=lost)
    return np.minimum(lost, np.float32(8.0), out=lost)


def filter_projection(
    lost: Field, angle_deg: float, spacing_mm: float, heights_mm: tuple[float, float], share: float,
    shape: FilterShape,
) -> FilteredProjection:  # fmt: skip
    """Filter the attenuation of one projection, (rows, columns), for slices between `heights_mm`.

    `share` (1 / number of projections) is already taken, so that slices are plain sums of int16. Beyond its
    upper and lower edges a projection goes on with its last row: structures cut off there would otherwise
    cast a bright bar into each slice.
    """
    rows, columns = lost.shape
    shift_per_mm = float(np.tan(np.deg2rad(angle_deg))) / spacing_mm
    shifts = [h * shift_per_mm for h in heights_mm]
    above = max(0, int(np.ceil(-min(shifts)))) + 1
    below = max(0, int(np.ceil(max(shifts)))) + 2
    length = scipy.fft.next_fast_len(above + rows + below + _GUARD, real=True)
    frequency = scipy.fft.rfftfreq(length, spacing_mm).astype(np.float32)
    gain = shape.gain(frequency, 0.5 / spacing_mm, angle_deg)
    gain *= np.float32(share * _TOP / FULL_SCALE)
    cycles = np.arange(len(frequency)) / length
    turns = [gain * np.exp(2j * np.pi * cycles * k / PHASES) for k in range(PHASES)]
    turned = [turn.astype(np.complex64)[:, None] for turn in turns]
    phases = tuple(np.empty((above + rows + below, columns), np.int16) for _ in range(PHASES))
    limit = np.float32(share * _TOP)
    fade = np.linspace(0, 1, length - above - rows - below, dtype=np.float32)[:, None]
    for left in range(0, columns, 128):  # Strips that stay in the cache.
        strip = lost[:, left : left + 128]
        padded = np.empty((length, strip.shape[1]), np.float32)
        padded[:above] = strip[0]
        padded[above : above + rows] = strip
        padded[above + rows : above + rows + below] = strip[-1]
        padded[above + rows + below :] = strip[-1] + fade * (strip[0] - strip[-1])
        spectrum = scipy.fft.rfft(padded, axis=0)
        for phase, turn in zip(phases, turned, strict=True):
            filtered = scipy.fft.irfft(spectrum * turn, length, axis=0)[: above + rows + below]
            np.clip(filtered, -limit, limit, out=filtered)
            np.rint(filtered, out=filtered)
            phase[:, left : left + 128] = filtered
    return FilteredProjection(phases, above, shift_per_mm)


def value_of_step() -> float:
    """Return what one step of the summed int16 is worth, in units of attenuation."""
    return FULL_SCALE / _TOP
