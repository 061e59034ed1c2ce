"""The images that a measurement report speaks of: Image Library, TID 1600 to 1608.

What a group of images has in common stands once, in the group (TID 1600 row 3); it is put to each image here,
so that the reader of Mammography CAD SR's library reads this one too.
"""

from dataclasses import replace

from klarsyn.dicom.cad_sr.codes import IMAGE_LIBRARY, Concept
from klarsyn.dicom.cad_sr.library import read_images
from klarsyn.dicom.content.item import ContentItem
from klarsyn.domain.reports.cad_report import ReportImage

IMAGE_LIBRARY_GROUP: Concept = ("126200", "DCM")


def read_library(root: ContentItem, problems: list[str]) -> tuple[ReportImage, ...]:
    """Return each image once, those of the library first."""
    children = tuple(
        _spread(child) if child.concept == IMAGE_LIBRARY and child.refers_to is None else child
        for child in root.children
    )
    return read_images(replace(root, children=children), problems)


def _spread(library: ContentItem) -> ContentItem:
    children = tuple(
        _group(child) if child.concept == IMAGE_LIBRARY_GROUP else child for child in library.children
    )
    return replace(library, children=children)


def _group(group: ContentItem) -> ContentItem:
    common = tuple(child for child in group.children if child.value_type not in ("IMAGE", "CONTAINER", ""))
    images = tuple(
        replace(child, children=(*child.children, *_not_said(common, child)))
        for child in group.children
        if child.value_type == "IMAGE"
    )
    return replace(group, children=images)


def _not_said(common: tuple[ContentItem, ...], image: ContentItem) -> tuple[ContentItem, ...]:
    said = {child.concept for child in image.children}
    return tuple(child for child in common if child.concept not in said)
