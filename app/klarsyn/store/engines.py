"""Roles of engines, and what those in the shadow have said: rows that are added and never altered."""

from dataclasses import dataclass

from sqlalchemy import func, select

from klarsyn.domain.calibration_collecting import Observation
from klarsyn.domain.engine_choice import EngineChoice, EngineRole
from klarsyn.domain.finding import AiResult, IntendedUse
from klarsyn.domain.metering import EngineRun
from klarsyn.store.calibrations import note
from klarsyn.store.database import Database
from klarsyn.store.engine_models import EngineChoiceRow, ShadowResultRow
from klarsyn.store.ledger_writing import enter
from klarsyn.store.records import result_from_json, result_to_json


@dataclass(frozen=True, slots=True)
class ShadowResult:
    """What an engine in the shadow said of one exam; `engine` is the name it is installed by."""

    engine: str
    result: AiResult
    raw: float | None


class EngineChoiceRepository:
    """Who gave which engine which role, and when."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(self, choice: EngineChoice) -> None:
        """Append one choice."""
        with self._database.writing() as session:
            session.add(
                EngineChoiceRow(
                    engine=choice.engine,
                    role=choice.role.value,
                    version=choice.version,
                    model_sha256=choice.model_sha256,
                    intended_use=choice.intended_use.value,
                    chosen_at=choice.chosen_at,
                    chosen_by=choice.chosen_by,
                )
            )

    def all(self) -> tuple[EngineChoice, ...]:
        """Return all choices in the order in which they were made."""
        with self._database.reading() as session:
            rows = session.scalars(select(EngineChoiceRow).order_by(EngineChoiceRow.number))
            return tuple(
                EngineChoice(
                    row.engine,
                    EngineRole(row.role),
                    row.version,
                    row.model_sha256,
                    IntendedUse(row.intended_use),
                    row.chosen_at,
                    row.chosen_by,
                )
                for row in rows
            )


class ShadowResultRepository:
    """What engines in the shadow have said. Nothing that serves a reader asks here (invariant 6)."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(
        self, shadow: ShadowResult, run: EngineRun | None = None, observation: Observation | None = None
    ) -> None:
        """Store one result, and with it its run in the ledger and what it tells its calibration.

        Without `run` it is not billed.
        """
        made = shadow.result.provenance
        with self._database.writing() as session:
            session.add(
                ShadowResultRow(
                    result_id=shadow.result.result_id,
                    exam_id=shadow.result.exam_id,
                    engine=shadow.engine,
                    version=made.version,
                    model_sha256=made.model_sha256,
                    status=shadow.result.status.value,
                    raw=shadow.raw,
                    made_at=made.made_at,
                    body=result_to_json(shadow.result),
                )
            )
            enter(session, shadow.result, run, in_shadow=True)
            if observation is not None:
                note(session, observation)

    def of_engine(self, engine: str) -> tuple[ShadowResult, ...]:
        """Return all that an engine has said in the shadow, in the order in which it was said."""
        query = (
            select(ShadowResultRow)
            .where(ShadowResultRow.engine == engine)
            .order_by(ShadowResultRow.made_at, ShadowResultRow.result_id)
        )
        with self._database.reading() as session:
            return tuple(
                ShadowResult(engine, result_from_json(row.body), row.raw) for row in session.scalars(query)
            )

    def latest(self, engine: str) -> dict[str, AiResult]:
        """Return the newest result of an engine for each exam that it has seen in the shadow."""
        return {shadow.result.exam_id: shadow.result for shadow in self.of_engine(engine)}

    def count(self, engine: str) -> int:
        """Return how many results an engine has given in the shadow."""
        query = select(func.count()).select_from(ShadowResultRow).where(ShadowResultRow.engine == engine)
        with self._database.reading() as session:
            return session.scalar(query) or 0
