"""Which model an engine is to a calibration: its maker and its code, beside the weights that it declares.

Two engines can declare the same name, version and weights, or no weights at all, and turn images into other
numbers. What tells them apart is read from what was installed, never from what the engine says of itself.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from klarsyn.engine.contract import Manifest
from klarsyn.engine.registry import EngineSpec
from klarsyn.engine.server_file import ServerFile

_NO_FILES = "no code in the data folder"


def code_sha256(files: Mapping[str, str], server: ServerFile | None) -> str:
    """Return one hash over the files of an installed engine, given as path -> SHA-256.

    Empty for a `server.toml`: Klarsyn's own code reads it, and `ServerFile.fingerprint` holds all of the file
    that a value hangs on. Another certificate or price is no other model.
    """
    if server is not None:
        return ""
    return hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()


def identified(spec: EngineSpec, manifest: Manifest) -> Manifest:
    """Return what an engine declares, with what tells it from others that declare the same.

    The built-in engine has none beside it that could be taken for it, and keeps the hash of its weights. Of
    an engine that came as a package pip answers for the code, and its maker is all that is added.
    """
    return manifest if spec.built_in else replace(manifest, code=spec.code_sha256 or _NO_FILES)
