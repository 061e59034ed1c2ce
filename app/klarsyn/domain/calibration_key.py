"""What a calibration belongs to: one version of one engine, on images of one unit's software."""

from collections.abc import Iterable
from dataclasses import dataclass

from klarsyn.domain.exam import Exam


class NoSingleDevice(ValueError):
    """An exam whose images cannot be laid to one unit and software; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Device:
    """A mammography unit as a calibration knows it: `Image.manufacturer` and `Image.software_versions`.

    Both as the headers spell them: another spelling may be another processing.
    """

    manufacturer: str
    software_versions: str

    def __str__(self) -> str:
        """E.g. "Maker One, software 2.1"."""
        return f"{self.manufacturer}, software {self.software_versions}"


@dataclass(frozen=True, slots=True)
class CalibrationKey:
    """`model_sha256` covers the engine's weights, of an engine from outside its code and maker too;
    `engine_version` is what it calls itself."""

    engine: str
    engine_version: str
    model_sha256: str
    device: Device

    def is_line_of(self, other: "CalibrationKey") -> bool:
        """True where this key may follow the other: the same engine and unit, in other versions."""
        return (
            self != other
            and self.engine == other.engine
            and self.device.manufacturer == other.device.manufacturer
        )


def device_of(exam: Exam, instances: Iterable[str]) -> Device:
    """Return the one device of the images with these SOPInstanceUIDs: those that the engine saw.

    Raises
    ------
    NoSingleDevice
        If they come from two units or software versions, or a header names none.
    """
    seen = {image for uid in instances if (image := exam.image(uid)) is not None}
    devices = {Device(i.manufacturer.strip(), i.software_versions.strip()) for i in seen}
    if not devices:
        raise NoSingleDevice("the engine saw no image of this exam")
    if any(not d.manufacturer or not d.software_versions for d in devices):
        raise NoSingleDevice("the headers do not name the mammography unit and its software version")
    if len(devices) > 1:
        raise NoSingleDevice(
            "its images come from more than one unit or software version ("
            + "; ".join(str(d) for d in sorted(devices))
            + ")"
        )
    return devices.pop()
