"""What was seen and measured of a site's screens: rows that are added and never altered."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import select

from klarsyn.domain.screen_check import CheckKind, ScreenCheck
from klarsyn.domain.screen_curve import DisplayCurve
from klarsyn.domain.screen_size import ScreenRuler
from klarsyn.store.database import Database
from klarsyn.store.screen_models import ScreenCheckRow, ScreenRulerRow


class ScreenCheckRepository:
    """Checks and rulers of monitors."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(self, check: ScreenCheck, noted_at: datetime, noted_by: str) -> None:
        """Append one check; `done_by` may be a physicist, `noted_by` is who was at the keyboard."""
        with self._database.writing() as session:
            session.add(
                ScreenCheckRow(
                    monitor=check.monitor,
                    kind=check.kind.value,
                    done_on=check.done_on,
                    done_by=check.done_by,
                    passed=check.passed,
                    remarks=list(check.remarks),
                    curve=_curve_to_json(check.curve) if check.curve is not None else None,
                    own_gsdf=check.own_gsdf,
                    noted_at=noted_at,
                    noted_by=noted_by,
                )
            )

    def all(self, monitors: Iterable[str] | None = None) -> tuple[ScreenCheck, ...]:
        """Return the checks of these monitors, or of all, in the order in which they were added."""
        query = select(ScreenCheckRow).order_by(ScreenCheckRow.number)
        if monitors is not None:
            query = query.where(ScreenCheckRow.monitor.in_(tuple(monitors)))
        with self._database.reading() as session:
            return tuple(_check(row) for row in session.scalars(query))

    def add_ruler(self, ruler: ScreenRuler, noted_at: datetime, noted_by: str) -> None:
        """Append what a ruler has said of one monitor."""
        with self._database.writing() as session:
            session.add(
                ScreenRulerRow(
                    monitor=ruler.monitor,
                    columns=ruler.columns,
                    rows=ruler.rows,
                    mm_per_pixel=ruler.mm_per_pixel,
                    noted_at=noted_at,
                    noted_by=noted_by,
                )
            )

    def rulers(self, monitors: Iterable[str]) -> tuple[ScreenRuler, ...]:
        """Return the newest ruler of each of these monitors at each resolution."""
        query = (
            select(ScreenRulerRow)
            .where(ScreenRulerRow.monitor.in_(tuple(monitors)))
            .order_by(ScreenRulerRow.number)
        )
        with self._database.reading() as session:
            rulers = [
                ScreenRuler(row.monitor, row.columns, row.rows, row.mm_per_pixel)
                for row in session.scalars(query)
            ]
        return tuple({(r.monitor, r.columns, r.rows): r for r in rulers}.values())


def _check(row: ScreenCheckRow) -> ScreenCheck:
    curve = _curve_from_json(row.curve, row.monitor) if row.curve is not None else None
    return ScreenCheck(
        row.monitor,
        CheckKind(row.kind),
        row.done_on,
        row.done_by,
        row.passed,
        tuple(row.remarks),
        curve,
        row.own_gsdf,
    )


def _curve_to_json(curve: DisplayCurve) -> dict[str, Any]:
    return {
        "levels": curve.levels.tolist(),
        "luminance": curve.luminance.tolist(),
        "measured_on": curve.measured_on.isoformat() if curve.measured_on else None,
        "measured_by": curve.measured_by,
        "instrument": curve.instrument,
        "ambient": curve.ambient,
        "ambient_included": curve.ambient_included,
    }


def _curve_from_json(body: dict[str, Any], monitor: str) -> DisplayCurve:
    return DisplayCurve(
        monitor,
        np.array(body["levels"], dtype=np.int64),
        np.array(body["luminance"], dtype=np.float64),
        date.fromisoformat(body["measured_on"]),
        body["measured_by"],
        body["instrument"],
        body["ambient"],
        body["ambient_included"],
    )
