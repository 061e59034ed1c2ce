"""A department's PostgreSQL as IT sets it up: an owner who is no superuser, two readers, a service.

Reader A has read e1 (first impression and final) and e3; reader B has read e3 and nothing else. All exams
have a result of an engine. What B must never find out of e1 and e2 is in the rows of A and of the engine.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DatabaseError

from klarsyn.store.migrations.roles.catalogue import CLOSING
from klarsyn.store.people import add_person
from klarsyn.store.schema_version import upgrade

EXAMS = ("e1", "e2", "e3", "e4")
SECRET = "seen-by-a-alone"
"""A word in each row of A's and of the engine's that B may not see."""


@dataclass
class Department:
    """One database with its accounts."""

    url: str
    engines: dict[str, Engine] = field(default_factory=dict)

    def url_of(self, account: str) -> str:
        """The address with which an account logs in."""
        return self.url.replace("klarsyn@", f"{account}@", 1)

    @contextmanager
    def as_(self, account: str) -> Iterator[Connection]:
        """A transaction of an account that is rolled back where something was refused."""
        if account not in self.engines:
            self.engines[account] = create_engine(self.url_of(account))
        with self.engines[account].begin() as connection:
            yield connection

    def rows(self, account: str, statement: str) -> list[Any]:
        """What an account is given for one statement."""
        with self.as_(account) as connection:
            return list(connection.exec_driver_sql(statement).all())

    def close(self) -> None:
        """Let all connections go."""
        for engine in self.engines.values():
            engine.dispose()


def make(postgresql: Callable[..., str]) -> Department:
    """Set one up, without any exam."""
    there = Department(postgresql())
    name = there.url.split("/")[3].split("?")[0]
    with there.as_("klarsyn") as connection:
        for role in ("site_owner", "anna", "berta", "intake", "cora"):
            connection.exec_driver_sql(
                f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            )
            if role != "site_owner":
                connection.exec_driver_sql(f"DROP ROLE IF EXISTS {role}")
        connection.exec_driver_sql("ALTER ROLE site_owner CREATEROLE")
        connection.exec_driver_sql(f"ALTER DATABASE {name} OWNER TO site_owner")
    with there.as_("site_owner") as connection:
        upgrade(connection)
        for person, roles in (
            ("anna", ["reader"]), ("berta", ["reader"]), ("cora", ["arbiter"]), ("intake", ["service"]),
        ):  # fmt: skip
            add_person(connection, person, roles)
    with there.as_("klarsyn") as connection:
        connection.exec_driver_sql(CLOSING.replace("%", "%%"))
    return there


def add_exam(connection: Connection, exam_id: str, images: int = 2, **values: Any) -> None:
    """Add an exam with images and without a result."""
    filled = {"study_date": "2026-01-05", "arrived_at": "2026-01-05T08:00:00Z", "exam_type": "FFDM", **values}
    connection.execute(
        text(
            "INSERT INTO exam (exam_id, key, patient_id, patient_issuer, patient_name, study_date, "
            "accession_number, exam_type, reading_task, asked_for, prior_reason, identity_conflict, "
            "arrived_at) "
            "VALUES (:id, :key, :patient, '', '', CAST(:study_date AS date), '', :exam_type, true, "
            "false, '', false, CAST(:arrived_at AS timestamptz))"
        ),
        {"id": exam_id, "key": f"study:{exam_id}", "patient": f"p-{exam_id}", **filled},
    )
    for number in range(images):
        connection.execute(
            text("INSERT INTO image VALUES (:uid, :id, :sha, '{}', CAST(:at AS timestamptz))"),
            {"uid": f"{exam_id}.{number}", "id": exam_id, "sha": "ab" * 32, "at": filled["arrived_at"]},
        )


def add_result(connection: Connection, exam_id: str, status: str = "scored") -> str:
    """Add what an engine said."""
    result_id = str(uuid.uuid4())
    connection.execute(
        text(
            "INSERT INTO ai_result (result_id, exam_id, status, made_at, body) "
            "VALUES (:r, :e, :s, now(), CAST(:b AS json))"
        ),
        {"r": result_id, "e": exam_id, "s": status, "b": json.dumps({"said": SECRET})},
    )
    return result_id


def sign(connection: Connection, exam_id: str, reader: str, kind: str, **values: Any) -> str:
    """Sign one row of a read, in force at once."""
    read_id = str(uuid.uuid4())
    row = {
        "right": "1", "left": "3", "reason": SECRET if reader == "anna" else "", "supersedes": None,
        "covers": json.dumps([f"{exam_id}.{n}" for n in range(2)]), **values,
    }  # fmt: skip
    connection.execute(
        text(
            'INSERT INTO read (read_id, exam_id, reader, kind, "right", "left", signed_at, effective_at, '
            "reason, supersedes, software, covers) VALUES (:read_id, :exam_id, :reader, :kind, :right, "
            ":left, COALESCE(CAST(:at AS timestamptz), now()), "
            "COALESCE(CAST(:at AS timestamptz), now()), :reason, "
            ":supersedes, '', CAST(:covers AS json))"
        ),
        {"read_id": read_id, "exam_id": exam_id, "reader": reader, "kind": kind, "at": None, **row},
    )
    return read_id


def fill(there: Department) -> None:
    """Add exams, results and reads, each by the account that does it in life."""
    with there.as_("intake") as connection:
        connection.exec_driver_sql("INSERT INTO site_value VALUES ('queue_seed', 'ab12')")
        connection.exec_driver_sql("INSERT INTO queue_rule VALUES (1, 1, 7, 21, 2, 0)")
        for exam_id in EXAMS:
            add_exam(connection, exam_id)
            add_result(connection, exam_id)
    for reader, exam_ids in (("anna", ("e1", "e3")), ("berta", ("e3",))):
        for exam_id in exam_ids:
            for kind in ("first impression", "final"):
                with there.as_(reader) as connection:
                    sign(connection, exam_id, reader, kind)
    with there.as_("anna") as connection:
        connection.exec_driver_sql("INSERT INTO draft VALUES ('anna', 'e2', true, '4', '1', now())")
        connection.exec_driver_sql(f"INSERT INTO drawing VALUES ('anna', 'e2', '[\"{SECRET}\"]', now())")
        connection.exec_driver_sql(
            f"INSERT INTO looked VALUES ('anna', 'e2', '{{\"a\": \"{SECRET}\"}}', now())"
        )
        connection.exec_driver_sql(
            "SELECT klarsyn_claim('e2', 'anna', 2, ARRAY['e2.0', 'e2.1'], interval '30 minutes', false)"
        )


@pytest.fixture(scope="module")
def there(postgresql: Callable[..., str]) -> Iterator[Department]:
    """A department at work."""
    made = make(postgresql)
    fill(made)
    yield made
    made.close()


def refused(there: Department, statement: str, account: str = "berta") -> str:
    """What the database says to an account whose statement it refuses."""
    with pytest.raises(DatabaseError) as caught, there.as_(account) as connection:
        connection.exec_driver_sql(statement)
    return str(caught.value.orig)
