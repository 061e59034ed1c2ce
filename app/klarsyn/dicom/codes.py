"""Coded views and view modifiers of mammography: PS3.16 CID 4014 and CID 4015.

SNOMED CT codes (SCT) are written today; older images carry the SNOMED RT codes, under the designators
SRT, SNM3 or 99SDM, for the same concepts (PS3.16 section 8). Code meanings are never compared: they may
be in any language.
"""

from collections.abc import Mapping
from typing import TypeVar

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import text
from klarsyn.domain.exam import ViewModifier, ViewPosition

_SNOMED_RT = frozenset({"SRT", "SNM3", "99SDM"})

_VIEWS = {
    ViewPosition.CC: ("399162004", "R-10242"),
    ViewPosition.MLO: ("399368009", "R-10226"),
    ViewPosition.ML: ("399260004", "R-10224"),
    ViewPosition.LM: ("399352003", "R-10228"),
    ViewPosition.LMO: ("399099002", "R-10230"),
    # Y-X1770 and Y-X1771 stood in the first editions of CID 4014 and were no valid SNOMED codes.
    ViewPosition.XCCL: ("399192008", "R-1024A", "Y-X1770"),
    ViewPosition.XCCM: ("399101009", "R-1024B", "Y-X1771"),
    ViewPosition.FB: ("399196006", "R-10244"),
    ViewPosition.SIO: ("399188001", "R-102D0"),
    ViewPosition.ISO: ("441555000", "R-40AAA"),
    ViewPosition.SPECIMEN: ("127457009", "G-8310"),
}

_MODIFIERS = {
    ViewModifier.CLEAVAGE: ("399161006", "R-102D2"),
    ViewModifier.AXILLARY_TAIL: ("399011000", "R-102D1"),
    ViewModifier.ROLLED_LATERAL: ("399197002", "R-102D3"),
    ViewModifier.ROLLED_MEDIAL: ("399226006", "R-102D4"),
    ViewModifier.ROLLED_INFERIOR: ("414493004", "R-102CA"),
    ViewModifier.ROLLED_SUPERIOR: ("415670009", "R-102C9"),
    ViewModifier.IMPLANT_DISPLACED: ("399209000", "R-102D5"),
    ViewModifier.MAGNIFIED: ("399163009", "R-102D6"),
    ViewModifier.SPOT: ("399055006", "R-102D7"),
    ViewModifier.TANGENTIAL: ("399110001", "R-102C2"),
    ViewModifier.NIPPLE_IN_PROFILE: ("442581004", "R-40AB3"),
    ViewModifier.ANTERIOR_COMPRESSION: ("441752004", "P2-00161"),
    ViewModifier.INFRAMAMMARY_FOLD: ("442593008", "R-40ABE"),
    ViewModifier.AXILLARY_TISSUE: ("442580003", "R-40AB2"),
}


Meaning = TypeVar("Meaning")


def _by_code(table: Mapping[Meaning, tuple[str, ...]]) -> dict[tuple[str, str], Meaning]:
    return {
        ("SCT" if place == 0 else "SRT", code): meaning
        for meaning, codes in table.items()
        for place, code in enumerate(codes)
    }


_VIEW_OF = _by_code(_VIEWS)
_MODIFIER_OF = _by_code(_MODIFIERS)


def scheme_and_value(item: Dataset) -> tuple[str, str]:
    """Return (designator, code value) of a code sequence item, SNOMED RT under one designator."""
    scheme = text(item, "CodingSchemeDesignator").upper()
    value = text(item, "CodeValue") or text(item, "LongCodeValue")
    return ("SRT" if scheme in _SNOMED_RT else scheme), value.upper()


def view_position(item: Dataset) -> ViewPosition | None:
    """Return the view that an item of ViewCodeSequence (0054,0220) codes; None if it is no such code."""
    return _VIEW_OF.get(scheme_and_value(item))


def view_item(position: ViewPosition) -> Dataset:
    """Return an item of ViewCodeSequence (0054,0220) for a view, by its SNOMED CT code, without modifiers.

    Views that hang under another abbreviation (PS3.16 CID 4014) have the meaning spelt out there; here it is
    that abbreviation, as no reader of codes compares meanings.
    """
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = _VIEWS[position][0], "SCT"
    item.CodeMeaning = position.value
    item.ViewModifierCodeSequence = []
    return item


def view_modifier(item: Dataset) -> ViewModifier | None:
    """Return the modifier that an item of ViewModifierCodeSequence (0054,0222) codes."""
    return _MODIFIER_OF.get(scheme_and_value(item))


def is_breast(item: Dataset) -> bool:
    """True for the code of the breast as an anatomic region (PS3.16 CID 4031)."""
    return scheme_and_value(item) in {("SCT", "76752008"), ("SRT", "T-04000")}
