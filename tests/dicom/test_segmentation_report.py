"""A segmentation is findings with outlines on the images that its frames name."""

import numpy as np
import other_report_files as files
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydicom import uid

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.segmentation.report import segmentation_report
from klarsyn.dicom.source import open_source
from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    CadReport,
    GraphicKind,
    Purpose,
    Region,
    ReportForm,
    ReportStatus,
)


@pytest.fixture
def read(tmp_path):
    def _read(ds, syntax: str = uid.ExplicitVRLittleEndian) -> CadReport:
        with open_source(files.write(tmp_path / "report.dcm", ds, syntax)) as source:
            return segmentation_report(source)

    return _read


def square(rows: int = 7, columns: int = 9) -> np.ndarray:
    mask = np.zeros((1, rows, columns), bool)
    mask[0, 2:4, 3:6] = True
    return mask


def filled(regions: tuple[Region, ...], shape: tuple[int, int]) -> np.ndarray:
    inside, centres = np.zeros(shape, bool), np.arange(shape[0]) + 0.5
    for region in regions:
        for (c0, r0), (c1, r1) in zip(region.points, region.points[1:], strict=False):
            if c0 == c1:
                within = (centres >= min(r0, r1)) & (centres < max(r0, r1))
                inside[within, int(c0) :] ^= True
    return inside


def test_each_segment_is_a_finding_with_what_is_said_of_it(read):
    report = read(files.segmentation(square()))
    assert (report.form, report.status) == (ReportForm.SEGMENTATION, ReportStatus.FINDINGS)
    assert (report.sop_instance_uid, report.study_instance_uid) == (files.REPORT, files.STUDY)
    assert (report.manufacturer, report.model, report.software_versions) == (
        "Imitation AI",
        "Outliner",
        "2.1, p3",
    )
    (finding,) = report.findings
    assert (finding.kind.value, finding.lesion_type) == ("4147007", LesionType.SOFT_TISSUE)
    assert (finding.tracking_id, finding.tracking_uid) == ("lesion-1", "2.25.771")
    assert finding.laterality is Laterality.LEFT
    assert finding.algorithm is not None
    assert (finding.algorithm.name, finding.algorithm.version) == ("Outliner mass", "2.1")
    assert ("Segment label", "Lesion 1") in [(f.name.value, f.text) for f in finding.features]
    assert report.problems == ()


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_the_frame_says_which_and_its_edges_are_exact(read):
    report = read(files.segmentation(square()))
    (region,) = report.findings[0].regions
    assert (region.sop_instance_uid, region.frame) == (files.IMAGE, None)
    assert (region.kind, region.purpose) == (GraphicKind.POLYLINE, Purpose.OUTLINE)
    assert region.points == ((3.0, 2.0), (6.0, 2.0), (6.0, 4.0), (3.0, 4.0), (3.0, 2.0))
    image = report.image(files.IMAGE)
    assert image is not None
    assert (image.rows, image.columns, image.sop_class_uid) == (7, 9, files.MAMMOGRAM)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    masks=hnp.arrays(bool, st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9))),
    flips=st.tuples(st.sampled_from([1, -1]), st.sampled_from([1, -1])),
)
def test_the_fill_of_what_is_read_is_what_was_stored(read, masks: np.ndarray, flips: tuple[int, int]):
    # Frames follow each other in the middle of bytes; sizes that are no multiples of eight show it.
    masks = masks[:, :: flips[0], :: flips[1]]
    sources = [files.source_item(files.TOMOSYNTHESIS, files.VOLUME, n + 1) for n in range(len(masks))]
    report = read(files.segmentation(masks, sources=sources))
    regions = [region for finding in report.findings for region in finding.regions]
    for number, mask in enumerate(masks, 1):
        here = tuple(region for region in regions if region.frame == number)
        assert (filled(here, mask.shape) == mask).all()
    assert {r.sop_instance_uid for r in regions} <= {files.VOLUME}


def test_a_hole_is_cut_out_of_the_outline(read):
    mask = np.ones((1, 5, 5), bool)
    mask[0, 2, 2] = False
    (region,) = read(files.segmentation(mask)).findings[0].regions
    assert region.purpose is Purpose.OUTLINE
    assert (filled((region,), (5, 5)) == mask[0]).all()


def test_slices_of_tomosynthesis_keep_their_frame_numbers(read):
    masks = np.concatenate([square(), square()])
    sources = [files.source_item(files.TOMOSYNTHESIS, files.VOLUME, n) for n in (31, 17)]
    report = read(files.segmentation(masks, sources=sources))
    assert [region.frame for region in report.findings[0].regions] == [31, 17]
    image = report.image(files.VOLUME)
    assert image is not None
    assert image.frames == (17, 31)


def test_a_fraction_is_drawn_from_one_half_on_and_that_is_told(read):
    fractions = np.zeros((1, 4, 4))
    fractions[0, 1, 1], fractions[0, 2, 2], fractions[0, 3, 3] = 0.5, 0.495, 1.0
    report = read(files.fractional(fractions))
    assert (filled(report.findings[0].regions, (4, 4)) == (fractions[0] >= 0.5)).all()
    assert any("0.5" in problem for problem in report.problems)


def test_two_segments_are_two_findings_and_one_that_marks_nothing_is_told(read):
    masks = np.concatenate([square(), square(), np.zeros_like(square())])
    ds = files.segmentation(masks, segments=[1, 2, 3])
    ds.SegmentSequence[1].SegmentedPropertyTypeCodeSequence = [files.code(*files.CLUSTER)]
    report = read(ds)
    assert [f.lesion_type for f in report.findings] == [LesionType.SOFT_TISSUE, LesionType.CALCIFICATIONS]
    assert any("marks nothing" in problem for problem in report.problems)


def test_a_lesion_in_a_makers_own_words_is_known_by_its_category(read):
    ds = files.segmentation(np.concatenate([square(), square()]), segments=[1, 2])
    first, second = ds.SegmentSequence
    for one in (first, second):
        one.SegmentedPropertyTypeCodeSequence = [files.code("L1", "99MAKER", "Suspect area")]
    second.SegmentedPropertyCategoryCodeSequence = [files.code("85756007", "SCT", "Tissue")]
    assert [f.lesion_type for f in read(ds).findings] == [LesionType.SOFT_TISSUE, None]


def test_an_empty_segmentation_is_no_all_clear(read):
    report = read(files.segmentation(np.zeros((1, 4, 4), bool)))
    assert report.status is ReportStatus.PARTIAL
    assert report.findings == ()
    assert "does not say that nothing is there" in report.reason


@pytest.mark.parametrize(
    ("sources", "why"),
    [
        ([None], "names no image"),
        ([files.item(ReferencedSOPInstanceUID="Prov^Anna")], "names no image"),
        ([files.source_item(frame=0)], "does not name one frame"),
    ],
)
@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_and_without_one_it_is_unusable(read, sources, why):
    (finding,) = read(files.segmentation(square(), sources=sources)).findings
    assert finding.regions == ()
    assert why in finding.unusable[0]


@pytest.mark.invariant(3)
@pytest.mark.parametrize("preserved", ["NO", "REORIENTED_ONLY"])
def test_a_mark_stands_on_its_own_image_and_a_mask_that_lies_otherwise_is_unusable(read, preserved):
    source = files.source_item()
    source.SpatialLocationsPreserved = preserved
    (finding,) = read(files.segmentation(square(), sources=[source])).findings
    assert finding.regions == ()
    assert "lies otherwise" in finding.unusable[0]


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_and_two_sources_are_none(read):
    ds = files.segmentation(square())
    other = files.source_item(instance="2.25.1002")
    ds.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence.append(other)
    (finding,) = read(ds).findings
    assert finding.regions == ()
    assert "2 images or frames" in finding.unusable[0]


def test_what_all_frames_share_counts_for_each(read):
    ds = files.segmentation(square())
    ds.SharedFunctionalGroupsSequence = [files.frame_item(1, files.source_item())]
    ds.PerFrameFunctionalGroupsSequence = [files.item()]
    assert len(read(ds).findings[0].regions) == 1


def test_a_frame_of_no_segment_and_a_wrong_count_are_told(read):
    ds = files.segmentation(np.concatenate([square(), square()]), segments=[1, 1])
    ds.PerFrameFunctionalGroupsSequence[1].SegmentIdentificationSequence[0].ReferencedSegmentNumber = 9
    ds.PerFrameFunctionalGroupsSequence.append(files.frame_item(1, files.source_item()))
    report = read(ds)
    assert len(report.findings[0].regions) == 1
    assert any("no segment" in problem for problem in report.problems)
    assert any("describes 3" in problem for problem in report.problems)


def test_noise_is_listed_and_not_drawn(read):
    spots = np.zeros((1, 60, 60), bool)
    spots[0, ::2, ::2] = True
    (finding,) = read(files.segmentation(spots)).findings
    assert len(finding.regions) == 200
    assert "900 pieces" in finding.unusable[0]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda ds: setattr(ds, "SegmentationType", "LABELMAP"), "LABELMAP"),
        (lambda ds: delattr(ds, "PixelData"), "truncated"),
        (lambda ds: setattr(ds, "NumberOfFrames", 40), "too short"),
        (lambda ds: setattr(ds, "NumberOfFrames", 0), "nothing in it"),
        (lambda ds: setattr(ds, "Rows", 0), "nothing in it"),
        (lambda ds: (setattr(ds, "Rows", 65535), setattr(ds, "Columns", 65535)), "more than is read"),
        (lambda ds: setattr(ds, "BitsAllocated", 16), "neither one nor eight"),
        (lambda ds: delattr(ds, "StudyInstanceUID"), "StudyInstanceUID"),
        (lambda ds: setattr(ds, "SOPInstanceUID", "Prov"), "no legal UID"),
    ],
)
def test_what_cannot_be_read_says_why(read, spoil, reason):
    ds = files.segmentation(square())
    spoil(ds)
    if ds.BitsAllocated == 16:
        ds.BitsStored, ds.HighBit = 16, 15
    with pytest.raises(UnreadableFile, match=reason):
        read(ds)


def test_fractions_without_their_whole_are_refused(read):
    ds = files.fractional(np.ones((1, 4, 4)))
    del ds.MaximumFractionalValue
    with pytest.raises(UnreadableFile, match="MaximumFractionalValue"):
        read(ds)


def test_compressed_fractions_are_read(read):
    ds = files.fractional(square().astype(float))
    ds.file_meta = files.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    ds.compress(uid.RLELossless, generate_instance_uid=False)
    report = read(ds, uid.RLELossless)
    assert (filled(report.findings[0].regions, (7, 9)) == square()[0]).all()


def test_a_deflated_segmentation_is_read(read):
    report = read(files.segmentation(square()), uid.DeflatedExplicitVRLittleEndian)
    assert len(report.findings[0].regions) == 1
