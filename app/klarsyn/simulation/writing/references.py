"""How one object names another (PS3.3 C.7.6.1.1.4, table C.17-3)."""

from pydicom.dataset import Dataset

from klarsyn.simulation.writing.facts import Reference


def source_image(source: Reference, purpose: Dataset) -> Dataset:
    """Return the item of SourceImageSequence (0008,2112) for an image of the same rows and columns.

    SpatialLocationsPreserved lets marks made on one stand on the other (invariant 3).
    """
    item = _instance(source)
    item.PurposeOfReferenceCodeSequence = [purpose]
    item.SpatialLocationsPreserved = "YES"
    return item


def study_reference(study_instance_uid: str, source: Reference) -> Dataset:
    """Return a hierarchical reference: study, series, instance."""
    study, series = Dataset(), Dataset()
    study.StudyInstanceUID = study_instance_uid
    series.SeriesInstanceUID = source.series_instance_uid
    series.SeriesNumber = source.series_number
    instance = _instance(source)
    instance.InstanceNumber = source.instance_number
    series.ReferencedInstanceSequence = [instance]
    study.ReferencedSeriesSequence = [series]
    return study


def _instance(source: Reference) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = source.sop_class_uid
    item.ReferencedSOPInstanceUID = source.sop_instance_uid
    return item
