"""Rules of makers as files: the schema of docs/vendors.md, checked whole when a file is read."""

import hashlib
import re

from klarsyn.base.toml_file import read_toml
from klarsyn.base.toml_table import Table, TomlFileError
from klarsyn.domain.finding import IntendedUse
from klarsyn.domain.reports.vendor_rule import DEFAULT, Name, Recognition, Scores, VendorRule
from klarsyn.intake.vendor_readings import MOST_ENTRIES, exam_score, finding_scores, texts

FORMAT = 1
"""Version of the schema that this program reads."""

FILE_KEYS = (
    "format", "title", "shown_as", "recognise", "exam_score", "scores", "finding_scores", "intended_use",
    "operating_point", "optional", "versions", "devices", "trust", "own",
)  # fmt: skip
RECOGNISE_KEYS = ("manufacturer", "model", "algorithm")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SCORES = {scores.value: scores for scores in Scores}
_USES = {use.value: use for use in IntendedUse}
_OPTIONAL = {"list": False, "draw": True}


def read_vendor_file(file: str, content: bytes, *, of_site: bool) -> VendorRule:
    """Return what a file says; `file` is its name with .toml, which names the rule.

    Parameters
    ----------
    of_site
        Whether it lies in the site's own folder: only there may scores be trusted (invariant 7).

    Raises
    ------
    TomlFileError
        About the first thing in it that cannot be used.
    """
    name = file.removesuffix(".toml")
    if not _NAME.fullmatch(name):
        raise TomlFileError(f"{file}:1: A rule's file is named with small letters, digits and hyphens.")
    table = read_toml(file, content)
    table.allow(*FILE_KEYS)
    if table.raw("format") is True or table.raw("format") != FORMAT:
        raise table.error(f"This program reads format = {FORMAT}, not {table.raw('format')!r}.", "format")
    if name == DEFAULT.name:
        raise table.error(f"{name!r} is what makers have that no rule knows. Name the file after its maker.")
    rule = VendorRule(
        name=name,
        title=table.text("title"),
        recognise=tuple(_recognition(one) for one in table.tables("recognise", "a maker", MOST_ENTRIES)),
        shown_as=table.text("shown_as") if table.has("shown_as") else "",
        exam_score=exam_score(table),
        scores=table.word("scores", _SCORES, Scores.UNCALIBRATED),
        finding_scores=finding_scores(table),
        intended_use=table.word("intended_use", _USES, IntendedUse.RESEARCH),
        operating_point=table.number("operating_point", 0, 99) if table.has("operating_point") else None,
        draw_optional=table.word("optional", _OPTIONAL, False),
        own=table.flag("own"),
        versions=tuple(texts(table, "versions")),
        devices=tuple(_name(table, text, "devices", n) for n, text in enumerate(texts(table, "devices"))),
        trusted=table.flag("trust"),
        edition=hashlib.sha256(content + (b"site" if of_site else b"built in")).hexdigest()[:16],
    )
    _check_whole(table, rule, of_site)
    return rule


def _check_whole(table: Table, rule: VendorRule, of_site: bool) -> None:
    if rule.own and of_site:
        raise table.error("Which reports are Klarsyn's own is not for a site to say.", "own")
    if rule.scores is Scores.TENTHS and rule.exam_score is None:
        raise table.error("'scores' speaks of an exam score, and none is declared: say exam_score.", "scores")
    if not rule.trusted:
        return
    if not of_site:
        raise table.error("Only the site's own folder may say trust = true.", "trust")
    if rule.scores is not Scores.TENTHS:
        raise table.error("Only scores = 'tenths' can be trusted: others say nothing of how rare.", "trust")
    for needed, named in (("versions", rule.versions), ("devices", rule.devices)):
        if not named:
            raise table.error(f"trust = true holds for what it was checked with: name the {needed}.", "trust")


def _recognition(table: Table) -> Recognition:
    table.allow(*RECOGNISE_KEYS)
    names = {key: _name(table, table.text(key), key) for key in RECOGNISE_KEYS if table.has(key)}
    if not names:
        raise table.error(f"A maker is recognised by at least one of {', '.join(RECOGNISE_KEYS)}.")
    return Recognition(**names)


def _name(table: Table, text: str, *keys: str | int) -> Name:
    beginning = text.removesuffix("*").strip()
    if "*" in beginning or len(beginning) < (3 if text.endswith("*") else 1):
        raise table.error(
            f"{keys[0]!r} is {text!r}. A name is meant exactly, or with its first three letters or more and "
            "one * at the end.",
            *keys,
        )
    return Name(beginning, text.endswith("*"))
