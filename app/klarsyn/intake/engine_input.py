"""An exam as an engine may see it: pixels and views under pseudonyms, nothing else (invariant 9)."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import read_instance
from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.exam import Exam, Image, Laterality, ViewPosition
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.imaging.frames import load_index_frame


@dataclass(frozen=True, slots=True, eq=False)
class EngineInput:
    """What is sent, and how the answer finds its way back.

    `instances` maps each view's pseudonym to its SOPInstanceUID; `unreadable` are images that should
    have been sent and could not be decoded.
    """

    exam: EngineExam
    instances: dict[str, str]
    unreadable: tuple[str, ...]


def usable_images(exam: Exam) -> tuple[Image, ...]:
    """Return the images that a mammography engine reads: whole single-frame views, For Presentation, with
    a coded side and view. A synthetic 2D image goes where the exam has no exposed one of its view. Images
    with burnt-in text stay here: it may be a name (invariant 9)."""
    usable = [
        image
        for image in exam.images
        if image.is_full_view
        and image.hangs
        and not image.for_processing
        and image.frames == 1
        and image.laterality in (Laterality.RIGHT, Laterality.LEFT)
        and image.view_position in (ViewPosition.CC, ViewPosition.MLO)
        and not any(notice.code == "burned-in" for notice in image.notices)
    ]
    exposed = {(i.laterality, i.view_position) for i in usable if not i.synthetic}
    return tuple(i for i in usable if not i.synthetic or (i.laterality, i.view_position) not in exposed)


def why_none_usable(exam: Exam) -> str:
    """Say in words why the engine can read no image of an exam that has none to read."""
    if any(i.frames > 1 and i.hangs and not i.for_processing for i in exam.images):
        return "the exam has tomosynthesis without a 2D image, and the engine reads 2D images only"
    if exam.images and all(i.for_processing for i in exam.images):
        return "the exam has raw images only (FOR PROCESSING), and the engine reads images made for reading"
    return "no image of a kind that the engine reads (whole CC or MLO view with a coded side)"


def engine_input(exam: Exam, files: dict[str, Path]) -> EngineInput:
    """Decode the usable images of an exam; `files` maps SOPInstanceUID to its file."""
    views: list[EngineView] = []
    instances: dict[str, str] = {}
    unreadable: list[str] = []
    for number, image in enumerate(usable_images(exam)):
        uid = image.sop_instance_uid
        try:
            grayscale = read_instance(files[uid]).grayscale
            pixels = dense_is_bright(load_index_frame(files[uid]), grayscale)
        except (UnreadableFile, OSError):
            unreadable.append(uid)
            continue
        view_id = f"view-{number}"
        instances[view_id] = uid
        views.append(
            EngineView(
                view_id, image.laterality, image.view_position, image.spacing, pixels, image.manufacturer
            )
        )
    # A token of its own for each run: nothing in it can be traced to the exam.
    exam_token = secrets.token_hex(16)
    return EngineInput(EngineExam(exam_token, tuple(views)), instances, tuple(unreadable))


def dense_is_bright(
    index_pixels: npt.NDArray[np.uint16], grayscale: GrayscaleParameters
) -> npt.NDArray[np.uint16]:
    """Return pixels (rows, columns) in the sense of MONOCHROME2, with padding 0."""
    offset = 32768 if grayscale.signed else 0
    top = offset + (1 << (grayscale.bits_stored - grayscale.signed)) - 1
    pixels = np.minimum(index_pixels, top) if top < 65535 else index_pixels
    if grayscale.monochrome1:
        pixels = top - pixels
    if grayscale.padding is not None:
        low, high = (value + offset for value in grayscale.padding)
        pixels = np.where((index_pixels >= low) & (index_pixels <= high), 0, pixels)
    return np.ascontiguousarray(pixels, dtype=np.uint16)
