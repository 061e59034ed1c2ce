"""Logs are JSON lines, and refuse patient data.

A processor drops every field whose name could carry identity, and masks anything that looks like a
Swedish personal number, so that a careless call cannot leak (docs/architecture.md, invariant 9).
"""

import logging
import re
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

ENGINE_OUTPUT = "klarsyn.engine_output"
"""Logger of what engines print: words from outside, kept apart from Klarsyn's own (invariant 9)."""

_FORBIDDEN = re.compile(r"patient|birth|person|accession|(^|_)(name|mrn|ssn)$|referring|operator", re.I)
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+]?\d{4}(?!\d)")


def refuse_patient_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Replace forbidden fields and mask personal numbers in text."""
    cleaned: dict[str, Any] = {}
    for key, value in event.items():
        if _FORBIDDEN.search(key):
            cleaned[key] = "[refused: patient data]"
        elif isinstance(value, str) and key != "timestamp":
            cleaned[key] = _PERSONAL_NUMBER.sub("[number]", value)
        else:
            cleaned[key] = value
    return cleaned


def configure(folder: Path | None = None) -> None:
    """Send log lines to `folder`/klarsyn.log, rotated at 10 MB; without a folder, only warnings to stderr.

    What engines print goes to `folder`/engine.log instead; without a folder, nowhere.
    """
    if folder is None:
        handler: logging.Handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
        engine_handler: logging.Handler = logging.NullHandler()
    else:
        handler, engine_handler = _file(folder / "klarsyn.log"), _file(folder / "engine.log")
    _route("klarsyn", handler)
    _route(ENGINE_OUTPUT, engine_handler)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            refuse_patient_data,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _file(path: Path) -> logging.Handler:
    return RotatingFileHandler(path, maxBytes=10_000_000, backupCount=5, encoding="utf-8", delay=True)


def _route(name: str, handler: logging.Handler) -> None:
    """Make `handler` the only one of a logger, and of those below it that have none."""
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger(name)
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def get_logger(name: str) -> Any:
    """Return a logger below "klarsyn"; events are short sentences, facts are keyword fields."""
    return structlog.get_logger(name if name.startswith("klarsyn") else f"klarsyn.{name}")
