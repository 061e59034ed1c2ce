"""An engine that is a program: a folder with an `engine.toml`, which says what an engine's class would say.

Reading it runs nothing. docs/engines.md has the file's words.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from klarsyn.engine.contract import CONTRACT, Manifest, ModelFile
from klarsyn.engine.registry import EXTERNAL, EngineNotFound, EngineSpec
from klarsyn.engine.report_words import ReportWords, report_words
from klarsyn.engine.wire import WireError, listing, text
from klarsyn.engine.wire_manifest import manifest_from_wire

INPUT, OUTPUT = "{input}", "{output}"
_MOST_BYTES = 65_536
_MOST_WORDS = 50
_LISTS = ("sop_classes", "view_positions", "manufacturers")
_IMAGE = re.compile(r"(?:[a-z0-9][a-z0-9._/:-]{0,199}@)?sha256:([0-9a-f]{64})")
_DEFAULTS: dict[str, Any] = {"gpu": False, "needs_priors": False, "limits": "", "threads": 1}
_OWN = ("name", "vendor", "version", "contract", "intended_use", "lesion_types", "memory_mb",
        "price_per_exam", "currency", "accepts", "command", "container", "report")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """What an `engine.toml` says. `container` is an image by its digest; empty where a program is started.

    `command` are a program's path in its own folder and its arguments, or what a container is given. `report`
    says which numbers count of one that answers with a report.
    """

    manifest: Manifest
    folder: Path
    command: tuple[str, ...]
    container: str = ""
    report: ReportWords | None = None

    def arguments(self, given: str, result: str) -> list[str]:
        """Return the command with its two folders filled in."""
        return [word.replace(INPUT, given).replace(OUTPUT, result) for word in self.command]


def read_program(spec: EngineSpec) -> Program:
    """Return what the `engine.toml` of an engine that was found says; runs nothing.

    The model of a program is every file of its folder, and of a container its image with that file: whatever
    changes of them is another model to a calibration.

    Raises
    ------
    EngineNotFound
        If the file is missing, damaged, for another contract, or names no program that is there.
    """
    folder = Path(spec.search_path[0])
    try:
        with (folder / EXTERNAL).open("rb") as stream:
            words = stream.read(_MOST_BYTES + 1)
        if len(words) > _MOST_BYTES:
            raise WireError("it is too long")
        said = tomllib.loads(words.decode("utf-8"))
        _refuse_other_contract(spec.name, said.get("contract"))
        return _program(folder, said)
    except OSError as error:
        raise EngineNotFound(
            f'The {EXTERNAL} of the engine "{spec.name}" cannot be read ({error.strerror}). Exams are not '
            "scored by it; install it again."
        ) from error
    except (WireError, ValueError) as error:  # of TOML and of UTF-8 as well
        what = str(error) if isinstance(error, WireError) else "it is not TOML"
        raise EngineNotFound(
            f'The {EXTERNAL} of the engine "{spec.name}" cannot be used: {what}. Exams are not scored by it; '
            "docs/engines.md says what it must hold."
        ) from error


def _refuse_other_contract(name: str, contract: object) -> None:
    if contract != CONTRACT:
        said = f"was made for version {contract} of it" if type(contract) is int else "names none"
        raise EngineNotFound(
            f"This Klarsyn speaks version {CONTRACT} of the contract for engines, and the engine "
            f'"{name}" {said}. Exams are not scored by it; '
            f"ask its vendor for a version for contract {CONTRACT}."
        )


def _program(folder: Path, said: Mapping[str, Any]) -> Program:
    # A word that is not known may be one that was misspelt.
    if unknown := sorted(set(said) - {*_OWN, *_DEFAULTS}):
        raise WireError(f"it holds the unknown word {text(unknown[0], 'a word')!r}")
    image = text(said.get("container", ""), "the container")
    words = tuple(text(w, "a word of the command") for w in _command(said))
    if image:
        if not (digest := _IMAGE.fullmatch(image)):
            raise WireError("the container is not named by its digest (image@sha256:…)")
        files = [_model_file(folder / EXTERNAL, EXTERNAL), ModelFile("container image", digest[1])]
    else:
        _check_program(folder, words)
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        files = [_model_file(path, path.relative_to(folder).as_posix()) for path in paths]
    numbers = report_words(said["report"]) if "report" in said else None
    return Program(replace(_manifest(said), model_files=tuple(files)), folder, words, image, numbers)


def _command(said: Mapping[str, Any]) -> list[Any]:
    words = listing(said.get("command", []), "the words of the command", _MOST_WORDS)
    if any("\0" in word for word in words if isinstance(word, str)):
        raise WireError("a word of the command holds a zero byte")
    return words


def _manifest(said: Mapping[str, Any]) -> Manifest:
    accepts = said.get("accepts", {})
    if not isinstance(accepts, dict) or set(accepts) - {*_LISTS, "volumes"}:
        raise WireError("what it accepts holds an unknown word")
    empty: dict[str, Any] = {**{name: [] for name in _LISTS}, "volumes": False}
    return manifest_from_wire({**_DEFAULTS, **said, "model_files": [], "accepts": {**empty, **accepts}})


def _check_program(folder: Path, words: tuple[str, ...]) -> None:
    if not words:
        raise WireError("it names neither a command nor a container")
    for placeholder, what in ((INPUT, "input"), (OUTPUT, "output")):
        if not any(placeholder in word for word in words[1:]):
            raise WireError(f"the command gives the program no {{{what}}} folder")
    program = folder / words[0]
    inside = program.resolve().is_relative_to(folder.resolve()) and not Path(words[0]).is_absolute()
    if not inside or not program.is_file() or program.is_symlink():
        raise WireError("the command does not begin with a file of the engine's own folder")
    if not program.stat().st_mode & 0o100:
        raise WireError("the command's file is not marked as a program (chmod +x)")


def _model_file(path: Path, name: str) -> ModelFile:
    with path.open("rb") as stream:
        return ModelFile(name, hashlib.file_digest(stream, "sha256").hexdigest())
