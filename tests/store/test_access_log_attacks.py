"""Nothing of the access log is changed, removed or reordered unseen, whoever owns the database."""

from pathlib import Path

import pytest
from kept_access import Site, chains, forget, kept, site
from policy_rows import on_postgresql, on_sqlite, postgresql, store

from klarsyn.store.access_check import check_log
from klarsyn.store.access_keys import AccessKeys
from klarsyn.store.access_log import AccessLog

__all__ = ["kept", "on_postgresql", "on_sqlite", "postgresql", "site", "store"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("who", "'berta'"),
        ("patient", "'20^'"),
        ("exam_id", "'another'"),
        ("at", "'2020-01-01 00:00:00+00:00'"),
        ("what", "'searched'"),
        ("workstation", "'room 5'"),
        ("detail", "'x'"),
        ("seal", f"'{'0' * 64}'"),
    ],
)
def test_a_changed_entry_is_found_whatever_was_changed(kept: Site, column: str, value: str) -> None:
    first, _ = chains(kept)
    kept.attack(f"UPDATE access_log SET {column} = {value} WHERE chain_id = '{first}' AND position = 2")
    assert f"Chain {first}: entry 2 was changed, or stands where another stood." in kept.troubles()


def test_a_missing_entry_is_found(kept: Site) -> None:
    _, second = chains(kept)
    kept.attack(f"DELETE FROM access_log WHERE chain_id = '{second}' AND position = 2")
    assert kept.troubles() == [f"Chain {second}: entries 2 to 2 are missing."]


def test_an_entry_whose_followers_were_moved_up_is_found(kept: Site) -> None:
    _, second = chains(kept)
    kept.attack(
        f"DELETE FROM access_log WHERE chain_id = '{second}' AND position = 2",
        f"UPDATE access_log SET position = 2 WHERE chain_id = '{second}' AND position = 3",
        f"UPDATE access_log SET position = 3 WHERE chain_id = '{second}' AND position = 4",
    )
    told = kept.troubles()
    assert f"Chain {second}: entry 2 was changed, or stands where another stood." in told
    assert any("its end is missing" in each for each in told)


def test_reordered_entries_are_found(kept: Site) -> None:
    first, _ = chains(kept)
    kept.attack(
        *(
            f"UPDATE access_log SET position = {after} WHERE chain_id = '{first}' AND position = {before}"
            for before, after in ((1, 99), (2, 1), (99, 2))
        )
    )
    told = kept.troubles()
    assert f"Chain {first}: entry 1 was changed, or stands where another stood." in told


def test_a_cut_tail_is_found_by_the_anchor(kept: Site) -> None:
    _, second = chains(kept)
    forget(kept)
    kept.attack(f"DELETE FROM access_log WHERE chain_id = '{second}' AND position >= 3")
    assert kept.troubles() == [
        f"Chain {second}: its end is missing, entries 3 to 4 at least: an anchor says so."
    ]


def test_a_cut_tail_is_found_on_the_machine_that_wrote_it_when_its_anchors_are_gone_too(kept: Site) -> None:
    _, second = chains(kept)
    kept.attack(
        f"DELETE FROM access_log WHERE chain_id = '{second}' AND position >= 3",
        f"DELETE FROM access_anchor WHERE chain_id = '{second}'",
    )
    (told,) = kept.troubles()
    assert told.startswith(f"Chain {second}: its end is missing, entries 3 to 4")


def test_a_missing_chain_is_found_by_the_next_start_when_all_else_is_gone(kept: Site) -> None:
    first, _ = chains(kept)
    forget(kept)
    kept.attack(
        f"DELETE FROM access_log WHERE chain_id = '{first}'",
        f"DELETE FROM access_anchor WHERE chain_id = '{first}'",
    )
    assert kept.troubles() == [f"Chain {first} is missing: a later chain says that it had 4 entries."]


def test_a_log_that_was_emptied_is_missed(kept: Site) -> None:
    kept.attack("DELETE FROM access_log", "DELETE FROM access_anchor")
    assert len([told for told in kept.troubles() if "is missing" in told]) == 2


def test_a_changed_anchor_is_found(kept: Site) -> None:
    _, second = chains(kept)
    kept.attack(f"UPDATE access_anchor SET position = 3 WHERE chain_id = '{second}' AND position = 4")
    assert f"Chain {second}: its anchor at entry 3 was changed." in kept.troubles()


def test_a_chain_that_somebody_has_written_anew_with_another_key_is_found(kept: Site, tmp_path: Path) -> None:
    """Who may write to the database, and has no key, can make a chain, and none that passes."""
    forger = AccessLog(kept.store.database)
    forger.seat("anna", "room 4", AccessKeys(tmp_path / "forged"))
    kept.open(forger, "new")
    (told,) = kept.troubles()
    assert "cannot be checked: its key is not in the folder of keys" in told


def test_an_auditor_checks_other_workstations_with_copies_of_their_keys(kept: Site, tmp_path: Path) -> None:
    folder = tmp_path / "auditor"
    assert len(check_log(kept.store.database, AccessKeys(folder)).troubles) == 2
    folder.mkdir()
    (folder / "room-4.key").write_text((kept.folder / "access-log.key").read_text())
    assert check_log(kept.store.database, AccessKeys(folder)).troubles == []
