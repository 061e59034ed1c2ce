"""Calibrations as files: resources/engines/NAME/factory_calibration.toml."""

import tomllib

import numpy as np

from klarsyn.base.paths import resources
from klarsyn.domain.calibration import Calibration


class CalibrationError(Exception):
    """No calibration fits; the message says what is missing and what that means."""


def factory_calibration(engine: str, model_sha256: str) -> Calibration:
    """Return the maker's calibration of an engine: always provisional.

    Raises
    ------
    CalibrationError
        If there is none, it is damaged, or it was made for another model file.
    """
    path = resources() / "engines" / engine / "factory_calibration.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        calibration = Calibration(
            name=data["name"],
            engine=engine,
            model_sha256=data["model_sha256"],
            sample=np.asarray(data["quantiles"], np.float64),
            count=int(data["count"]),
            factory=True,
            finding_raw=np.asarray(data["findings"]["raw"], np.float64),
            finding_score=np.asarray(data["findings"]["score"], np.float64),
            operating_point=int(data.get("operating_point", 1)),
        )
    except FileNotFoundError as error:
        raise CalibrationError(
            f"The engine {engine} has no calibration, so its output cannot become a score. Exams stay "
            "unscored and are read by two."
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise CalibrationError(f"The calibration in {path} cannot be used: {error}") from error
    if calibration.model_sha256 != model_sha256:
        raise CalibrationError(
            f"The calibration of {engine} was made for another model file. Exams stay unscored and are read "
            "by two until a calibration for this model is installed."
        )
    return calibration
