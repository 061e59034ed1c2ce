"""The pixels of one file with what is known of them, from the display cache or made now."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import read_instance
from klarsyn.imaging.grayscale import index_padding
from klarsyn.imaging.image_facts import LOOK_ROWS, ImageFacts, find_facts, pack_facts, unpack_facts
from klarsyn.imaging.levels import Level
from klarsyn.imaging.pyramid import Pyramid


class PyramidSource(Protocol):
    """What pyramids come from; `DisplayCache` says what each argument means."""

    def get(self, key: str) -> Pyramid | None:
        """Return the pyramid of a key when it is there."""
        ...

    def ensure(
        self,
        key: str,
        path: Path,
        frame: int = ...,
        padding: tuple[int, int] | None = ...,
        wait: bool = ...,
        describe: Callable[[tuple[Level, ...]], bytes] | None = ...,
    ) -> Pyramid:
        """Return the pyramid of a key."""
        ...

    def close(self) -> None:
        """Finish what is being written behind."""
        ...


def ready_image(
    source: PyramidSource, key: str, path: Path, frame: int, *, wait: bool
) -> tuple[Pyramid, ImageFacts]:
    """Return the pyramid of a frame and its facts; the header is read only where they are not kept.

    Raises
    ------
    FileNotFoundError
        If the file has gone; what was decoded of it before is not shown then.
    klarsyn.dicom.errors.UnreadableFile
        If it cannot be reached or decoded.
    """
    _require(path)
    kept = source.get(key)
    if kept is not None:
        facts = unpack_facts(kept.facts)
        if facts is not None:
            return kept, facts
        kept.close()
    instance = read_instance(path)
    full = instance.image.rows, instance.image.columns

    def found(small: Level) -> ImageFacts:
        return find_facts(small, full, instance.grayscale, instance.shutters)

    def describe(levels: tuple[Level, ...]) -> bytes:
        return pack_facts(found(Pyramid(levels).small_level(LOOK_ROWS)))

    padding = index_padding(instance.grayscale)
    pyramid = source.ensure(key, path, frame, padding=padding, wait=wait, describe=describe)
    return pyramid, unpack_facts(pyramid.facts) or found(pyramid.small_level(LOOK_ROWS))


def _require(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableFile(
            f"The file cannot be opened: {error.strerror or 'reading failed'}.", "Check that it may be read."
        ) from error
