"""Files come from a network. Whatever is in them, the answer is an instance or a reason."""

import pickle
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence

from klarsyn.dicom import source
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import Instance, read_instance
from klarsyn.dicom.pixels import read_frame


def refusal(path: Path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_instance(path)
    return caught.value


def test_a_refusal_says_what_is_wrong_and_what_to_do_and_crosses_processes(tmp_path):
    path = tmp_path / "empty.dcm"
    path.touch()
    error = pickle.loads(pickle.dumps(refusal(path)))
    assert error.reason == "The file is empty."
    assert str(error) == f"{error.reason} {error.advice}"
    assert error.advice


def test_text_named_dcm_is_not_dicom(tmp_path):
    path = tmp_path / "report.dcm"
    path.write_text("Patient: " * 100)
    assert "not DICOM" in refusal(path).reason


def test_a_file_that_is_gone_is_refused_in_a_sentence(tmp_path):
    assert "cannot be opened" in refusal(tmp_path / "gone").reason


@pytest.mark.parametrize("kept", [0.1, 0.3, 0.5])
def test_a_file_truncated_in_its_header_is_refused(write, a_mammogram, kept):
    path = write(a_mammogram())
    content = path.read_bytes()
    header = len(content) - 24 * 20 * 2
    path.write_bytes(content[: 140 + int((header - 140) * kept)])
    refusal(path)


@pytest.mark.parametrize("missing", [1, 100, 959])
def test_pixel_data_shorter_than_rows_times_columns_is_refused(write, a_mammogram, missing):
    path = write(a_mammogram())
    path.write_bytes(path.read_bytes()[:-missing])
    assert "too short" in refusal(path).reason
    with pytest.raises(UnreadableFile, match="too short"):
        read_frame(path)


def test_a_pixel_element_that_declares_fewer_bytes_is_refused(write, a_mammogram):
    ds = a_mammogram()
    ds.PixelData = ds.PixelData[:100]
    assert "too short" in refusal(write(ds)).reason


def test_compressed_pixel_data_that_breaks_off_is_refused(write, a_mammogram):
    path = write(a_mammogram(), uid.JPEG2000Lossless, [bytes(300)])
    path.write_bytes(path.read_bytes()[:-100])
    assert "truncated" in refusal(path).reason


def test_fewer_compressed_frames_than_announced_are_refused_where_all_count(write, a_tomosynthesis):
    ds = a_tomosynthesis()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.13.1.5"  # the projections behind it
    path = write(ds, uid.JPEG2000Lossless, [bytes(300), bytes(300)])
    assert "3 frames" in refusal(path).reason


def test_an_image_without_pixels_is_refused(write, a_mammogram):
    ds = a_mammogram()
    del ds.PixelData
    assert "before its pixel data" in refusal(write(ds)).reason


@pytest.mark.parametrize("keyword", ["Rows", "Columns"])
@pytest.mark.parametrize("value", [0, None])
def test_an_image_of_0_rows_or_columns_is_refused(write, a_mammogram, keyword, value):
    ds = a_mammogram()
    setattr(ds, keyword, value)
    assert "nothing to show" in refusal(write(ds)).reason


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEG2000Lossless])
@pytest.mark.parametrize(("rows", "frames"), [(32767, 1), (8000, 20)])
def test_a_claim_of_gigabytes_in_a_kilobyte_is_refused(write, a_mammogram, syntax, rows, frames):
    ds = a_mammogram()
    ds.Rows = ds.Columns = rows
    ds.NumberOfFrames = frames
    path = write(ds, syntax, [bytes(500)] * frames if syntax == uid.JPEG2000Lossless else None)
    assert path.stat().st_size < 14_000
    refusal(path)
    with pytest.raises(UnreadableFile):
        read_frame(path)


def test_an_element_that_claims_gigabytes_is_refused(write, a_mammogram):
    ds = a_mammogram()
    ds.add_new(0x00091002, "UN", b"sixteen bytes !!")
    path = write(ds)
    content = path.read_bytes()
    place = content.index(b"sixteen bytes")
    path.write_bytes(content[: place - 4] + (2**31).to_bytes(4, "little") + content[place:])
    refusal(path)


def test_a_deflated_file_that_inflates_without_end_is_refused(write, a_mammogram, monkeypatch):
    monkeypatch.setattr(source, "MAX_INFLATED", 2**20)
    path = write(a_mammogram(), uid.DeflatedExplicitVRLittleEndian)
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bomb = deflater.compress(bytes(2**24)) + deflater.flush()
    whole = path.read_bytes()
    start = 144 + int.from_bytes(whole[140:144], "little")
    path.write_bytes(whole[:start] + bomb)
    assert "inflates to more than 1 MiB" in refusal(path).reason


def test_sequences_nested_without_end_are_refused(write, a_mammogram):
    path = write(a_mammogram())
    content = path.read_bytes()
    open_item = b"\x09\x00\x02\x10SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    place = content.index(b"\x10\x00\x10\x00PN")
    path.write_bytes(content[:place] + open_item * 5000 + content[place:])
    refusal(path)


@pytest.mark.parametrize("keyword", ["SOPInstanceUID", "StudyInstanceUID"])
@pytest.mark.parametrize("value", [None, "", "not a uid", "../../etc", "1." * 40])
def test_a_missing_or_illegal_uid_is_refused(write, a_mammogram, keyword, value):
    ds = a_mammogram()
    path = write(ds)
    if value is None:
        delattr(ds, keyword)
    else:
        ds[keyword]._value = value
    dcmwrite(path, ds)
    assert keyword in refusal(path).reason


@pytest.mark.parametrize(
    ("sop_class", "word"),
    [
        ("1.2.840.10008.5.1.4.1.1.88.50", "Mammography CAD SR"),
        ("1.2.840.10008.5.1.4.1.1.2", "CT Image"),
        ("1.2.3.4", "unknown class 1.2.3.4"),
    ],
)
def test_an_object_that_is_no_mammogram_is_named(write, a_mammogram, sop_class, word):
    ds = a_mammogram()
    ds.SOPClassUID = sop_class
    del ds.ViewCodeSequence, ds.ImageLaterality
    assert word in refusal(write(ds)).reason


def test_tomosynthesis_hidden_in_a_secondary_capture_is_named(write, a_mammogram):
    ds = a_mammogram()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.private_block(0x7E01, "HOLOGIC, Inc.", create=True).add_new(0x12, "OB", b"slices..")
    assert "tomosynthesis" in refusal(write(ds)).reason


def test_an_unknown_transfer_syntax_is_named(write, a_mammogram):
    path = write(a_mammogram())
    path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.7\0"))
    assert "1.2.840.10008.1.2.7" in refusal(path).reason


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("PhotometricInterpretation", "RGB"),
        ("PhotometricInterpretation", "PALETTE COLOR"),
        ("PhotometricInterpretation", None),
        ("SamplesPerPixel", 3),
        ("BitsAllocated", 32),
        ("BitsAllocated", 1),
        ("BitsStored", 17),
        ("HighBit", 15),
        ("PixelRepresentation", 2),
        ("NumberOfFrames", "0"),
        ("NumberOfFrames", "99999"),
    ],
)
def test_pixels_of_another_kind_are_refused(write, a_mammogram, keyword, value):
    ds = a_mammogram()
    setattr(ds, keyword, value)
    refusal(write(ds))


def test_no_refusal_names_the_patient(write, a_mammogram):
    ds = a_mammogram()
    ds.Rows = 0
    error = refusal(write(ds))
    assert not any(word in str(error) for word in ("TEST-1", "Prov", "Anna"))


_EDIT = st.tuples(st.integers(0, 10**6), st.integers(0, 255))


@pytest.fixture(scope="module")
def small_files(tmp_path_factory) -> dict[str, bytes]:
    """A valid file in three encodings, as bytes to be spoiled."""
    return {}


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.RLELossless])
@given(edits=st.lists(_EDIT, max_size=6), cut=st.none() | st.integers(0, 4000))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_ends_in_an_instance_or_a_reason(
    write, a_mammogram, small_files, tmp_path, syntax, edits, cut
):
    if syntax not in small_files:
        ds = a_mammogram()
        item = Dataset()
        item.LUTDescriptor, item.LUTData = [4, 0, 12], bytes(range(8))
        ds.VOILUTSequence = Sequence([item])
        ds.PixelPaddingValue = 0
        frames = (
            [bytes([2, 0, 0, 0, 64, 0, 0, 0, 80, 0, 0, 0]) + bytes(100)]
            if syntax == uid.RLELossless
            else None
        )
        small_files[syntax] = write(ds, syntax, frames).read_bytes()
    content = bytearray(small_files[syntax])
    for place, value in edits:
        content[place % len(content)] = value
    path = tmp_path / "damaged"
    path.write_bytes(content if cut is None else content[:cut])
    for read in (read_instance, read_frame):
        try:
            result = read(path)
        except UnreadableFile as error:
            result = error
        assert isinstance(result, Instance | UnreadableFile) or result.ndim == 2
