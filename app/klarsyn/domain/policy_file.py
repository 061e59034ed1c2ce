"""Reading policies as files: the schema of docs/policies.md, checked whole when a file is read."""

import re
from typing import Any

from klarsyn.base.toml_file import read_toml
from klarsyn.base.toml_table import Table, TomlFileError
from klarsyn.domain.exam import ExamType
from klarsyn.domain.policy import AiRole, Band, ReadingPolicy, RevealPolicy, StatesPolicy
from klarsyn.domain.site_rule import SiteRule

FORMAT = 1
"""Version of the schema that this program reads."""

MOST_RULES = 50

FILE_KEYS = (
    "format", "title", "banner", "ai_role", "reveal", "others_drawings", "single_read_below",
    "risk_below_percent", "safety_net_from", "audit_percent", "always_two", "bands", "not_scored_band",
    "aging_days", "letter_days", "letter_margin_days", "provisional_orders_down", "undo_seconds",
    "minimum_score", "minimum_score_limit",
)  # fmt: skip
RULE_KEYS = ("accession", "type", "reason")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ROLES = {role.value: role for role in AiRole}
_REVEALS = {when.value: when for when in RevealPolicy}
_STATES = {when.value: when for when in StatesPolicy}
_TYPES = {kind.value: kind for kind in ExamType}


def read_policy_file(file: str, content: bytes) -> ReadingPolicy:
    """Return what a file says; `file` is its name with .toml, which names the policy.

    What a file does not say is what asks for more readers or shows less; only what nobody can guess must be
    there.

    Raises
    ------
    TomlFileError
        About the first thing in it that cannot be used, with its line.
    """
    name = file.removesuffix(".toml")
    if not _NAME.fullmatch(name):
        raise TomlFileError(
            f"{file}:1: A policy's file is named with small letters, digits and hyphens, and ends in .toml."
        )
    table = read_toml(file, content)
    table.allow(*FILE_KEYS)
    if table.raw("format") is True or table.raw("format") != FORMAT:
        raise table.error(f"This program reads format = {FORMAT}, not {table.raw('format')!r}.", "format")
    for needed in ("ai_role", "bands"):
        table.raw(needed)
    downwards = table.flag("provisional_orders_down")
    banner = table.text("banner") if table.has("banner") else ""
    if downwards and not banner:
        raise table.error(
            "Provisional scores may put exams last only under a banner that says so: give 'banner'.",
            "provisional_orders_down",
        )
    limit = table.number("minimum_score_limit", 0, 100, 100)
    try:
        return ReadingPolicy(
            name=name,
            title=table.text("title"),
            banner=banner,
            ai_role=table.word("ai_role", _ROLES, AiRole.AID),
            reveal=table.word("reveal", _REVEALS, RevealPolicy.AFTER_FIRST_IMPRESSION),
            others_drawings=table.word("others_drawings", _STATES, StatesPolicy.AFTER_FINAL),
            single_read_below=table.number("single_read_below", 0, 10, 0),
            risk_below_percent=_percent(table, "risk_below_percent"),
            safety_net_from=table.number("safety_net_from", 0, 10, 0),
            audit_percent=_percent(table, "audit_percent"),
            always_two=_rules(table),
            bands=_bands(table),
            not_scored_band=table.number("not_scored_band", 0, 9, 0),
            aging_days=table.number("aging_days", 1, 365, 7),
            letter_days=table.number("letter_days", 0, 365, 21),
            letter_margin_days=table.number("letter_margin_days", 0, 365, 2),
            provisional_orders_down=downwards,
            undo_seconds=table.number("undo_seconds", 1, 60, 10),
            minimum_score=table.number("minimum_score", 0, limit, 0),
            minimum_score_limit=limit,
        )
    except ValueError as error:
        raise table.error(str(error)) from error


def _percent(table: Table, name: str) -> float:
    if not table.has(name):
        return 0.0
    value = table.raw(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise table.error(f"{name!r} must be a number from 0 to 100.", name)
    return float(value)


def _bands(table: Table) -> tuple[Band, ...]:
    listed = table.raw("bands")
    if not isinstance(listed, list) or not all(_is_band(each) for each in listed):
        raise table.error("'bands' must be a list of pairs, as [[10, 10], [8, 9], [5, 7], [1, 4]].", "bands")
    return tuple(Band(low, high) for low, high in listed)


def _is_band(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(n) is int and 1 <= n <= 10 for n in value)


def _rules(table: Table) -> tuple[SiteRule, ...]:
    if not table.has("always_two"):
        return ()
    return tuple(_rule(one) for one in table.tables("always_two", "a rule", MOST_RULES))


def _rule(one: Table) -> SiteRule:
    one.allow(*RULE_KEYS)
    accession = one.text("accession") if one.has("accession") else ""
    try:
        return SiteRule(one.text("reason"), accession, one.words("type", _TYPES, "type"))
    except ValueError as error:
        raise one.error(str(error)) from error
