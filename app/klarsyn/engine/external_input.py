"""An exam as a program gets it: a folder with one DICOM file a view, under UIDs of this run alone."""

import shutil
from collections.abc import Callable
from pathlib import Path

from klarsyn.dicom.anonymous_view import AnonymousView
from klarsyn.dicom.engine_folder import TooLarge, write_folder
from klarsyn.engine import folder as working
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.private_folder import no_room
from klarsyn.engine.view_files import bytes_needed


def write_input(folder: Path, exam: EngineExam, look: Callable[[], None]) -> dict[str, str]:
    """Write the exam's views into the new folder `folder`, and return which UID is which view.

    Raises
    ------
    EngineFailure
        When there is no room for it, or a view is too large for its file.
    """
    needed, free = bytes_needed(exam.views), shutil.disk_usage(folder.parent).free
    try:
        if free < needed + working.RESERVE:
            raise working.NoRoom(needed, free)
        folder.mkdir(mode=0o700)
        uids = write_folder(folder, exam.exam_token, map(_anonymous, exam.views), look)
    except OSError as error:
        raise no_room(error) from error
    except TooLarge as error:
        raise EngineFailure(
            FailureKind.RAISED,
            f"The exam was not given to the engine: a tomosynthesis of {error} is more than an uncompressed "
            "file can hold. The exam is not scored and gets two readers.",
        ) from error
    return {uid: view.view_id for uid, view in zip(uids, exam.views, strict=True)}


def _anonymous(view: EngineView) -> AnonymousView:
    return AnonymousView(
        view.laterality,
        view.view_position,
        view.spacing,
        view.manufacturer,
        view.pixels,
        view.patient_orientation,
        view.slice_positions_mm,
        view.thickness_mm,
    )
