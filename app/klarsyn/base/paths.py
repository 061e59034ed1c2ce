"""Where Klarsyn keeps things. Nothing is ever written outside these folders."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parents[1]


def resources() -> Path:
    """Return the folder of policies, repairs, calibrations and design tokens.

    A wheel carries it inside the package; a source checkout has it beside `app`.
    """
    packed = _PACKAGE / "_resources"
    return packed if packed.is_dir() else _PACKAGE.parents[1] / "resources"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one installation, all below `root`; image files may lie elsewhere, `images_at`."""

    root: Path
    images_at: Path | None = None

    @property
    def database(self) -> Path:
        """The SQLite file of a workstation that has no shared database."""
        return self.root / "klarsyn.sqlite"

    @property
    def images(self) -> Path:
        """DICOM files, named after the SHA-256 of their content."""
        return self.images_at or self.root / "images"

    @property
    def cache(self) -> Path:
        """Display pyramids: may be deleted at any time, is made again."""
        return self.root / "cache"

    @property
    def engine_work(self) -> Path:
        """Working folders of engines; empty whenever no engine runs."""
        return self.root / "engine-work"

    @property
    def engines(self) -> Path:
        """Engines that were installed from a folder or wheel, each in a folder of its own."""
        return self.root / "engines"

    @property
    def logs(self) -> Path:
        """JSON-lines logs without patient data."""
        return self.root / "logs"

    @property
    def keys(self) -> Path:
        """Keys that must not lie in a database; made when the first is, readable by this account only."""
        return self.root / "keys"

    def create(self) -> "Folders":
        """Create what is missing, readable by this account only, and return self."""
        for folder in (self.root, self.images, self.cache, self.engine_work, self.engines, self.logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self


def default_root() -> Path:
    """Return the platform's data folder for Klarsyn, or what KLARSYN_DATA_FOLDER names."""
    named = os.environ.get("KLARSYN_DATA_FOLDER")
    return Path(named) if named else Path(platformdirs.user_data_dir("klarsyn", appauthor=False))
