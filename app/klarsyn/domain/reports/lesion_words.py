"""What a list calls a lesion of a report: BI-RADS' word for the codes that have one, else the code's meaning.

Known by code value alone, never by its meaning, which may be in any language. SNOMED's values differ from
SNOMED RT's and from DCM's, so that the scheme says only whether the standard knows the code.
"""

from klarsyn.domain.reports.cad_report import Code

_SCHEMES = frozenset({"DCM", "SCT", "SRT", "SNM3", "99SDM"})
_LONGEST = 64

_BIRADS = {
    "mass": ("129788004", "F-01791", "4147007", "M-03000", "111126"),
    "mass in the skin": ("111112",),
    "mass on the skin": ("111113",),
    "mass with calcifications": ("111459",),
    "solid mass": ("111462",),
    "asymmetry": ("129790003", "F-01793"),
    "focal asymmetry": ("129789007", "F-01792"),
    "architectural distortion": ("129792006", "F-01795"),
    "density": ("129793001", "F-01796", "111103"),
    "tubular density": ("129794007", "F-01797"),
    "grouped calcifications": ("129769006", "F-01775", "111105"),
    "single calcification": ("129770007", "F-01776", "111104"),
    "calcifications": ("129748009", "F-01760", "309587003", "F-8A057"),
    "microcalcifications": ("44771000", "D7-90435"),
    "coarse calcifications": ("129749001", "F-01761"),
    "dystrophic calcifications": ("129750001", "F-01762"),
    "rim calcifications": ("129751002", "F-01763"),
    "rod-like calcifications": ("129752009", "F-01764"),
    "milk of calcium": ("129753004", "F-01765"),
    "punctate calcifications": ("129755006", "F-01767"),
    "round calcifications": ("129756007", "F-01768"),
    "skin calcifications": ("129757003", "F-01769"),
    "suture calcifications": ("129758008", "F-0176A"),
    "vascular calcifications": ("129759000", "F-0176B"),
    "amorphous calcifications": ("129760005", "F-0176C"),
    "fine linear calcifications": ("129761009", "F-0176D", "129762002", "F-0176E"),
    "heterogeneous calcifications": ("129763007", "F-0176F"),
}
"""CID 6014, 6016, 6054 and 6010 of PS3.16 (2024), and the lexicon of BI-RADS, 5th edition."""

_WORDS = {value: word for word, values in _BIRADS.items() for value in values}


def lesion_word(kind: Code) -> str:
    """Return what a lesion is called, e.g. "mass"; at most 64 characters."""
    if kind.scheme.upper() in _SCHEMES and (word := _WORDS.get(kind.value.upper())):
        return word
    return (kind.meaning or kind.value)[:_LONGEST]
