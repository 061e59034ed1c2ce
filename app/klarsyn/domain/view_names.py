"""Sides, views and view modifiers of mammography, by the codes and abbreviations of the standard."""

from enum import StrEnum


class Laterality(StrEnum):
    """ImageLaterality (0020,0062), PS3.3 C.8.11.1; BOTH is a value of the standard."""

    RIGHT = "R"
    LEFT = "L"
    BOTH = "B"


class ViewPosition(StrEnum):
    """Mammography views, PS3.16 CID 4014; the values are ACR's abbreviations."""

    CC = "CC"
    MLO = "MLO"
    ML = "ML"
    LM = "LM"
    LMO = "LMO"
    XCCL = "XCCL"
    XCCM = "XCCM"
    FB = "FB"
    SIO = "SIO"
    ISO = "ISO"
    SPECIMEN = "SPECIMEN"


class ViewModifier(StrEnum):
    """Mammography view modifiers, PS3.16 CID 4015."""

    CLEAVAGE = "CV"
    AXILLARY_TAIL = "AT"
    ROLLED_LATERAL = "RL"
    ROLLED_MEDIAL = "RM"
    ROLLED_INFERIOR = "RI"
    ROLLED_SUPERIOR = "RS"
    IMPLANT_DISPLACED = "ID"
    MAGNIFIED = "M"
    SPOT = "S"
    TANGENTIAL = "TAN"
    NIPPLE_IN_PROFILE = "NP"
    ANTERIOR_COMPRESSION = "AC"
    INFRAMAMMARY_FOLD = "IMF"
    AXILLARY_TISSUE = "AX"
