"""A result's marks as Grayscale Softcopy Presentation States, from the files of the images."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.study_modules import series_of
from klarsyn.domain.display import GrayscaleParameters, LutTable, Window
from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.finding import AiResult
from klarsyn.domain.made_uid import made_uid
from klarsyn.domain.presentation_state import PresentationState
from klarsyn.domain.read_presentation import ImageDisplay
from klarsyn.domain.reports.marks_state import states_of_marks

_NOT_IN_A_LINE = re.compile(r"[\\\x00-\x1f]")


def marks_states(
    result: AiResult, exam: Exam, files: Mapping[str, Path], software: str = ""
) -> tuple[PresentationState, ...]:
    """Return the states that draw a result's marks, to be written by `write_presentation_state`; none where
    there is nothing to draw.

    Images are shown as their files ask for first: the first window or table, all of the image. Slices of a
    tomosynthesis have the window of the middle one.

    Parameters
    ----------
    files
        The file of each image of the exam, by SOPInstanceUID.

    Raises
    ------
    UnreadableFile
        If the header of a marked image cannot be read.
    ValueError
        If a marked image has no file.
    """
    marked = {mark.sop_instance_uid for finding in result.findings for mark in finding.marks}
    displays = [
        _display(image, files[image.sop_instance_uid])
        for image in exam.images
        if image.sop_instance_uid in marked and image.sop_instance_uid in files
    ]
    images = sorted(files)
    return states_of_marks(
        result,
        exam,
        displays,
        lambda place: made_uid("marks", result.result_id, software, str(place), *images),
    )


def _display(image: Image, file: Path) -> ImageDisplay:
    grayscale = read_instance(file).grayscale
    return ImageDisplay(image, series_of(file), grayscale, _first(grayscale))


def _first(grayscale: GrayscaleParameters) -> Window | LutTable | None:
    offered: tuple[Window | LutTable, ...] = (*grayscale.windows, *grayscale.voi_luts)
    if not offered:
        return None
    # A backslash in LO would begin another value.
    explanation = _NOT_IN_A_LINE.sub("/", offered[0].explanation)[:64]
    return replace(offered[0], explanation=explanation)
