"""What is kept with a signed read beside the assessment: presentation states, as files and rows.

What they hold is said in docs/presentation-states.md.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from klarsyn import __version__
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.states.writer import StateSeries, write_presentation_state
from klarsyn.dicom.study_modules import series_of
from klarsyn.domain.annotation import Annotation
from klarsyn.domain.display import DisplayState, GrayscaleParameters, LutTable, Window
from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.presentation_state import PresentationState
from klarsyn.domain.read import Read
from klarsyn.domain.read_presentation import ImageDisplay, states_of_read
from klarsyn.domain.state_facts import facts_of
from klarsyn.store.image_folder import ImageFolder, SourceUnreadable
from klarsyn.store.presentations import KeptState
from klarsyn.store.store import Store

_SERIES_NUMBER = 9000
_NOT_IN_A_LINE = re.compile(r"[\\\x00-\x1f]")
_LONGEST_LINE = 64


@dataclass(frozen=True, slots=True, eq=False)
class ShownImage:
    """How one image stood on the screen when the read was signed.

    `region` is the part in sight, half-open (column0, row0, column1, row1); None: all of it, or the image
    was not on the screen in that step. `frames` are the grey scales of the frames of a tomosynthesis, each of
    which has windows of its own; None: `grayscale` is that of all frames.
    """

    grayscale: GrayscaleParameters
    display: DisplayState
    region: tuple[int, int, int, int] | None = None
    frames: Mapping[int, GrayscaleParameters] | None = None

    @property
    def voi(self) -> Window | LutTable | None:
        """The window or table in force; None when the full range was shown."""
        return self._voi_of(self.grayscale)

    @property
    def voi_of_frames(self) -> tuple[tuple[tuple[int, ...], Window | LutTable | None], ...]:
        """The same for each of the frames, those together that have the same; () where it is one for all."""
        if self.display.window is not None or self.frames is None:
            return ()
        found: list[tuple[list[int], Window | LutTable | None]] = []
        for frame, grayscale in sorted(self.frames.items()):
            voi = self._voi_of(grayscale)
            alike = next((frames for frames, other in found if other is voi or _same(other, voi)), None)
            if alike is None:
                found.append(([frame], voi))
            else:
                alike.append(frame)
        return tuple((tuple(frames), voi) for frames, voi in found) if len(found) > 1 else ()

    def _voi_of(self, grayscale: GrayscaleParameters) -> Window | LutTable | None:
        if self.display.window is not None:
            return _labelled(self.display.window)
        offered: tuple[Window | LutTable, ...] = (*grayscale.windows, *grayscale.voi_luts)
        return _labelled(offered[self.display.preset % len(offered)]) if offered else None


class NotKept(Exception):
    """The presentation states of a read could not be written; the message says why."""


def keep_states(
    store: Store,
    folder: ImageFolder,
    read: Read,
    exams: Iterable[Exam],
    shown: Mapping[str, ShownImage],
    drawn: Iterable[Annotation],
) -> tuple[KeptState, ...]:
    """Write the presentation states of a read and return their rows, not yet stored [store].

    Parameters
    ----------
    exams
        The exam that is read and its priors: each study has states of its own, a prior only when it was
        drawn on.

    Raises
    ------
    NotKept
        If the folder cannot be written, or an image file has gone.
    """
    annotations = tuple(drawn)
    kept: list[KeptState] = []
    try:
        for exam in exams:
            files = {uid: folder.path(sha256) for uid, sha256 in store.exams.files(exam.exam_id).items()}
            of_study: dict[str, list[Image]] = {}
            for image in exam.images:
                of_study.setdefault(image.study_instance_uid, []).append(image)
            for images in of_study.values():
                uids = {image.sop_instance_uid for image in images}
                here = tuple(a for a in annotations if a.sop_instance_uid in uids)
                if exam.exam_id != read.exam_id and not here:
                    continue
                touched = uids & (shown.keys() | {a.sop_instance_uid for a in here})
                displays = [
                    _display(image, files[image.sop_instance_uid], shown.get(image.sop_instance_uid))
                    for image in images
                    if image.sop_instance_uid in touched
                ]
                kept += _written(folder, read, displays, here, files[images[0].sop_instance_uid])
    except (UnreadableFile, SourceUnreadable, OSError, ValueError) as error:
        raise NotKept(
            "The read is signed. Its drawings and windows could not be kept as a presentation state: "
            f"{error} The drawings stay as your draft."
        ) from error
    return tuple(kept)


def _display(image: Image, file: Path, shown: ShownImage | None) -> ImageDisplay:
    if shown is None:
        # Drawn on earlier and not decoded this time: as the file itself wants to be shown.
        shown = ShownImage(read_instance(file).grayscale, DisplayState())
    return ImageDisplay(
        image,
        series_of(file),
        shown.grayscale,
        shown.voi,
        shown.display.inverted,
        shown.region,
        shown.voi_of_frames,
    )


def _written(
    folder: ImageFolder,
    read: Read,
    displays: list[ImageDisplay],
    drawn: tuple[Annotation, ...],
    study_file: Path,
) -> list[KeptState]:
    if not displays:
        return []
    states = states_of_read(
        displays,
        drawn,
        lambda _: _new_uid(),
        _line(read.reader),
        read.signed_at.astimezone().replace(tzinfo=None, microsecond=0),
        f"Klarsyn, {read.kind.value}",
    )
    series = _new_uid()
    return [
        KeptState(
            facts_of(state),
            folder.put_made(_writer(state, study_file, StateSeries(series, _SERIES_NUMBER, n, __version__))),
            read.signed_at,
            read.read_id,
        )
        for n, state in enumerate(states, 1)
    ]


def _writer(state: PresentationState, study_file: Path, series: StateSeries) -> Callable[[Path], None]:
    return lambda path: write_presentation_state(path, state, study_file, series)


def _new_uid() -> str:
    # PS3.5 B.2: a UID made of a random UUID.
    return f"2.25.{uuid.uuid4().int}"


def _line(text: str) -> str:
    """Return a text as LO and PN can hold it: a domain's backslash would begin another value."""
    return _NOT_IN_A_LINE.sub("/", text)[:_LONGEST_LINE]


def _same(one: Window | LutTable | None, other: Window | LutTable | None) -> bool:
    # Tables are arrays: two of them are the same only when they are one.
    return isinstance(one, Window) and isinstance(other, Window) and one == other


def _labelled(voi: Window | LutTable) -> Window | LutTable:
    return replace(voi, explanation=_line(voi.explanation))
