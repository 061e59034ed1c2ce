"""An exam as an engine may see it: pixels and views under pseudonyms, nothing else (invariant 9)."""

import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.finding import Mark
from klarsyn.domain.volume import Volume
from klarsyn.engine.contract import Accepts, EngineExam, EngineView, RawRegion
from klarsyn.imaging.frames import load_index_frame
from klarsyn.intake.acceptance import accepts_image
from klarsyn.intake.engine_pixels import dense_is_bright, is_for_engines
from klarsyn.intake.engine_volumes import SentVolume, usable_volumes


@dataclass(frozen=True, slots=True, eq=False)
class EngineInput:
    """What is sent, and how the answer finds its way back.

    `instances` maps the pseudonym of each 2D view to its SOPInstanceUID, `volumes` that of each tomosynthesis
    to what knows its slices; `unreadable` are images that should have been sent and could not be decoded.
    """

    exam: EngineExam
    instances: dict[str, str]
    unreadable: tuple[str, ...]
    volumes: dict[str, SentVolume] = field(default_factory=dict)

    @property
    def all_instances(self) -> tuple[str, ...]:
        """The UIDs of everything that was sent, each once."""
        slices = (one.sop_instance_uid for sent in self.volumes.values() for one in sent.given)
        return tuple(dict.fromkeys((*self.instances.values(), *slices)))

    def marks(self, region: RawRegion, score: int) -> tuple[Mark, ...]:
        """Return the marks of a region on the instances that it came from, the best one first."""
        if region.view_id in self.volumes and region.frame is not None:
            sent = self.volumes[region.view_id]
            return sent.marks(region.frame, region.frame_range, region.outline, score)
        return (Mark(self.instances[region.view_id], region.outline, score, region.frame),)

    def without_volumes(self) -> "EngineInput":
        """Return the 2D images alone, for another run."""
        views = tuple(view for view in self.exam.views if view.view_id not in self.volumes)
        exam = EngineExam(secrets.token_hex(16), views)
        return replace(self, exam=exam, volumes={})

    def what_was_lost(self) -> str:
        """Say in words what the engine did not get; empty when it got all. Known when the engine has run."""
        lost = [sent.what_was_lost() for sent in self.volumes.values()]
        if self.unreadable:
            lost.insert(0, f"{len(self.unreadable)} image(s) could not be decoded for the engine")
        return "; ".join(text for text in lost if text)


def usable_images(exam: Exam, accepts: Accepts | None = None) -> tuple[Image, ...]:
    """Return the 2D images that an engine reads: whole CC and MLO views with a coded side.

    A synthetic 2D image goes where the exam has no exposed one of its view. With `accepts`, only what that
    engine is made for.
    """
    usable = [image for image in exam.images if is_for_engines(image) and not image.is_tomosynthesis]
    if accepts is not None:
        usable = [image for image in usable if accepts_image(accepts, image)]
    exposed = {(i.laterality, i.view_position) for i in usable if not i.synthetic}
    return tuple(i for i in usable if not i.synthetic or (i.laterality, i.view_position) not in exposed)


def why_none_usable(exam: Exam) -> str:
    """Say in words why the engine can read no image of an exam that has none to read."""
    if usable_volumes(exam):
        return "the exam has tomosynthesis without a 2D image, and the engine reads 2D images only"
    if exam.images and all(i.for_processing for i in exam.images):
        return "the exam has raw images only (FOR PROCESSING), and the engine reads images made for reading"
    return "no image of a kind that the engine reads (whole CC or MLO view with a coded side)"


def accepted_volumes(exam: Exam, accepts: Accepts | None) -> tuple[Volume, ...]:
    """Return the volumes of an exam that an engine is made for; None is made for all."""
    return tuple(v for v in usable_volumes(exam) if accepts is None or accepts_image(accepts, v.image))


def engine_input(
    exam: Exam, files: dict[str, Path], *, volumes: bool = False, accepts: Accepts | None = None
) -> EngineInput:
    """Decode the usable 2D images of an exam, and make its tomosynthesis ready to be decoded slice by slice.

    `files` maps SOPInstanceUID to its file. Without `volumes`, tomosynthesis stays here; with `accepts`, all
    that the engine is not made for.
    """
    views: list[EngineView] = []
    instances: dict[str, str] = {}
    unreadable: list[str] = []
    for number, image in enumerate(usable_images(exam, accepts)):
        uid = image.sop_instance_uid
        try:
            grayscale = read_instance(files[uid]).grayscale
            pixels = dense_is_bright(load_index_frame(files[uid]), grayscale)
        except (UnreadableFile, OSError):
            unreadable.append(uid)
            continue
        view_id = f"view-{number}"
        instances[view_id] = uid
        views.append(
            EngineView(
                view_id,
                image.laterality,
                image.view_position,
                image.spacing,
                pixels,
                image.manufacturer,
                patient_orientation=image.patient_orientation,
            )
        )
    sent = {}
    if volumes:
        sent = {f"volume-{n}": SentVolume(v, files) for n, v in enumerate(accepted_volumes(exam, accepts))}
        views += [_volume_view(view_id, one) for view_id, one in sent.items()]
    # A token of its own for each run: nothing in it can be traced to the exam.
    exam_token = secrets.token_hex(16)
    return EngineInput(EngineExam(exam_token, tuple(views)), instances, tuple(unreadable), sent)


def _volume_view(view_id: str, sent: SentVolume) -> EngineView:
    volume: Volume = sent.volume
    image = volume.image
    return EngineView(
        view_id,
        image.laterality,
        image.view_position,
        image.spacing,
        np.empty((0, image.rows, image.columns), np.uint16),
        image.manufacturer,
        thickness_mm=volume.thickness_mm,
        slices=sent,
    )
