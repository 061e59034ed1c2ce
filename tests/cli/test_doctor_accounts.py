"""`klarsyn doctor` says that a file in which several accounts have signed cannot keep them blind."""

from datetime import UTC, datetime

import pytest

from klarsyn.cli import doctor_command
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind


@pytest.mark.parametrize(("readers", "fails"), [(("anna",), False), (("anna", "berta"), True)])
def test_a_file_with_reads_of_two_accounts_fails_the_check_and_names_the_way_out(
    installation, import_exams, monkeypatch, capsys, readers: tuple[str, ...], fails: bool
) -> None:
    (exam_id,) = import_exams(1)
    now = datetime(2026, 1, 5, 8, tzinfo=UTC)
    said = Impression(Assessment.NORMAL, Assessment.NORMAL)
    for reader in readers:
        installation.store.reads.add(
            Read(f"r-{reader}", exam_id, reader, ReadKind.FIRST_IMPRESSION, said, now, now)
        )
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", str(installation.settings.data_folder))
    code = doctor_command.run(None)
    lines = [line for line in capsys.readouterr().out.splitlines() if "accounts have signed" in line]
    assert bool(lines) is fails
    assert all(line.startswith("FAIL") and "klarsyn db move" in line for line in lines)
    assert code == 1 or not fails
