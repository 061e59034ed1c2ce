"""The engine's own heat maps, back on the images that they are of."""

import numpy as np

from klarsyn.domain.explanation import HeatMap
from klarsyn.engine.contract import RawResult
from klarsyn.intake.engine_input import EngineInput


def heat_maps(raw: RawResult, sent: EngineInput) -> tuple[HeatMap, ...]:
    """Return each map of an answer once, though regions may share it."""
    maps: dict[int, HeatMap] = {}
    for region in raw.regions:
        if region.explanation is not None:
            mark = sent.marks(region, 1)[0]
            values = np.asarray(region.explanation, np.float32)
            maps.setdefault(id(region.explanation), HeatMap(mark.sop_instance_uid, mark.frame, values))
    return tuple(maps.values())
