"""What a program gets: legal DICOM, made anew, with all that an engine may know and nothing else."""

import math
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from written_images import complaints

from klarsyn.dicom import engine_folder
from klarsyn.dicom.anonymous_view import AnonymousView
from klarsyn.dicom.codes import view_item, view_position
from klarsyn.dicom.engine_folder import TooLarge, write_folder
from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Laterality, Spacing, ViewPosition

TOKEN = "0123456789abcdef0123456789abcdef"
SPACING = Spacing(0.085, 0.07, "ImagerPixelSpacing")
FLAT = (np.arange(120 * 90, dtype=np.uint16) % 4096).reshape(120, 90)
STACK = (np.arange(4 * 60 * 50, dtype=np.uint16) % 1024).reshape(4, 60, 50)


def view(**changes) -> AnonymousView:
    facts = {
        "laterality": Laterality.LEFT,
        "view_position": ViewPosition.MLO,
        "spacing": SPACING,
        "manufacturer": "Maker",
        "pixels": FLAT,
        "patient_orientation": ("A", "FR"),
    }
    return AnonymousView(**{**facts, **changes})


def volume(**changes) -> AnonymousView:
    stack = {"pixels": STACK, "heights_mm": (0.0, 1.0, 2.0, 3.0), "thickness_mm": 1.0}
    return view(**{**stack, **changes})


@pytest.fixture
def written(tmp_path):
    def _written(one: AnonymousView) -> Path:
        write_folder(tmp_path, TOKEN, [one])
        return tmp_path / "view-1.dcm"

    return _written


@pytest.mark.parametrize(
    "one",
    [
        view(),
        view(laterality=Laterality.RIGHT, view_position=ViewPosition.CC, patient_orientation=("P", "L")),
        view(pixels=np.full((40, 30), 65535, np.uint16), manufacturer=""),
        volume(),
        volume(manufacturer="", heights_mm=(math.nan,) * 4),
        volume(pixels=STACK[:1], heights_mm=(0.0,)),
    ],
)
def test_dciodvfy_finds_no_error(written, one):
    errors, said = complaints(written(one))

    assert errors == [], said


@pytest.mark.parametrize(("one", "bits"), [(view(), 12), (volume(), 10)])
def test_klarsyn_reads_what_it_wrote(written, one, bits):
    path = written(one)
    image = read_instance(path).image

    assert (image.laterality, image.view_position) == (Laterality.LEFT, ViewPosition.MLO)
    assert image.spacing is not None
    assert (image.spacing.row_mm, image.spacing.column_mm) == (0.085, 0.07)
    assert read_instance(path).grayscale.bits_stored == bits
    frames = one.pixels if one.pixels.ndim == 3 else one.pixels[np.newaxis]
    assert image.frames == len(frames)
    for number, pixels in enumerate(frames):
        assert np.array_equal(dcmread(path).pixel_array.reshape(frames.shape)[number], pixels)


def test_frames_lie_at_the_heights_that_are_known_lowest_first(written):
    ds = dcmread(written(volume(heights_mm=(0.0, 0.5, 2.0, 2.5))))

    groups = ds.PerFrameFunctionalGroupsSequence
    heights = [float(g.PlanePositionSequence[0].ImagePositionPatient[2]) for g in groups]
    assert heights == [0.0, 0.5, 2.0, 2.5]


@pytest.mark.parametrize("position", [p for p in ViewPosition if p is not ViewPosition.SPECIMEN])
def test_each_view_has_the_code_by_which_it_is_read(position):
    assert view_position(view_item(position)) is position


@pytest.mark.parametrize(
    ("one", "attributes"),
    [
        (view(spacing=None), {"ImagerPixelSpacing"}),
        (view(patient_orientation=None), {"PatientOrientation"}),
        (volume(thickness_mm=None), {"SliceThickness"}),
    ],
)
def test_what_the_standard_requires_and_nobody_knows_is_all_that_a_file_lacks(written, one, attributes):
    errors, said = complaints(written(one))

    assert len(errors) == 1, said
    assert all(name in errors[0] for name in attributes)


def test_what_is_unknown_is_left_out_and_never_made_up(written):
    ds = dcmread(written(view(laterality=None, view_position=None, spacing=None, patient_orientation=None)))

    assert not ds.ViewCodeSequence
    assert not ds.ImageLaterality
    assert not ds.PatientOrientation
    assert "ImagerPixelSpacing" not in ds
    assert "ViewPosition" not in ds


@pytest.mark.invariant(9)
def test_nothing_private_escapes_every_word_of_a_file_is_known(written):
    allowed = {
        "", TOKEN, f"{TOKEN}^", "ISO_IR 192", "MG", "Maker", "YES", "NO", "Made anew without identity",
        "DERIVED", "PRIMARY", "FOR PRESENTATION", "MAMMOGRAPHIC", "BREAST", "L", "MLO", "A", "FR",
        "MONOCHROME2", "IDENTITY", "LOG", "US", "LINEAR", "00", "SCT", "76752008", "Breast", "399368009",
        "0.085", "0.07",
        "Dense tissue bright, no padding, no identity", "1", "-1", "0", "16", "12", "11", "120", "90", "2048",
        "4096", "2048.0", "4096.0", "0.0", "1.0",
    }  # fmt: skip
    ds = dcmread(written(view()))
    words = set()
    for element in ds.iterall():
        if element.VR not in ("SQ", "UI", "OW"):
            values = element.value if element.VM > 1 else [element.value]
            words |= {"" if value is None else str(value) for value in values}
    assert words - allowed == set()


@pytest.mark.invariant(9)
def test_nothing_private_escapes_as_uids_are_new_in_each_run_and_files_are_numbered(tmp_path):
    seen: set[str] = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        uids = write_folder(tmp_path / name, TOKEN, [view(), volume()])
        assert sorted(p.name for p in (tmp_path / name).iterdir()) == ["view-1.dcm", "view-2.dcm"]
        files = [dcmread(tmp_path / name / f"view-{n}.dcm", stop_before_pixels=True) for n in (1, 2)]
        assert tuple(ds.SOPInstanceUID for ds in files) == uids
        assert files[0].StudyInstanceUID == files[1].StudyInstanceUID
        found = {
            str(e.value)
            for ds in files
            for e in ds.iterall()
            if e.VR == "UI" and not e.keyword.endswith("ClassUID") and str(e.value).startswith("2.25.")
        }
        assert not seen & found
        seen |= found


def test_whoever_does_not_wait_any_more_breaks_off_between_slices(tmp_path):
    looks = iter(range(10))

    def look() -> None:
        if next(looks) == 3:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        write_folder(tmp_path, TOKEN, [volume()], look)


def test_what_no_uncompressed_file_can_hold_is_told(tmp_path, monkeypatch):
    huge = np.lib.stride_tricks.as_strided(np.zeros(1, np.uint16), (3, 30_000, 30_000), (0, 0, 0))
    monkeypatch.setattr(engine_folder.AnonymousView, "bits", 12)

    with pytest.raises(TooLarge, match=r"5\.4 GB"):
        write_folder(tmp_path, TOKEN, [volume(pixels=huge)])
