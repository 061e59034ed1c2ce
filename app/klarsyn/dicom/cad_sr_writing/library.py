"""The Image Library of a report that we write (PS3.16 TID 4020): one entry for each image, or key frame."""

from pydicom.dataset import Dataset

from klarsyn.dicom.cad_sr_writing import codes as code
from klarsyn.dicom.cad_sr_writing.items import (
    CONTAINS,
    HAS_ACQ_CONTEXT,
    HAS_CONCEPT_MOD,
    code_item,
    container,
    image_item,
    number_item,
    text_item,
)
from klarsyn.dicom.codes import view_item
from klarsyn.domain.reports.cad_report import CadReport, Code, ReportFinding, ReportImage

Place = tuple[str, int | None]
"""SOPInstanceUID and frame; None for the whole instance."""


class WrittenLibrary:
    """The library as a content item, and where in the tree each of its entries stands.

    Parameters
    ----------
    position
        Of the library itself in the tree (PS3.3 C.17.3.2.5).

    Raises
    ------
    ValueError
        If a finding or an attempt names an image that the report has not.
    """

    def __init__(self, report: CadReport, position: tuple[int, ...]) -> None:
        wanted: dict[str, dict[int | None, None]] = {
            image.sop_instance_uid: dict.fromkeys(image.frames) for image in report.images
        }
        marked = [place for finding in report.findings for place in _places(finding)]
        tried = [(uid, None) for attempt in report.attempts for uid in attempt.images]
        if missing := {uid for uid, _ in (*marked, *tried)} - wanted.keys():
            raise ValueError(f"The report speaks of {len(missing)} images that it does not list.")
        for uid, frame in marked:
            wanted[uid].setdefault(frame)
        self._entries: dict[Place, tuple[int, ...]] = {}
        items: list[Dataset] = []
        for image in report.images:
            frames = sorted(wanted[image.sop_instance_uid], key=lambda frame: frame or 0)
            for frame in frames or [None]:
                items.append(_entry(image, frame))
                self._entries.setdefault((image.sop_instance_uid, frame), (*position, len(items)))
        self.item = container(CONTAINS, code.LIBRARY, items)

    def position(self, sop_instance_uid: str, frame: int | None) -> tuple[int, ...]:
        """Return where the entry of a marked frame or image stands."""
        return self._entries[sop_instance_uid, frame]

    def positions(self, sop_instance_uid: str) -> tuple[tuple[int, ...], ...]:
        """Return where the entries of an image stand: one, or those of its key frames."""
        return tuple(place for (uid, _), place in self._entries.items() if uid == sop_instance_uid)


def _places(finding: ReportFinding) -> list[Place]:
    here = [(region.sop_instance_uid, region.frame) for region in finding.regions]
    return here + [place for member in finding.members for place in _places(member)]


def _entry(image: ReportImage, frame: int | None) -> Dataset:
    said: list[Dataset] = []

    def number(name: Code, value: float | None, unit: Code) -> None:
        if value is not None:
            said.append(number_item(HAS_ACQ_CONTEXT, name, value, unit))

    if image.laterality is not None:
        said.append(code_item(HAS_ACQ_CONTEXT, code.IMAGE_LATERALITY, code.SIDES[image.laterality]))
    if image.view_position is not None:
        modifiers = [
            code_item(HAS_CONCEPT_MOD, code.IMAGE_VIEW_MODIFIER, code.MODIFIERS[modifier])
            for modifier in image.modifiers
        ]
        value = str(view_item(image.view_position).CodeValue)
        view = Code(value, "SCT", code.VIEW_MEANINGS[image.view_position])
        said.append(code_item(HAS_ACQ_CONTEXT, code.IMAGE_VIEW, view, modifiers))
    if image.patient_orientation is not None:
        row, column = image.patient_orientation
        said += [
            text_item(HAS_ACQ_CONTEXT, name, way)
            for name, way in ((code.ORIENTATION_ROW, row), (code.ORIENTATION_COLUMN, column))
            if way
        ]
    row_mm, column_mm = image.spacing or (None, None)
    number(code.HORIZONTAL_SPACING, column_mm, code.MILLIMETER)
    number(code.VERTICAL_SPACING, row_mm, code.MILLIMETER)
    number(code.ROWS, image.rows, code.PIXELS)
    number(code.COLUMNS, image.columns, code.PIXELS)
    return image_item(CONTAINS, image.sop_class_uid, image.sop_instance_uid, frame, said)
