"""Volume files out of the folder of the display cache."""

from klarsyn.base.log import get_logger
from klarsyn.imaging.cache_folder import CacheFolder, NoRoom
from klarsyn.imaging.volume_file import BrokenVolume, VolumeFile
from klarsyn.imaging.volume_layout import Shape, prepare_volume, volume_bytes

_log = get_logger(__name__)


def open_volume(folder: CacheFolder, key: str, shape: Shape, slots: int) -> VolumeFile | None:
    """Open or make the volume file of a key; a broken one is made again. None, and logged, without room."""
    size = volume_bytes(shape, slots)
    for _ in range(2):
        try:
            file = folder.open_volume(key, size, lambda new: prepare_volume(new, shape, slots))
        except NoRoom as error:
            _log.warning("no room for a volume file; few slices stay in memory", problem=str(error))
            return None
        except OSError as error:
            _log.warning("no volume file; few slices stay in memory", problem=error.strerror)
            return None
        try:
            return VolumeFile(file, shape, slots)
        except (BrokenVolume, OSError) as error:
            # Without the path: folders may be named after people.
            problem = str(error) if isinstance(error, BrokenVolume) else error.strerror
            _log.warning("broken volume file removed; its slices are decoded again", problem=problem)
            file.close()
            folder.discard_volume(key)
    return None
