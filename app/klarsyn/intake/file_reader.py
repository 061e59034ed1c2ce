"""Reading one file, in a process of its own: what it holds, checked down to its pixels.

The pixels are decoded once here, so that a damaged image is found at import and not at reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from klarsyn.base.orphans import end_with_parent
from klarsyn.dicom.documents.document import ReceivedDocument, is_document, read_document
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.frame_check import damaged_frames
from klarsyn.dicom.headers import Instance, read_instance
from klarsyn.dicom.pixels import read_frame
from klarsyn.dicom.rejection import ReceivedRejection, is_key_objects, read_rejection
from klarsyn.dicom.repairs import HeaderRepair, load_repairs
from klarsyn.dicom.report_reader import ReceivedReport, is_report, read_report
from klarsyn.dicom.sniff import is_dicom
from klarsyn.dicom.states.reader import is_presentation_state, read_presentation_state
from klarsyn.domain.state_facts import StateFacts, facts_of
from klarsyn.store.arrivals import SourceFile
from klarsyn.store.image_folder import CannotKeep, ImageFolder, SourceUnreadable

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
"""How the UIDs of all Secondary Capture classes begin (PS3.4 B.5)."""

_IMAGE_SUFFIXES = (".dcm", ".dicom", ".ima")


@dataclass(frozen=True, slots=True, eq=False)
class FileReading:
    """What came of one file: an instance, a presentation state, a report, a document or a rejection with its
    SHA-256, a reason why not, or none of them (not DICOM)."""

    source: SourceFile
    instance: Instance | None = None
    state: StateFacts | None = None
    report: ReceivedReport | None = None
    document: ReceivedDocument | None = None
    rejection: ReceivedRejection | None = None
    sha256: str = ""
    reason: str = ""
    advice: str = ""


_repairs: Sequence[HeaderRepair] = ()
_images: ImageFolder | None = None


def start(images_folder: Path, repairs: Sequence[str]) -> None:
    """Prepare a reading process: the repairs in force and the folder that keeps the files."""
    global _repairs, _images
    end_with_parent()
    _repairs, _images = load_repairs(repairs), ImageFolder(images_folder)


def read_file(source: SourceFile) -> FileReading:
    """Read one file and keep a copy of it when it is an image.

    Whatever is wrong with the file is a reason in the reading, whose source is the file as it was read.

    Raises
    ------
    CannotKeep
        If Klarsyn's own folder cannot be written (a full disk); the file itself is not to blame.
    """
    if _images is None:
        raise RuntimeError("start() comes before read_file().")
    path = Path(source.path)
    found, begun = (source.size, source.mtime_ns), _state(path)
    if begun is not None:
        source = replace(source, size=begun[0], mtime_ns=begun[1])
    reading = _read(source, path, _images)
    ended = _state(path)
    # A file that is being copied looks damaged, or empty, or like no DICOM at all.
    changed = ended is not None and (ended != begun or (bool(reading.reason) and ended != found))
    if changed and (reading.reason or reading.sha256 or _may_be_image(path)):
        return _refused(source, SourceUnreadable.growing())
    return reading


def _read(source: SourceFile, path: Path, images: ImageFolder) -> FileReading:
    try:
        if not is_dicom(path):
            return _not_dicom(source, path)
        try:
            instance = read_instance(path, _repairs)
        except UnreadableFile:
            beside = _beside_images(source, path)
            if beside is None:
                raise
            return replace(beside, sha256=images.put(path))
        if instance.image.sop_class_uid.startswith(SECONDARY_CAPTURE) and is_document(path):
            # A page of another maker's software hangs among no images: it may show what an AI thinks.
            return FileReading(source, document=read_document(path), sha256=images.put(path))
        stack = instance.image.stack
        if stack is None:
            read_frame(path)
        elif damaged := damaged_frames(path):
            # The other slices can be read: this is told, and nothing is refused.
            stack = replace(stack, unreadable=damaged)
            instance = replace(instance, image=replace(instance.image, stack=stack))
        return FileReading(source, instance, sha256=images.put(path))
    except UnreadableFile as error:
        cause = error.__cause__
        # Decoders raise OSErrors of their own; those of the operating system have a number.
        if isinstance(cause, OSError) and cause.errno is not None:
            return _refused(source, SourceUnreadable.because(cause))
        return _refused(source, error)
    except SourceUnreadable as error:
        return _refused(source, error)
    except CannotKeep:
        raise
    except OSError as error:
        return _refused(source, SourceUnreadable.because(error))


def _beside_images(source: SourceFile, path: Path) -> FileReading | None:
    """Return what a file that is no image says beside images; None for whatever is nothing of that."""
    if is_presentation_state(path):
        return FileReading(source, state=facts_of(read_presentation_state(path)))
    if is_key_objects(path):
        return FileReading(source, rejection=read_rejection(path))
    if is_report(path):
        return FileReading(source, report=read_report(path))
    return FileReading(source, document=read_document(path)) if is_document(path) else None


def _refused(source: SourceFile, error: UnreadableFile | SourceUnreadable) -> FileReading:
    return FileReading(source, reason=error.reason, advice=error.advice)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _may_be_image(path: Path) -> bool:
    return path.suffix.lower() in (*_IMAGE_SUFFIXES, "")


def _not_dicom(source: SourceFile, path: Path) -> FileReading:
    # Folders on discs and shares hold text, viewers and thumbnails; those are no one's loss. A file that
    # says by its name that it is DICOM, or says nothing at all, is: somebody expects an image there.
    if path.suffix.lower() in _IMAGE_SUFFIXES or (path.suffix == "" and source.size == 0):
        what = "is empty" if source.size == 0 else "is not DICOM: neither its header nor its content is"
        return FileReading(
            source, reason=f"The file {what}.", advice="Send or copy the image again from where it came."
        )
    return FileReading(source)
