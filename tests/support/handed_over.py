"""Engines as their makers hand them over: folders and wheels, good ones and others."""

import base64
import hashlib
import zipfile
from pathlib import Path

ENGINE = """
from dataclasses import replace
from decimal import Decimal

from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine.contract import Accepts, Manifest, ModelFile, RawResult


class Wise:
    manifest = Manifest(
        contract={contract}, name="Wise", vendor="Maker", version="{version}",
        intended_use=IntendedUse.CLINICAL, model_files=({model_files}), accepts=Accepts(),
        lesion_types=(LesionType.SOFT_TISSUE,), needs_priors=False, memory_mb=512, threads=1, gpu=False,
        price_per_exam=Decimal("3.50"), currency="SEK",
    )

    def analyse(self, exam, progress):
        return RawResult(exam.exam_token, 0.5, ())
"""
PROJECT = """
[project]
name = "wise"
version = "1.0"
dependencies = [{dependencies}]

[project.entry-points."klarsyn.engines"]
wise = "wise_engine:Wise"
"""
WEIGHTS = b"weights"
METADATA = b"Metadata-Version: 2.1\nName: wise\nVersion: 1.0\nRequires-Dist: numpy>=2\n\nWise.\n"


def code(*, contract: int = 2, version: str = "1.0", sha256: str | None = None) -> str:
    digest = sha256 or hashlib.sha256(WEIGHTS).hexdigest()
    return ENGINE.format(contract=contract, version=version, model_files=f'ModelFile("w.bin", "{digest}"),')


def write_folder(folder: Path, dependencies: str = "", **changes) -> Path:
    """A folder with a pyproject.toml, a module and a model file."""
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT.format(dependencies=dependencies))
    (folder / "wise_engine.py").write_text(code(**changes))
    (folder / "w.bin").write_bytes(WEIGHTS)
    return folder


def write_wheel(path: Path, extra: dict[str, bytes] | None = None, wrong: str = "", **changes) -> Path:
    """A wheel with the same; `extra` are more files, and the list declares another hash for `wrong`."""
    about = "wise-1.0.dist-info"
    files = {
        "wise_engine.py": code(**changes).encode(),
        "w.bin": WEIGHTS,
        f"{about}/METADATA": METADATA,
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": b"[klarsyn.engines]\nwise = wise_engine:Wise\n",
        **(extra or {}),
    }
    lines = [f"{about}/RECORD,,"]
    for name, content in files.items():
        digest = hashlib.sha256(b"other" if name == wrong else content).digest()
        lines.append(f"{name},sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()},{len(content)}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
        wheel.writestr(f"{about}/RECORD", "\n".join(lines) + "\n")
    return path
