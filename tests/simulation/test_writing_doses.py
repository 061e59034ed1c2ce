"""Doses in headers are those that the pixels were made with."""

from dataclasses import dataclass
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from tomo_phantom import PhantomView
from written_images import STUDY, all_values, facts

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.lists import studio
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.tomosynthesis.projections import Projections
from klarsyn.simulation.writing.mammogram import write_mammogram
from klarsyn.simulation.writing.shown import Shown
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import VENDOR_A

TECHNIQUE = Technique(28, 70.0, 630, 100.0, 40.0, 1.05, 0.0)


@dataclass(frozen=True)
class View(PhantomView):
    """A phantom as a left CC."""

    laterality: Laterality = Laterality.LEFT
    position: ViewPosition = ViewPosition.CC


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Dataset], Technique]:
    """Headers of one tomosynthesis by their files' last word, and the technique that gave its photons."""
    folder, techniques = tmp_path_factory.mktemp("doses"), []

    def acquire(view, parts, vendor, technique, rng, **options) -> Projections:
        techniques.append(technique)
        return real(view, parts, vendor, technique, rng, **options)

    real = studio.acquire
    request = ListRequest(exams=1, cancers=0, dbt=1, projections=True, half_matrix=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studio, "acquire", acquire)
        room = studio.Studio(folder, VENDOR_A, STUDY, (1, 0, 0), "answers", request)
        room.tomosynthesis(View(thickness_mm=4.0, depth_mm=20.0), (), TECHNIQUE, 2)
    headers = {
        path.stem.rpartition("-")[2]: pydicom.dcmread(path, stop_before_pixels=True)
        for path in folder.glob("*.dcm")
    }
    (technique,) = techniques
    return headers, technique


def exposure(header: Dataset) -> Dataset:
    """Return what says how an image was exposed: of slices, an item."""
    return header.XRay3DAcquisitionSequence[0] if "XRay3DAcquisitionSequence" in header else header


@pytest.mark.parametrize("file", ["tomo", "LCC", "projections"])
def test_tomosynthesis_tells_the_dose_that_gave_its_photons(taken, file: str) -> None:
    headers, technique = taken
    assert float(exposure(headers[file]).OrganDose) * 100 == pytest.approx(technique.dose_mgy, rel=1e-2)


def test_tomosynthesis_takes_1_3_times_the_dose_of_a_mammogram_by_exposing_longer(taken) -> None:
    _, technique = taken
    assert technique.dose_mgy == pytest.approx(1.3 * TECHNIQUE.dose_mgy)
    assert technique.exposure_mas == pytest.approx(1.3 * TECHNIQUE.exposure_mas, abs=0.05)
    assert technique.exposure_ms == pytest.approx(1.3 * TECHNIQUE.exposure_ms, abs=0.5)
    assert technique.kvp == TECHNIQUE.kvp


@pytest.mark.parametrize("file", ["tomo", "projections"])
def test_the_sweep_tells_its_own_mas_and_time(taken, file: str) -> None:
    headers, technique = taken
    assert exposure(headers[file]).ExposureInmAs == pytest.approx(technique.exposure_mas)
    assert exposure(headers[file]).ExposureTimeInms == technique.exposure_ms


def test_doses_of_projections_add_up_to_that_of_the_view(taken) -> None:
    headers, technique = taken
    frames = headers["projections"].PerFrameFunctionalGroupsSequence
    doses = [float(f.XRayAcquisitionDoseSequence[0].OrganDose) * 100 for f in frames]
    assert sum(doses) == pytest.approx(technique.dose_mgy, rel=1e-2)


def test_the_organ_dose_of_a_mammogram_is_in_decigray(tmp_path: Path) -> None:
    assert float(mammogram(tmp_path).OrganDose) == pytest.approx(0.0131)


def test_skin_gets_four_times_the_glandular_dose_behind_50_mm_and_more_the_thicker_it_is(
    tmp_path: Path,
) -> None:
    assert float(mammogram(tmp_path).EntranceDoseInmGy) == pytest.approx(4 * 1.31 * 56 / 50, abs=0.005)


def test_only_exposed_mammograms_have_a_grid(tmp_path: Path) -> None:
    """Tomosynthesis is taken without one, and so is what is computed from it."""
    assert list(mammogram(tmp_path).Grid) == ["RECIPROCATING", "FOCUSED"]
    assert mammogram(tmp_path, Shown.as_slices(12, (2006.0, 3276.0))).Grid == "NONE"


def mammogram(folder: Path, synthetic: Shown | None = None) -> Dataset:
    """Write a mammogram, or one computed from tomosynthesis, and return its header."""
    path, pixels = folder / "view.dcm", all_values(12)
    write_mammogram(path, pixels, STUDY, facts(VENDOR_A), synthetic=synthetic)
    return pydicom.dcmread(path, stop_before_pixels=True)
