"""Coded concepts that the objects carry (PS3.16)."""

from pydicom.dataset import Dataset

from klarsyn.domain.exam import ViewPosition


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """Return an item of a code sequence (PS3.3 table 8.8-1)."""
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return item


_VIEWS = {  # CID 4014
    ViewPosition.CC: ("399162004", "cranio-caudal"),
    ViewPosition.MLO: ("399368009", "medio-lateral oblique"),
}


def view_code(position: ViewPosition) -> Dataset:
    """Return the item of ViewCodeSequence (0054,0220), without modifiers.

    Raises
    ------
    ValueError
        For a view that is not simulated.
    """
    if position not in _VIEWS:
        raise ValueError(f"{position} views are not simulated. Ask for {' or '.join(_VIEWS)}.")
    value, meaning = _VIEWS[position]
    item = code(value, "SCT", meaning)
    item.ViewModifierCodeSequence = []
    return item


def breast() -> Dataset:
    """Return the anatomic region, of CID 4013."""
    return code("76752008", "SCT", "Breast")


def standing() -> Dataset:
    """Return how the woman is before the unit: erect of CID 19, standing of CID 20."""
    item = code("C86043", "NCIt", "erect")
    item.PatientOrientationModifierCodeSequence = [code("10904000", "SCT", "standing")]
    return item


def for_processing_predecessor() -> Dataset:
    """Return why a For Presentation image names its raw image, of CID 7202 (IHE RAD TF-2 4.16, MAMMO)."""
    return code("121358", "DCM", "For Processing predecessor")


def source_of_processing() -> Dataset:
    """Return why an image names what it was computed from, of CID 7202."""
    return code("121322", "DCM", "Source image for image processing operation")
