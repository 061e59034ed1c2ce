"""Policies as files: whole and checked, or refused in one sentence with file and line."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.base.paths import resources
from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.exam import ExamType
from klarsyn.domain.policy import AiRole, Band, ReadingPolicy
from klarsyn.domain.policy_file import FILE_KEYS, RULE_KEYS, read_policy_file
from klarsyn.domain.reading_facts import NOTED
from klarsyn.domain.site_rule import SiteRule

LEAST = 'format = 1\ntitle = "T"\nai_role = "single-reading"\nbands = [[5, 10], [1, 4]]\n'
DOCUMENT = Path(__file__).parents[2] / "docs" / "policies.md"


def read(text: str, file: str = "ours.toml") -> ReadingPolicy:
    return read_policy_file(file, text.encode("utf-8"))


def test_what_a_file_leaves_out_asks_for_more_readers_or_shows_less() -> None:
    policy = read(LEAST)
    assert (policy.name, policy.title, policy.ai_role) == ("ours", "T", AiRole.SINGLE_READING)
    assert (policy.single_read_below, policy.not_scored_band, policy.provisional_orders_down) == (0, 0, False)
    assert policy.others_drawings.value == "after-final"
    assert policy.bands == (Band(5, 10), Band(1, 4))


def test_rules_of_the_site_are_read_with_their_reason() -> None:
    rules = (
        '[[always_two]]\naccession = "N-*"\nreason = "a new unit"\n[[always_two]]\ntype = "DBT"\nreason = "y"'
    )
    assert read(LEAST + rules).always_two == (
        SiteRule("a new unit", "N-*"),
        SiteRule("y", "", (ExamType.DBT,)),
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (LEAST.replace("format = 1", "format = 2"), 1, "format = 1, not 2"),
        (LEAST.replace("format = 1\n", ""), 1, "'format' is missing"),
        (LEAST.replace('ai_role = "single-reading"\n', ""), 1, "'ai_role' is missing"),
        (LEAST.replace("single-reading", "boss"), 3, "'ai_role' cannot be 'boss'. Allowed: aid, triage"),
        (LEAST + "single_read_bellow = 5", 5, "'single_read_bellow' is not known"),
        (LEAST + "single_read_below = 11", 5, "'single_read_below' is 11. Allowed: 0 to 10"),
        (LEAST + "single_read_below = 4.5", 5, "must be a whole number"),
        (LEAST + "risk_below_percent = 2", 1, "risk_below_percent needs single_read_below"),
        (LEAST + "audit_percent = 101", 5, "'audit_percent' must be a number from 0 to 100"),
        (LEAST + "audit_percent = nan", 5, "'audit_percent' must be a number from 0 to 100"),
        (LEAST.replace("[5, 10]", "[6, 10]"), 1, "must cover the scores 10 to 1 once each"),
        (LEAST.replace("[5, 10]", "[5, 10, 11]"), 4, "'bands' must be a list of pairs"),
        (LEAST.replace("[5, 10]", "[true, 10]"), 4, "'bands' must be a list of pairs"),
        (LEAST + "not_scored_band = 2", 1, "not_scored_band must be the number of one of its bands"),
        (LEAST + "provisional_orders_down = true", 5, "only under a banner"),
        (LEAST.replace("single-reading", "triage") + "single_read_below = 5", 1, "every exam is read by two"),
        (LEAST.replace("single-reading", "aid"), 1, "bands must be [[1, 10]]"),
        (LEAST + '[[always_two]]\nreason = "x"', 5, "needs `accession` or `type`"),
        (LEAST + '[[always_two]]\naccession = "x"', 5, "'reason' is missing"),
        (LEAST + '[[always_two]]\ntype = "CT"\nreason = "x"', 6, "'type' cannot be 'CT'"),
        (LEAST + "minimum_score_limit = 3\nminimum_score = 4", 6, "Allowed: 0 to 3"),
        (LEAST + "title =", 5, "This is not TOML"),
    ],
)
def test_each_mistake_is_one_sentence_with_file_and_line(text: str, line: int, words: str) -> None:
    with pytest.raises(TomlFileError) as told:
        read(text)
    assert str(told.value).startswith(f"ours.toml:{line}: ")
    assert words in str(told.value)


@pytest.mark.parametrize("file", ["Ours.toml", "../x.toml", ".toml", "a policy.toml"])
def test_a_name_that_is_no_policys_is_refused(file: str) -> None:
    with pytest.raises(TomlFileError, match="is named with small letters"):
        read(LEAST, file)


@given(st.binary(max_size=200) | st.text(max_size=60).map(lambda t: (LEAST + t).encode("utf-8", "replace")))
def test_whatever_a_file_holds_it_is_a_policy_or_a_sentence(content: bytes) -> None:
    said = "x.toml:"
    try:
        read_policy_file("x.toml", content)
    except TomlFileError as error:
        said = str(error)
    assert said.startswith("x.toml:")


@given(
    st.sampled_from(FILE_KEYS),
    st.sampled_from(["-1", "1e9", "true", '"x"', "[]", "[[]]", "{}", "2026-01-01"]),
)
def test_a_value_of_the_wrong_kind_never_gets_through_unseen(key: str, value: str) -> None:
    lines = [line for line in LEAST.splitlines() if not line.startswith(f"{key} ")]
    text = "\n".join([*lines, f"{key} = {value}"])
    fits = (key in ("title", "banner") and value == '"x"') or (
        key == "provisional_orders_down" and value == "false"
    )
    if fits:
        read(text)
    else:
        with pytest.raises(TomlFileError):
            read(text)


@pytest.mark.parametrize("file", sorted((resources() / "policies").glob("*.toml")), ids=lambda p: p.stem)
def test_each_policy_that_is_shipped_is_good_and_in_the_document(file: Path) -> None:
    assert read_policy_file(file.name, file.read_bytes()).name == file.stem
    assert f"| `{file.stem}` |" in DOCUMENT.read_text(encoding="utf-8")


def test_the_document_has_every_key_and_every_kind_of_note_and_no_other() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text.split("## The file")[1].split("### ")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(FILE_KEYS)
    assert all(f"{key} = " in text for key in RULE_KEYS)
    noted = text.split("| kind | |")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", noted)) == {kind.value for kind in NOTED}
