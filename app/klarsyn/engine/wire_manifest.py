"""A manifest on its way from the worker. A calibration hangs on it, so nothing of it is taken on trust."""

import re
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from klarsyn.domain.exam import ViewPosition
from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine import wire
from klarsyn.engine.contract import Accepts, Manifest, ModelFile
from klarsyn.engine.wire import WireError

_MOST = 100  # entries of any of its lists
_SHA256 = re.compile(r"[0-9a-f]{64}")
# No exponent: Decimal("1e999999") is finite and fills megabytes when it is shown.
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


def manifest_to_wire(manifest: Manifest) -> dict[str, Any]:
    """Encode a manifest."""
    return {**asdict(manifest), "price_per_exam": f"{manifest.price_per_exam:f}"}


def manifest_from_wire(message: object) -> Manifest:
    """Decode a manifest.

    Raises
    ------
    WireError
        If anything of it is not what it must be.
    """
    fields = wire.mapping(message, "the manifest")
    accepts = wire.mapping(fields.get("accepts"), "what the engine accepts")
    return Manifest(
        name=wire.text(fields.get("name"), "the engine's name"),
        vendor=wire.text(fields.get("vendor"), "the engine's vendor"),
        version=wire.text(fields.get("version"), "the engine's version"),
        intended_use=wire.member(IntendedUse, fields.get("intended_use"), "the intended use"),
        model_files=tuple(
            map(_model_file, wire.listing(fields.get("model_files"), "the model files", _MOST))
        ),
        accepts=Accepts(
            _texts(accepts.get("sop_classes"), "the SOP classes"),
            tuple(
                wire.member(ViewPosition, position, "a view position")
                for position in wire.listing(accepts.get("view_positions"), "the view positions", _MOST)
            ),
            _texts(accepts.get("manufacturers"), "the manufacturers"),
            wire.yes_or_no(accepts.get("volumes"), "whether the engine reads tomosynthesis"),
        ),
        lesion_types=tuple(
            wire.member(LesionType, kind, "a lesion type")
            for kind in wire.listing(fields.get("lesion_types"), "the lesion types", _MOST)
        ),
        needs_priors=wire.yes_or_no(fields.get("needs_priors"), "the need of priors"),
        memory_mb=wire.whole(fields.get("memory_mb"), "the engine's memory"),
        threads=wire.whole(fields.get("threads"), "the engine's number of threads"),
        gpu=wire.yes_or_no(fields.get("gpu"), "the need of a GPU"),
        price_per_exam=_price(fields.get("price_per_exam")),
        currency=wire.text(fields.get("currency"), "the currency"),
        limits=wire.text(fields.get("limits"), "the engine's limits"),
        contract=wire.whole(fields.get("contract"), "the version of the contract"),
    )


def _model_file(message: object) -> ModelFile:
    fields = wire.mapping(message, "a model file")
    sha256 = wire.text(fields.get("sha256"), "the SHA-256 of a model file")
    if not _SHA256.fullmatch(sha256):
        raise WireError("the SHA-256 of a model file is not one")
    return ModelFile(wire.text(fields.get("name"), "the name of a model file"), sha256)


def _texts(message: object, what: str) -> tuple[str, ...]:
    return tuple(wire.text(entry, f"one of {what}") for entry in wire.listing(message, what, _MOST))


def _price(message: object) -> Decimal:
    digits = wire.text(message, "the price")
    if not _PRICE.fullmatch(digits):
        raise WireError("the price is not one")
    return Decimal(digits)
