"""Earlier studies of the same woman are kept beside the current one, and never in its place."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from small_mammograms import mammogram, write_exam
from sqlalchemy import create_engine, inspect, text

from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.read import Assessment
from klarsyn.domain.task import TaskRule
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.waiting import full_queue
from klarsyn.store import database
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store

# The clock of the tests stands at 2026-01-05.
YEARS = {"now": "20260102", "one": "20250115", "two": "20231220"}


@pytest.fixture
def visit(tmp_path: Path) -> Callable[..., Path]:
    """Write one study of Anna's; the same woman each time."""

    def _visit(name: str, day: str, **changes: object) -> Path:
        number = 1 + sorted([*YEARS, "other"]).index(name)
        same = {"PatientName": "Testsson^Anna", "PatientID": "1958-TEST", "PatientBirthDate": "19580312"}
        write_exam(tmp_path / name, number, **{**same, "StudyDate": day, **changes})
        return tmp_path / name

    return _visit


@pytest.fixture
def take_in(installation) -> Callable[..., str]:
    """Import folders, one after the other, and return what the last import said."""

    def _take_in(*folders: Path, read: bool = False) -> str:
        said = ""
        for folder in folders:
            importer = Importer(
                installation.store, installation.settings.folders, installation.clock, workers=1
            )
            said = str(importer.run([folder], read=read))
        return said

    return _take_in


def standing(store: Store) -> dict[str, bool]:
    """Study date -> whether it is a reading task."""
    return {f"{e.study_date:%Y%m%d}": e.reading_task for e in store.exams.many()}


def exam_of(store: Store, day: str) -> Exam:
    return next(e for e in store.exams.many() if f"{e.study_date:%Y%m%d}" == day)


def seat(installation, reader: str = "reader-one") -> ReadingDesk:
    images = ImageFolder(installation.settings.folders.images)
    return ReadingDesk(installation.store, images, load_policy("practice"), reader, installation.clock)


@pytest.mark.parametrize("order", list(permutations(YEARS)))
def test_whatever_comes_first_the_current_study_is_the_task_and_the_others_are_priors(
    installation, visit, take_in, order: tuple[str, ...]
) -> None:
    take_in(*(visit(name, YEARS[name]) for name in order))
    assert standing(installation.store) == {"20260102": True, "20250115": False, "20231220": False}


def test_a_prior_makes_no_row_in_the_queue_and_is_not_scored(installation, visit, take_in) -> None:
    take_in(visit("one", YEARS["one"]), visit("now", YEARS["now"]))
    now = installation.clock.now()
    rows = full_queue(installation.store, load_policy("practice"), reader="reader-one", now=now)
    assert [row.exam.study_date.year for row in rows] == [2026]
    pending = Scorer(installation.store, installation.settings, installation.clock).pending()
    assert [e.study_date.year for e in pending] == [2026]


def test_an_older_study_in_doubt_waits_until_the_newer_one_comes(installation, visit, take_in) -> None:
    said = take_in(visit("one", "20250320"))
    assert standing(installation.store) == {"20250320": True}
    assert "prior" not in said
    take_in(visit("now", YEARS["now"]))
    assert standing(installation.store) == {"20250320": False, "20260102": True}
    assert "288 days before" in exam_of(installation.store, "20250320").prior_reason


@pytest.mark.invariant(1)
def test_no_exam_is_lost_one_that_came_in_time_waits_until_it_is_read_whatever_follows(
    installation, visit, take_in
) -> None:
    take_in(visit("now", YEARS["now"]))
    installation.clock.advance(timedelta(days=400))
    take_in(visit("other", "20270201"))
    assert standing(installation.store) == {"20260102": True, "20270201": True}


@pytest.mark.invariant(1)
def test_no_exam_is_lost_what_a_reader_has_begun_is_read_to_its_end(installation, visit, take_in) -> None:
    take_in(visit("one", "20250320"))
    session = seat(installation).open_next()
    for side in (Laterality.RIGHT, Laterality.LEFT):
        session.assess(side, Assessment.NORMAL)
    session.save_draft()
    take_in(visit("now", YEARS["now"]))
    assert standing(installation.store) == {"20250320": True, "20260102": True}


@pytest.mark.invariant(1)
def test_no_exam_is_lost_a_read_that_is_signed_makes_a_prior_a_task_again(
    installation, visit, take_in
) -> None:
    take_in(visit("one", "20250320"))
    session = seat(installation).open_next()
    # Opened, and the draft gone: nothing in the store says that somebody looks at it.
    installation.store.reads.clear_draft(session.exam.exam_id, "reader-one")
    take_in(visit("now", YEARS["now"]))
    assert standing(installation.store)["20250320"] is False
    for side in (Laterality.RIGHT, Laterality.LEFT):
        session.assess(side, Assessment.NORMAL)
    session.sign()
    assert standing(installation.store)["20250320"] is True


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    "changes",
    [{"PatientID": "1959-TEST"}, {"IssuerOfPatientID": "Another"}, {"PatientBirthDate": "19580313"}],
)
def test_no_exam_is_lost_to_the_newer_study_of_another_woman(installation, visit, take_in, changes) -> None:
    take_in(visit("one", "20250320"), visit("now", YEARS["now"], **changes))
    assert all(standing(installation.store).values())


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_newer_study_without_a_whole_view_for_reading(
    installation, visit, take_in, tmp_path: Path
) -> None:
    raw = mammogram(
        "R",
        "CC",
        9,
        PatientName="Testsson^Anna",
        PatientID="1958-TEST",
        PresentationIntentType="FOR PROCESSING",
    )
    raw.save_as(tmp_path / "raw.dcm", enforce_file_format=True)
    take_in(visit("one", "20250320"), tmp_path / "raw.dcm")
    assert all(standing(installation.store).values())


def test_a_prior_that_is_asked_for_stays_a_task_when_more_of_it_comes(installation, visit, take_in) -> None:
    take_in(visit("now", YEARS["now"]), visit("one", YEARS["one"]))
    exam = exam_of(installation.store, YEARS["one"])
    installation.store.exams.make_task(exam.exam_id)
    take_in(visit("two", YEARS["two"]))
    assert standing(installation.store) == {"20260102": True, "20250115": True, "20231220": False}


def test_an_import_for_reading_asks_for_what_came_as_a_prior_and_what_may_become_one(
    installation, visit, take_in
) -> None:
    older = visit("one", "20250320")
    take_in(older)
    take_in(older, read=True)
    take_in(visit("now", YEARS["now"]))
    assert standing(installation.store) == {"20250320": True, "20260102": True}


def test_the_import_that_makes_a_prior_of_an_exam_among_its_own_says_so(
    visit, take_in, tmp_path: Path
) -> None:
    visit("one", "20250320")
    visit("now", YEARS["now"])
    assert "1 exam is kept as a prior and not to be read" in take_in(tmp_path)


def test_the_site_sets_the_limits(installation, visit) -> None:
    rule = TaskRule(window_days=30, max_age_days=3000, gap_days=3000)
    for folder in (visit("two", YEARS["two"]), visit("now", YEARS["now"])):
        Importer(
            installation.store, installation.settings.folders, installation.clock, workers=1, rule=rule
        ).run([folder])
    assert all(standing(installation.store).values())


def test_the_reader_is_told_which_priors_there_are(installation, visit, take_in) -> None:
    take_in(*(visit(name, day) for name, day in YEARS.items()))
    session = seat(installation).open_next()
    assert [f"{day:%Y%m%d}" for day in session.prior_dates] == ["20250115", "20231220"]


def schema_of_the_first_version(path: Path) -> dict[str, set[str]]:
    """Table -> its columns, as the first migration alone makes them."""
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        schema = inspect(connection)
        tables = {t: {c["name"] for c in schema.get_columns(t)} for t in schema.get_table_names()}
    engine.dispose()
    return tables


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_study_dated_in_the_future(installation, visit, take_in) -> None:
    take_in(visit("one", "20250320"), visit("now", "20270102"))
    assert all(standing(installation.store).values())


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    "changes",
    [
        {"PatientID": "1959-TEST"},
        {"PatientBirthDate": "19580313"},
        {"IssuerOfPatientID": "Another"},
        # A clock that was wrong makes no study newer.
        {"StudyDate": "20270102"},
        {"StudyDate": "20231201"},
    ],
)
def test_no_exam_is_lost_a_prior_without_a_newer_study_of_its_woman_is_counted(
    installation, visit, take_in, changes
) -> None:
    take_in(visit("two", YEARS["two"]), visit("other", "20260102", **changes))
    assert exam_of(installation.store, YEARS["two"]).exam_id in installation.store.exams.priors_alone()
    assert seat(installation).state().priors_alone == 1
    take_in(visit("now", YEARS["now"]))
    assert installation.store.exams.priors_alone() == set()


@pytest.mark.invariant(1)
def test_no_exam_is_lost_of_two_women_without_a_number_no_study_is_newer(
    installation, visit, take_in
) -> None:
    nobody = {"PatientID": ""}
    take_in(visit("two", YEARS["two"], **nobody), visit("now", YEARS["now"], **nobody))
    assert len(installation.store.exams.priors_alone()) == 1


@pytest.mark.invariant(1)
def test_no_exam_is_lost_when_a_store_of_the_first_version_is_opened(
    installation, visit, take_in, tmp_path: Path
) -> None:
    take_in(visit("now", YEARS["now"]), visit("two", YEARS["two"]))
    installation.store.close()
    # As the first version wrote it: without the tables and columns of the later ones.
    first = schema_of_the_first_version(tmp_path / "first.sqlite")
    old = Store.file(installation.settings.folders.database)
    with old.database.engine.connect() as connection:
        # Of tables that refer to each other either may go first.
        connection.execute(text("PRAGMA foreign_keys = OFF"))
        for table in inspect(connection).get_table_names():
            if table not in first:
                connection.execute(text(f"DROP TABLE {table}"))
                continue
            columns = {c["name"] for c in inspect(connection).get_columns(table)} - first[table]
            for index in inspect(connection).get_indexes(table):
                later = index["name"] in ("ix_exam_patient_id", "ix_read_reader_signed")
                if columns & set(index["column_names"]) or later:
                    connection.execute(text(f"DROP INDEX {index['name']}"))
            for column in columns:
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.commit()
    old.close()
    opened = Store.file(installation.settings.folders.database)
    assert standing(opened) == {"20260102": True, "20231220": False}
    assert "too old" in exam_of(opened, YEARS["two"]).prior_reason
    opened.close()
