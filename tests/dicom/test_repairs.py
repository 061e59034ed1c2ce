"""Header repairs: declared, visible, and for nothing but the files that they name."""

from collections import defaultdict

import pytest
from pydicom.dataset import Dataset

from klarsyn.base import paths
from klarsyn.dicom import repair_file
from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.repairs import RepairFileError, load_repairs
from klarsyn.domain.exam import ExamType, Laterality, ViewPosition


@pytest.fixture
def a_film(a_mammogram):
    """A small imitation of a CBIS-DDSM film."""

    def _make(patient_id="Mass-Test_P_00820_RIGHT_MLO", side="R", orientation="MLO") -> Dataset:
        ds = a_mammogram()
        del ds.ImageLaterality, ds.ViewCodeSequence, ds.WindowCenter, ds.WindowWidth, ds.ImagerPixelSpacing
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
        ds.PatientID = ds.PatientName = patient_id
        ds.Laterality, ds.PatientOrientation = side, orientation
        ds.StudyDate = "20161004"
        ds.private_block(0x0013, "CTP", create=True).add_new(0x10, "UN", b"CBIS-DDSM ")
        return ds

    return _make


@pytest.fixture
def cbis():
    return load_repairs(["cbis-ddsm"])


def codes(instance) -> set[str]:
    return {notice.code for notice in instance.image.notices}


def test_the_eight_films_become_two_exams_of_four_views(cbis_files, cbis):
    exams = defaultdict(set)
    for path in cbis_files:
        instance = read_instance(path, cbis)
        exams[instance.exam_key, instance.patient.patient_id].add(instance.image.view_label)
        assert instance.exam_type is ExamType.FILM
        assert instance.repairs_applied == ("cbis-ddsm",)
    views = {"L CC", "L MLO", "R CC", "R MLO"}
    assert exams == {
        ("repair:cbis-ddsm:P_00173:20161004", "P_00173"): views,
        ("repair:cbis-ddsm:P_00820:20161004", "P_00820"): views,
    }


@pytest.mark.invariant(2)
def test_left_is_left_a_declared_header_repair_is_visible_on_the_image(cbis_files, cbis):
    for path in cbis_files:
        instance = read_instance(path, cbis)
        assert {"header-repair", "orientation-illegal"} <= codes(instance)
        assert not {"laterality-missing", "view-missing"} & codes(instance)
        assert instance.image.patient_orientation is None


@pytest.mark.invariant(2)
def test_left_is_left_without_the_repair_the_films_are_listed_as_what_they_are(cbis_files):
    instances = [read_instance(path) for path in cbis_files]
    assert len({i.exam_key for i in instances}) == 8
    for instance in instances:
        assert (instance.image.laterality, instance.image.view_position) == (None, None)
        assert instance.repairs_applied == ()
        assert {
            "laterality-missing",
            "view-missing",
            "orientation-illegal",
            "spacing-missing",
            "secondary-capture",
            "no-window",
        } == codes(instance)


def test_name_and_number_shown_are_those_of_the_exam(write, a_film, cbis):
    patient = read_instance(write(a_film()), cbis).patient
    assert (patient.patient_id, patient.name) == ("P_00820", "P_00820")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda ds: setattr(ds, "SOPClassUID", "1.2.840.10008.5.1.4.1.1.1.2"),
        lambda ds: setattr(ds[0x00131010], "value", b"OTHER "),
        lambda ds: setattr(ds[0x00130010], "value", "XYZ"),
        lambda ds: ds.pop(0x00131010) and None,
        lambda ds: setattr(ds, "PatientID", "Mass-Test_P_00820_RIGHT_MLO_1"),
        lambda ds: setattr(ds, "PatientID", "19121212-1212"),
    ],
)
def test_a_repair_touches_no_file_that_misses_one_condition(write, a_film, cbis, spoil):
    ds = a_film()
    spoil(ds)
    path = write(ds)
    with_repair, without = read_instance(path, cbis), read_instance(path)
    assert with_repair.image == without.image
    assert (with_repair.exam_key, with_repair.patient) == (without.exam_key, without.patient)
    assert with_repair.repairs_applied == ()


def test_an_ordinary_mammogram_is_untouched_by_repairs(write, a_mammogram, cbis):
    path = write(a_mammogram())
    assert read_instance(path, cbis).image == read_instance(path).image


@pytest.mark.invariant(2)
@pytest.mark.parametrize(
    ("side", "orientation", "code"),
    [("L", "MLO", "laterality-contradiction"), ("R", "CC", "view-contradiction")],
)
def test_contradictions_inside_a_repaired_file_are_shown(write, a_film, cbis, side, orientation, code):
    instance = read_instance(write(a_film(side=side, orientation=orientation)), cbis)
    assert code in codes(instance)
    assert instance.image.laterality == side


@pytest.mark.invariant(2)
def test_left_is_left_a_proper_code_wins_over_the_repair_and_the_difference_is_shown(
    write, a_film, a_code, cbis
):
    ds = a_film()
    ds.ImageLaterality = "L"
    ds.ViewCodeSequence = [a_code("399162004", "SCT")]
    instance = read_instance(write(ds), cbis)
    assert instance.image.laterality is Laterality.LEFT
    assert instance.image.view_position is ViewPosition.CC
    assert {"laterality-contradiction", "view-contradiction"} <= codes(instance)


def test_a_side_that_the_repair_does_not_know_stays_missing(write, a_film, cbis):
    instance = read_instance(write(a_film(side="X")), cbis)
    assert instance.image.laterality is None
    assert "laterality-missing" in codes(instance)


@pytest.mark.parametrize("name", ["no-such-repair", "../policies/demo", "", "CBIS-DDSM"])
def test_an_unknown_repair_is_refused_with_the_known_ones(name):
    with pytest.raises(RepairFileError, match=r"Known repairs: .*cbis-ddsm"):
        load_repairs([name])


WHOLE = 'title = "t"\ntold = "t"\n[[applies]]\ntag = "0010,0020"\nequals = "x"\n'


@pytest.mark.parametrize(
    "content",
    [
        "not toml at all [",
        'title = "t"\ntold = "t"\napplies = []',
        'title = "t"\ntold = "t"',
        'title = "t"\ntold = "t"\n[[applies]]\ntag = "0008,0016"',
        'title = "t"\ntold = "t"\n[[applies]]\ntag = "PatientID"\nequals = "x"',
        'title = "t"\ntold = "t"\n[[applies]]\ntag = "0013,1010"\nequals = "x"',
        'title = "t"\ntold = "t"\n[[applies]]\ntag = "0010,0020"\npattern = "(["',
        WHOLE + '[lateralty]\ntag = "0020,0060"',
        WHOLE + '[laterality]\ntag = "0020,0060"',
        WHOLE + '[laterality]\ntag = "0020,0060"\nmeanings = { L = "links" }',
        'title = "t"\ntold = "t"\nexam_type = "Polaroid"\n[[applies]]\ntag = "0010,0020"\nequals = "x"',
    ],
)
def test_a_faulty_repair_file_is_refused_by_name(tmp_path, monkeypatch, content):
    (tmp_path / "repairs").mkdir()
    (tmp_path / "repairs" / "faulty.toml").write_text(content)
    monkeypatch.setattr(repair_file, "resources", lambda: tmp_path)
    with pytest.raises(RepairFileError, match=r"faulty\.toml is not valid"):
        load_repairs(["faulty"])


def test_every_repair_that_is_delivered_loads():
    names = [path.stem for path in (paths.resources() / "repairs").glob("*.toml")]
    assert [repair.name for repair in load_repairs(names)] == names
