"""What is written as a presentation state comes back the same, and is legal."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from presentation_states import LAYERS, STUDY, ramp_table, states, whole_state
from pydicom import dcmread
from written_images import complaints

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.states.reader import read_presentation_state
from klarsyn.dicom.states.writer import StateSeries, write_presentation_state
from klarsyn.dicom.study_modules import series_of
from klarsyn.domain.annotation import Annotation, AnnotationKind, ellipse_in_box
from klarsyn.domain.display import LutTable
from klarsyn.domain.graphic import Graphic, GraphicType, ImageFrames, TextObject
from klarsyn.domain.overlay_plane import OverlayPlane
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState, SizeMode, SoftcopyVoi
from klarsyn.domain.read_presentation import ImageDisplay, states_of_read

SERIES = StateSeries("2.25.900", 900, 3, "0.1")


@pytest.fixture
def study_file(write, a_mammogram) -> Path:
    ds = a_mammogram()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName, ds.StudyID = "Åkerström^Ann-Sofie", "S7"
    return write(ds)


def there_and_back(state: PresentationState, study_file: Path) -> PresentationState:
    path = study_file.with_name("state.dcm")
    write_presentation_state(path, state, study_file, SERIES)
    return read_presentation_state(path)


@given(state=states())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
    deadline=None,
)
def test_every_state_comes_back_as_it_was_written(study_file, state):
    assert there_and_back(state, study_file) == state


def test_voi_luts_come_back_over_16_bits_showing_the_same(study_file):
    found = there_and_back(whole_state(), study_file)
    (table,), wanted = found.vois[1].voi_luts, ramp_table()
    assert (table.first, table.bits, table.explanation) == (0, 16, "HARDER")
    assert table.values / 65535 == pytest.approx(wanted.values / 4095, abs=1 / 65535)
    assert found.vois[1].scope == (ImageFrames("2.25.1003", (2, 6)),)


@pytest.mark.parametrize("first", [0, -300])
def test_a_modality_lut_comes_back_with_its_values(study_file, first):
    table = LutTable(first, 12, np.arange(100, 4000, 9, dtype=np.uint16), "OD")
    found = there_and_back(replace(whole_state(), modality_lut=table), study_file).modality_lut
    assert (found.first, found.explanation) == (first, "OD")
    assert np.array_equal(found.values, table.values)


def test_a_table_of_65536_entries_comes_back_whole(study_file):
    table = LutTable(-32768, 16, np.arange(65536, dtype=np.uint16))
    found = there_and_back(replace(whole_state(), modality_lut=table), study_file).modality_lut
    assert found.first == -32768
    assert np.array_equal(found.values, table.values)


def test_a_presentation_lut_comes_back_and_nothing_is_told_of_it(study_file):
    found = there_and_back(replace(whole_state(), presentation_lut=ramp_table()), study_file)
    assert found.presentation_lut.values / 65535 == pytest.approx(ramp_table().values / 4095, abs=1 / 65535)
    assert found.notices == ()


def test_a_damaged_presentation_lut_is_left_out_and_told(study_file):
    path = study_file.with_name("state.dcm")
    write_presentation_state(path, replace(whole_state(), presentation_lut=ramp_table()), study_file, SERIES)
    ds = dcmread(path)
    ds.PresentationLUTSequence[0].LUTData = b"\0\0"
    ds.save_as(path)
    found = read_presentation_state(path)
    assert found.presentation_lut is None
    assert [n.code for n in found.notices] == ["state-lut-table"]


def test_dciodvfy_finds_no_error_in_a_state_with_everything(study_file):
    path = study_file.with_name("state.dcm")
    write_presentation_state(path, whole_state(), study_file, SERIES)
    errors, said = complaints(path)
    assert errors == []
    assert "GrayscaleSoftcopyPresentationState" in said


def read_of(study_file: Path) -> tuple[PresentationState, ...]:
    instance = read_instance(study_file)
    uid = instance.image.sop_instance_uid
    drawings = [
        Annotation("a", uid, AnnotationKind.LENGTH, ((1.0, 2.0), (15.5, 20.25))),
        Annotation("b", uid, AnnotationKind.ELLIPSE, ellipse_in_box((3, 4), (15, 11)), "tät"),
        Annotation("c", uid, AnnotationKind.POLYGON, ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0))),
        Annotation("d", uid, AnnotationKind.ANGLE, ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0))),
        Annotation("e", uid, AnnotationKind.ARROW, ((1.0, 1.0), (9.0, 12.0)), "here"),
        Annotation("f", uid, AnnotationKind.TEXT, ((1.0, 1.0),), "ask for spot view"),
        Annotation("g", uid, AnnotationKind.ELLIPSE, ellipse_in_box((-3, 4), (15, 11))),
    ]
    display = ImageDisplay(
        instance.image,
        series_of(study_file),
        instance.grayscale,
        voi=instance.grayscale.windows[0],
        inverted=True,
        region=(2, 3, 18, 22),
    )
    return states_of_read([display], drawings, lambda _: "2.25.55", "reader-one", datetime(2026, 1, 5, 9, 30))


def test_dciodvfy_finds_no_error_in_a_read_with_every_kind_of_drawing(study_file):
    path = study_file.with_name("state.dcm")
    (state,) = read_of(study_file)
    write_presentation_state(path, state, study_file, SERIES)
    assert complaints(path)[0] == []


@pytest.mark.invariant(4)
def test_grey_is_honest_a_saved_read_says_what_window_and_polarity_were_seen(study_file):
    (state,) = read_of(study_file)
    found = there_and_back(state, study_file)
    assert found.voi_of("2.25.1001").windows == read_instance(study_file).grayscale.windows
    assert found.inverse
    assert found.area_of("2.25.1001").region == (2, 3, 18, 22)


def test_the_same_state_gives_the_same_bytes(study_file):
    one, other = study_file.with_name("one"), study_file.with_name("other")
    for path in (one, other):
        write_presentation_state(path, whole_state(), study_file, SERIES)
    assert one.read_bytes() == other.read_bytes()


def test_patient_and_study_are_those_of_the_images_whatever_their_character_set(study_file):
    path = study_file.with_name("state.dcm")
    write_presentation_state(path, whole_state(), study_file, SERIES)
    ds = dcmread(path)
    assert ds.PatientName == "Åkerström^Ann-Sofie"
    assert (ds.PatientID, ds.StudyInstanceUID, ds.StudyID) == ("TEST-1", STUDY, "S7")
    assert (ds.Modality, ds.SeriesInstanceUID, ds.SeriesNumber) == ("PR", "2.25.900", 900)


def test_images_are_referenced_below_their_series(study_file):
    path = study_file.with_name("state.dcm")
    write_presentation_state(path, whole_state(), study_file, SERIES)
    series = dcmread(path).ReferencedSeriesSequence
    found = {
        s.SeriesInstanceUID: [i.ReferencedSOPInstanceUID for i in s.ReferencedImageSequence] for s in series
    }
    assert found == {"2.25.1002": ["2.25.1001", "2.25.1005"], "2.25.1004": ["2.25.1003"]}


WHOLE = whole_state()
OUTSIDE = Graphic(GraphicType.POLYLINE, ((-1.0, 0.0), (1.0, 1.0)))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"label": "lower case"}, "label"),
        ({"description": "two\\values"}, "backslash"),
        ({"created": None}, "time of making"),
        ({"rotation": 45}, "45 degrees"),
        ({"areas": WHOLE.areas[:1]}, "no displayed area"),
        ({"areas": (DisplayedArea((1, 1), (2, 2), SizeMode.TRUE, aspect=(1, 1)),)}, "without a spacing"),
        ({"areas": (DisplayedArea((1, 1), (2, 2)),)}, "aspect ratio"),
        ({"layers": LAYERS[:1]}, "layer that does not exist"),
        ({"layers": (*LAYERS, *LAYERS)}, "not their own"),
        ({"vois": (SoftcopyVoi(),)}, "neither a window nor a table"),
        ({"vois": (SoftcopyVoi(WHOLE.vois[0].windows, scope=(ImageFrames("7.7"),)),)}, "does not reference"),
        ({"annotations": (replace(WHOLE.annotations[0], graphics=(OUTSIDE,)),)}, "reaches out"),
        ({"annotations": (replace(WHOLE.annotations[0], texts=(TextObject("x"),)),)}, "no place"),
        ({"overlays": (OverlayPlane(0x6000, np.ones((1, 2, 2), bool)),)}, "overlays"),
    ],
)
def test_a_state_that_the_standard_forbids_is_not_written(study_file, change, why):
    path = study_file.with_name("state.dcm")
    with pytest.raises(ValueError, match=why):
        write_presentation_state(path, replace(WHOLE, **change), study_file, SERIES)
    assert not path.exists()


def test_a_state_is_never_filed_under_another_study(study_file):
    path = study_file.with_name("state.dcm")
    with pytest.raises(ValueError, match="another study"):
        write_presentation_state(path, replace(WHOLE, study_instance_uid="2.25.4"), study_file, SERIES)
    assert not path.exists()


def test_a_state_that_cannot_be_written_leaves_nothing_behind(study_file):
    path = study_file.with_name("taken")
    (path / "full").mkdir(parents=True)
    with pytest.raises(OSError):
        write_presentation_state(path, WHOLE, study_file, SERIES)
    assert sorted(p.name for p in study_file.parent.iterdir()) == [study_file.name, "taken"]


def test_an_image_without_series_cannot_be_referred_to(write, a_mammogram):
    ds = a_mammogram()
    del ds.SeriesInstanceUID
    with pytest.raises(UnreadableFile, match="SeriesInstanceUID"):
        series_of(write(ds))
