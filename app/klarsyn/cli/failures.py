"""Which errors are sentences for the user."""

from klarsyn.base.only_one import AlreadyRunning
from klarsyn.base.settings import SettingsError
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.repair_file import RepairFileError
from klarsyn.intake.importer import ImportStopped
from klarsyn.reading.session import ReadingError
from klarsyn.simulation.lesions.site import ImpossibleLesion
from klarsyn.simulation.lists.request import ImpossibleRequest
from klarsyn.store.database import StoreError

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
)


def sentence(error: Exception) -> str | None:
    """Return what to tell the user; None for an error that nobody foresaw."""
    if isinstance(error, _SENTENCES):
        return str(error)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"The operating system refused: {error.strerror or error}{where}."
    return None
