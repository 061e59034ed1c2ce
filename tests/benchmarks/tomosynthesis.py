"""How long one tomosynthesis view takes, step by step, and how much memory: prints, never judges.

Run as `python tests/benchmarks/tomosynthesis.py [A|B|C] [CC|MLO] [--half] [--pictures FOLDER]`.
"""

import argparse
import sys
import time
from pathlib import Path

import cv2
import imagecodecs
import numpy as np

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.tomosynthesis.acquisition import acquire, for_tomosynthesis
from klarsyn.simulation.tomosynthesis.presentation import PresentedSlices, slices_for_presentation
from klarsyn.simulation.tomosynthesis.reconstruction import reconstruct, slice_heights
from klarsyn.simulation.tomosynthesis.synthesis import SyntheticImage, synthesise
from klarsyn.simulation.xray.technique import choose_technique
from klarsyn.simulation.xray.vendors import VENDORS


def peak_mb() -> float:
    """Return the largest resident memory so far; 0 where the platform does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vendor", nargs="?", default="A", choices=sorted(VENDORS))
    parser.add_argument("position", nargs="?", default="CC", choices=["CC", "MLO"])
    parser.add_argument("--density", default="C", choices=list(Density))
    parser.add_argument("--thickness", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    vendor, position = VENDORS[asked.vendor], ViewPosition(asked.position)
    started = last = time.perf_counter()

    def lap(step: str) -> None:
        nonlocal last
        now = time.perf_counter()
        print(f"{step:28s} {now - last:6.2f} s   peak {peak_mb():6.0f} MB")
        last = now

    woman = make_woman((asked.seed,), Density(asked.density), asked.thickness)
    detector = vendor.detector
    height, width = detector.rows * detector.spacing_mm, detector.columns * detector.spacing_mm
    view = woman.breast(Laterality.LEFT).compress(position, height, width, 0)
    lap("anatomy")
    technique = choose_technique(vendor, position, view.thickness_mm, 0.3, np.random.default_rng(1))
    projections = acquire(
        view,
        (),
        vendor,
        for_tomosynthesis(technique),
        np.random.default_rng(2),
        half_matrix=asked.half,
        threads=asked.threads,
    )
    count, rows, columns = projections.stack.shape
    lap(f"{count} projections {rows} x {columns}")
    heights = slice_heights(view.thickness_mm, vendor.tomosynthesis.slice_mm)
    reconstruction = reconstruct(projections, heights, threads=asked.threads)
    lap("filters")
    slices = slices_for_presentation(reconstruction)
    lap(f"{len(heights)} slices")
    del reconstruction
    synthetic = synthesise(slices, projections, threads=asked.threads)
    lap("synthetic 2D")
    print(f"{'one view':28s} {last - started:6.2f} s")
    _coders(slices)
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
        _draw(asked.pictures / f"tomo-{asked.vendor}-{position.value}-{asked.density}", slices, synthetic)


def _coders(slices: PresentedSlices) -> None:
    image = np.ascontiguousarray(slices.pixels[len(slices.pixels) // 2])
    coders = {
        "JPEG Lossless": lambda: imagecodecs.ljpeg_encode(image, bitspersample=slices.bits),
        "JPEG-LS": lambda: imagecodecs.jpegls_encode(image),
        "HTJ2K": lambda: imagecodecs.htj2k_encode(image, reversible=True),
        "JPEG 2000": lambda: imagecodecs.jpeg2k_encode(image, level=0, reversible=True, codecformat="j2k"),
    }
    for name, encode in coders.items():
        encode()
        before = time.perf_counter()
        size = len(encode())
        taken = time.perf_counter() - before
        print(f"{name:28s} {taken * 1000:6.0f} ms a slice, {image.nbytes / size:4.1f} : 1")


def _draw(stem: Path, slices: PresentedSlices, synthetic: SyntheticImage) -> None:
    def shown(image: np.ndarray) -> np.ndarray:
        centre, width = slices.window
        return np.clip((image.astype(np.float32) - centre + width / 2) / width * 255, 0, 255).astype(np.uint8)

    for share in (0.2, 0.5, 0.8):
        index = round(share * (len(slices.pixels) - 1))
        cv2.imwrite(f"{stem}-{index:02d}.png", shown(slices.pixels[index]))
    cv2.imwrite(f"{stem}-2d.png", shown(synthetic.pixels))


if __name__ == "__main__":
    main()
