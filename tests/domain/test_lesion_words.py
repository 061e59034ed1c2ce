"""Words for the lesions of reports."""

import pytest

from klarsyn.dicom.cad_sr.codes import SNOMED_CT_OF_RT, lesion_type
from klarsyn.domain.reports.cad_report import Code
from klarsyn.domain.reports.lesion_words import _WORDS, lesion_word


@pytest.mark.parametrize(
    ("value", "scheme", "word"),
    [
        ("129793001", "SCT", "density"),
        ("F-01796", "SRT", "density"),
        ("111103", "DCM", "density"),
        ("129788004", "SCT", "mass"),
        ("f-01791", "99SDM", "mass"),
        ("129769006", "SCT", "grouped calcifications"),
    ],
)
def test_a_known_code_has_its_short_word_whatever_the_meaning_beside_it_is(value, scheme, word) -> None:
    assert lesion_word(Code(value, scheme, "Mammographie: irgendetwas")) == word


def test_any_other_code_is_called_by_its_meaning_or_else_by_its_value() -> None:
    assert lesion_word(Code("129788004", "99MAKER", "Own thing")) == "Own thing"
    assert lesion_word(Code("X", "99MAKER")) == "X"
    assert len(lesion_word(Code("X", "99MAKER", "long " * 40))) == 64


def test_every_word_is_of_a_code_that_is_a_lesion_and_short_enough_for_the_list() -> None:
    for value, word in _WORDS.items():
        scheme = "DCM" if value.startswith("111") and len(value) == 6 else "SCT" if value.isdigit() else "SRT"
        assert lesion_type(Code(value, scheme)) is not None, value
        assert len(word) <= 28


def test_both_forms_of_snomed_have_the_same_word() -> None:
    for old, new in SNOMED_CT_OF_RT.items():
        assert _WORDS.get(old) == _WORDS.get(new), old
