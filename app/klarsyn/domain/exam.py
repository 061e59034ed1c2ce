"""Exams, their views and their images, as far as screening readers care.

Keys are DICOM's keywords in snake case. Keys of patients never are the patient number, which may be
merged or corrected later.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from klarsyn.domain.source_image import SourceImage as SourceImage
from klarsyn.domain.stack import Stack
from klarsyn.domain.view_names import Laterality as Laterality
from klarsyn.domain.view_names import ViewModifier as ViewModifier
from klarsyn.domain.view_names import ViewPosition as ViewPosition


class ExamType(StrEnum):
    """What the reader opens."""

    FFDM = "FFDM"
    DBT = "DBT"
    FFDM_DBT = "FFDM + DBT"
    FILM = "Digitised film"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must be told about an image or an exam.

    `code` is stable and short (e.g. "view-missing"); `text` is a sentence that says what it means.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Spacing:
    """Real size of one pixel at the breast, in mm (row step, column step).

    `source` names the attribute that it was taken from.
    """

    row_mm: float
    column_mm: float
    source: str


@dataclass(frozen=True, slots=True)
class Image:
    """One SOP instance of an exam: header facts only, no pixels."""

    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    rows: int
    columns: int
    frames: int = 1
    laterality: Laterality | None = None
    view_position: ViewPosition | None = None
    modifiers: tuple[ViewModifier, ...] = ()
    patient_orientation: tuple[str, str] | None = None
    spacing: Spacing | None = None
    for_processing: bool = False
    partial_view: bool = False
    implant: bool = False
    lossy: bool = False
    acquired: datetime | None = None
    manufacturer: str = ""
    software_versions: str = ""
    technique: str = ""
    synthetic: bool = False
    """A two-dimensional image computed from tomosynthesis."""
    projections: bool = False
    """The exposures that tomosynthesis was computed from: not for reading."""
    made_from: tuple[str, ...] = ()
    """SOPInstanceUIDs of the images that this one was computed from (0008,2112)."""
    notices: tuple[Notice, ...] = ()
    stack: Stack | None = None
    """Of tomosynthesis: its slices. None of images that were stored before it was read."""
    sources: tuple[SourceImage, ...] = ()
    """What is said of each of `made_from`; () of images that were stored before it was read."""

    @property
    def is_tomosynthesis(self) -> bool:
        """True for slices, be they one alone."""
        return self.stack is not None or self.frames > 1

    @property
    def volume_key(self) -> str:
        """What the images of one volume have in common; an image that is one by itself has its UID."""
        whole = self.stack.whole if self.stack is not None else ""
        if not whole:
            return self.sop_instance_uid
        return f"{whole}|{self.laterality}|{self.view_position}|{self.rows}x{self.columns}"

    @property
    def hangs(self) -> bool:
        """False for what is listed only: the projections behind a tomosynthesis."""
        return not self.projections

    @property
    def middle_frame(self) -> int:
        """The frame to show of a stack that cannot be scrolled, counted from 1."""
        return (self.frames + 1) // 2

    @property
    def view_label(self) -> str:
        """The label that radiologists use: "R CC", "L MLO spot"; "view unknown" where it is not coded."""
        if self.laterality is None and self.view_position is None:
            return "view unknown"
        side = self.laterality.value if self.laterality else "?"
        view = self.view_position.value if self.view_position else "?"
        return " ".join([side, view, *(m.value for m in self.modifiers)])

    @property
    def kind_label(self) -> str:
        """What kind of image a view is, where it is no plain mammogram: " tomosynthesis 1 mm" (how thick its
        slices are, where stated), " synthetic 2D"."""
        if self.is_tomosynthesis:
            return f" tomosynthesis{self.stack.thickness_label if self.stack else ''}"
        return " synthetic 2D" if self.synthetic else ""

    @property
    def is_full_view(self) -> bool:
        """True for a view that hangs at the common size: neither spot, magnified nor partial."""
        small = {ViewModifier.SPOT, ViewModifier.MAGNIFIED}
        return not self.partial_view and not small & set(self.modifiers)


@dataclass(frozen=True, slots=True)
class Patient:
    """Identity as shown to the reader. Never given to an engine, never logged."""

    patient_id: str = ""
    name: str = ""
    birth_date: date | None = None
    issuer: str = ""
    """IssuerOfPatientID: whose number `patient_id` is."""


@dataclass(frozen=True, slots=True)
class Exam:
    """One screening examination of one woman on one day.

    `exam_id` is a random key of ours; `key` says which files belong together. An exam that is no
    `reading_task` is a prior, and `prior_reason` says why (domain/task.py).
    """

    exam_id: str
    key: str
    patient: Patient
    study_date: date | None
    arrived_at: datetime
    exam_type: ExamType
    images: tuple[Image, ...]
    reading_task: bool = True
    accession_number: str = ""
    notices: tuple[Notice, ...] = field(default=())
    prior_reason: str = ""

    def image(self, sop_instance_uid: str) -> Image | None:
        """Return the image with that UID, or None."""
        return next((i for i in self.images if i.sop_instance_uid == sop_instance_uid), None)

    @property
    def missing_views(self) -> tuple[str, ...]:
        """Labels of the four standard screening views that no image of this exam shows."""
        have = {
            (i.laterality, i.view_position)
            for i in self.images
            if i.is_full_view and i.hangs and not i.for_processing
        }
        wanted = [
            (s, v) for v in (ViewPosition.CC, ViewPosition.MLO) for s in (Laterality.RIGHT, Laterality.LEFT)
        ]
        return tuple(f"{s.value} {v.value}" for s, v in wanted if (s, v) not in have)

    def contradictions(self) -> tuple[Notice, ...]:
        """What the exam as a whole must tell the reader: several images that claim one view."""
        # One image of each volume: its files repeat nothing.
        images = {i.volume_key: i for i in self.images}.values()
        hanging = [i for i in images if i.is_full_view and i.view_position and not i.for_processing]
        # FFDM, tomosynthesis and the synthetic 2D image of one compression are no repetition.
        labels = [f"{i.view_label}{i.kind_label}" for i in hanging if i.hangs]
        repeated = sorted({label for label in labels if labels.count(label) > 1})
        if not repeated:
            return ()
        return (
            Notice(
                "view-repeated",
                f"More than one image claims to be {', '.join(repeated)}. Look at all of them.",
            ),
        )
