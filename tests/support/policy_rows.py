"""A store with exams of several women, on SQLite and on a real PostgreSQL, a copy for each test."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from postgresql import postgresql
from sqlalchemy import create_engine, make_url, text

from klarsyn.store.database import Database
from klarsyn.store.models import ExamRow
from klarsyn.store.store import Store

__all__ = ["on_postgresql", "on_sqlite", "postgresql", "store"]

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def exam(exam_id: str, made: date | None, patient: str = "19", **changes: object) -> ExamRow:
    values = {
        "exam_id": exam_id, "key": f"study:{exam_id}", "patient_id": patient, "birth_date": date(1960, 1, 1),
        "study_date": made, "exam_type": "FFDM", "reading_task": True, "arrived_at": NOW,
    }  # fmt: skip
    return ExamRow(**{**values, **changes})


def filled(url: str) -> None:
    """Migrate once and put the exams in: each test has a copy."""
    made = Store(Database(url))
    with made.database.writing() as session:
        session.add_all(
            [
                exam("old", date(2024, 1, 2), reading_task=False),
                exam("new", date(2026, 1, 2), accession_number="A-7"),
                exam("later", date(2027, 1, 2)),
                exam("undated", None),
                exam("another", date(2026, 1, 2), patient="20"),
                exam("sister", date(2026, 1, 2), birth_date=date(1961, 1, 1)),
                exam("issuer", date(2026, 1, 2), patient_issuer="elsewhere"),
                exam("unknown", date(2026, 1, 2), patient=""),
                exam("nobody", date(2024, 1, 2), patient=""),
            ]
        )
    made.close()


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    folder = tmp_path_factory.mktemp("copies")
    filled(f"sqlite:///{folder / 'first.sqlite'}")

    def new() -> str:
        copy = folder / f"{uuid.uuid4()}.sqlite"
        shutil.copy(folder / "first.sqlite", copy)
        return f"sqlite:///{copy}"

    return new


@pytest.fixture(scope="module")
def on_postgresql(postgresql: Callable[[], str]) -> Callable[[], str]:
    first = make_url(postgresql())
    filled(first.render_as_string())

    def new() -> str:
        name = f"copy_{uuid.uuid4().hex}"
        server = create_engine(first.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {first.database}"))
        server.dispose()
        return first.set(database=name).render_as_string()

    return new


@pytest.fixture(params=["on_sqlite", "on_postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    made = Store(Database(request.getfixturevalue(request.param)()))
    yield made
    made.close()
