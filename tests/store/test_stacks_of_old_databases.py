"""What headers say of slices is kept; rows from before that load without it and are filled in later."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomo_files
from older_schemas import BEFORE_REPORTS
from sqlalchemy import select, text
from tomo_files import tomosynthesis

from klarsyn.domain.exam import Exam
from klarsyn.domain.volumes import volumes_of
from klarsyn.intake.importer import Importer
from klarsyn.store.models import ImageRow
from klarsyn.store.records import image_from_json, image_to_json
from klarsyn.store.store import Store

ADDED_LATER = (
    "outcome",
    "ledger",
    "calibration_event",
    "calibration_exam",
    "calibration",
    "shadow_result",
    "engine_choice",
)
"""Tables of migrations from 0007 on, those that refer to others first."""


@pytest.fixture
def bring(installation, tmp_path: Path) -> Callable[[], Exam]:
    """Import one reversed stack from a folder, again and again; return its exam."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    tomo_files.write(folder / "stack.dcm", tomo_files.reordered(tomosynthesis(), [4, 3, 2, 1, 0]))

    def _bring() -> Exam:
        store, settings = installation.store, installation.settings
        Importer(store, settings.folders, installation.clock, workers=1).run([folder])
        (exam,) = store.exams.many()
        return exam

    return _bring


def edit_facts(store: Store, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    with store.database.writing() as session:
        for row in session.scalars(select(ImageRow)):
            row.facts = change(dict(row.facts))


def as_before(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key != "stack"}


def test_a_stack_comes_back_from_the_store_as_it_was_read(bring, installation) -> None:
    (image,) = bring().images
    assert image.stack is not None
    assert image.stack.positions_mm == (104, 103, 102, 101, 100)
    assert image_from_json(image_to_json(image)) == image


def test_a_row_from_before_loads_in_the_order_of_its_file(bring, installation) -> None:
    before = bring()
    edit_facts(installation.store, as_before)
    (exam,) = installation.store.exams.many()
    assert exam.images == (replace(before.images[0], stack=None),)
    assert [s.frame for s in volumes_of(exam)[0].slices] == [1, 2, 3, 4, 5]


def test_a_database_of_version_5_is_brought_up_to_date_and_its_next_import_fills_the_slices_in(
    bring, installation, tmp_path: Path
) -> None:
    bring()
    edit_facts(installation.store, as_before)
    with installation.store.database.writing() as session:
        for statement in BEFORE_REPORTS:
            session.execute(text(statement))
        # Migration 0006 changed no table, and those up to 0011 have only added some.
        for table in ADDED_LATER:
            session.execute(text(f"DROP TABLE {table}"))
        session.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    path = installation.settings.folders.database
    installation.store.close()
    installation.store = Store.file(path)
    (old,) = installation.store.exams.many()
    assert old.images[0].stack is None
    exam = bring()
    assert [s.frame for s in volumes_of(exam)[0].slices] == [5, 4, 3, 2, 1]
    assert exam.exam_id == old.exam_id
    assert replace(exam.images[0], stack=None) == old.images[0]


def test_filling_in_touches_neither_side_nor_view(bring, installation) -> None:
    bring()
    edit_facts(installation.store, lambda facts: as_before(facts) | {"laterality": "R"})
    with installation.store.database.writing() as session:
        session.execute(text("DELETE FROM source_file"))
    (image,) = bring().images
    assert image.view_label == "R CC"
    assert image.stack is not None
