"""Which errors are sentences for the user."""

import errno

from klarsyn.base.only_one import AlreadyRunning
from klarsyn.base.settings import SettingsError
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.repair_file import RepairFileError
from klarsyn.engine.failure import EngineFailure
from klarsyn.engine.package import NotAnEngine
from klarsyn.intake.importer import ImportStopped
from klarsyn.reading.session import ReadingError
from klarsyn.simulation.lesions.site import ImpossibleLesion
from klarsyn.simulation.lists.disk import DiskTooSmall
from klarsyn.simulation.lists.request import ImpossibleRequest
from klarsyn.store.schema_version import StoreError

_NO_FOLDER = (errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.EEXIST, errno.EROFS)
_SENTENCES = (
    AlreadyRunning,
    SettingsError,
    UnreadableFile,
    ImportStopped,
    ReadingError,
    RepairFileError,
    StoreError,
    ImpossibleRequest,
    ImpossibleLesion,
    DiskTooSmall,
    EngineFailure,
    NotAnEngine,
)


def sentence(error: Exception) -> str | None:
    """Return what to tell the user; None for an error that nobody foresaw."""
    if isinstance(error, _SENTENCES):
        return str(error)
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return "The disk is full. Free some space and give the command again; what was finished is kept."
        where = f" ({error.filename})" if error.filename else ""
        refused = f"The operating system refused: {error.strerror or error}{where}."
        if error.errno in _NO_FOLDER:
            return f"{refused} Choose a folder that exists or can be made, and that you may write to."
        return refused
    return None
