"""Which number of a maker's reports is a score, as its file declares it: one table, checked whole."""

import re

from klarsyn.base.toml_table import Table
from klarsyn.domain.reports.cad_report import ScoreConcept
from klarsyn.domain.reports.score_reading import STANDARD_READINGS, Rounding, Scale, ScoreReading

MOST_ENTRIES = 20
LONGEST_PATTERN = 200
MOST_REPEATS = 3
"""Repeats in one pattern: with groups that are not repeated, no text can make it slow."""

READING_KEYS = ("concept", "code", "unit", "pattern", "words", "scale", "rounding")
_CONCEPTS = {c.value: c for c in ScoreConcept if c is not ScoreConcept.OTHER}
_SCALES = {scale.value: scale for scale in Scale}
_ROUNDINGS = {rounding.value: rounding for rounding in Rounding}
_GROUP_MARKS = re.compile(r"\(\?(?::|i:|=|!|<=|<!)")
_NO_REPEATS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")


def exam_score(table: Table) -> ScoreReading | None:
    """Return the exam's score of a file; None where it declares none."""
    if not table.has("exam_score"):
        return None
    below = table.table("exam_score", "the exam's score")
    below.allow(*READING_KEYS)
    reading = _reading(below)
    if reading.concept is None and reading.code is None and reading.pattern is None:
        raise below.error("The exam's score is found by a concept, a code or a pattern. Say one of them.")
    return reading


def finding_scores(table: Table) -> tuple[ScoreReading, ...]:
    """Return the readings of a finding's score in the file's order; the standard's where it has none."""
    if not table.has("finding_scores"):
        return STANDARD_READINGS
    readings = []
    for below in table.tables("finding_scores", "a finding's score", MOST_ENTRIES):
        below.allow(*(key for key in READING_KEYS if key != "rounding"))
        reading = _reading(below)
        if reading.concept is None and reading.code is None:
            raise below.error("A finding's score is found by a concept or a code. Say one of them.")
        readings.append(reading)
    return tuple(readings)


def _reading(table: Table) -> ScoreReading:
    if table.has("concept") and table.has("code"):
        raise table.error("A score has either a concept or a code.", "code")
    table.raw("scale")
    scale = table.word("scale", _SCALES, Scale.PERCENT)
    concept = table.word("concept", _CONCEPTS, ScoreConcept.OTHER) if table.has("concept") else None
    for name in ("pattern", "words"):
        if concept is not None and table.has(name):
            raise table.error(
                f"'{name}' looks into texts, and the standard's {concept.value} is a number. Name "
                "the maker's own 'code', or leave the concept out.",
                name,
            )
    if table.has("rounding") and scale is not Scale.TENTHS:
        raise table.error("'rounding' is for a scale of tenths only.", "rounding")
    return ScoreReading(
        scale=scale,
        concept=concept,
        code=_code(table),
        unit=table.text("unit") if table.has("unit") else "",
        pattern=_pattern(table),
        words=_words(table, scale),
        rounding=table.word("rounding", _ROUNDINGS, Rounding.NONE),
    )


def _code(table: Table) -> tuple[str, str] | None:
    if not table.has("code"):
        return None
    code = texts(table, "code")
    if len(code) != 2:
        raise table.error("'code' must be [value, scheme], as in ['123', '99MAKER'].", "code")
    return code[0], code[1]


def _pattern(table: Table) -> re.Pattern[str] | None:
    if not table.has("pattern"):
        return None
    text = table.text("pattern")
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise table.error(f"'pattern' is no regular expression: {error}.", "pattern") from error
    plain = _NO_REPEATS.sub(" ", text)
    if len(text) > LONGEST_PATTERN or re.search(r"\)\s*[*+{?]", plain):
        raise table.error(
            f"'pattern' may have {LONGEST_PATTERN} letters, and no group that is repeated.", "pattern"
        )
    if len(re.findall(r"[*+{?]", _GROUP_MARKS.sub("(", plain))) > MOST_REPEATS:
        raise table.error(f"'pattern' may repeat {MOST_REPEATS} things with * + ? {{ at most.", "pattern")
    if pattern.groups != 1:
        raise table.error("'pattern' must have one group ( ) around the score.", "pattern")
    return pattern


def _words(table: Table, scale: Scale) -> tuple[tuple[str, float], ...]:
    if not table.has("words"):
        return ()
    below = table.table("words", "a maker's words")
    low, high = scale.bounds
    for word, value in below.data.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not scale.holds(value):
            raise below.error(f"{word!r} must be a number of the scale, {low:g} to {high:g}.", word)
    return tuple((word.strip().casefold(), float(value)) for word, value in below.data.items())


def texts(table: Table, name: str) -> list[str]:
    """Return a list of texts, each once; [] when the key is not there."""
    if not table.has(name):
        return []
    listed = table.raw(name)
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_ENTRIES:
        raise table.error(f"{name!r} must be a list of 1 to {MOST_ENTRIES} texts.", name)
    for number, text in enumerate(listed):
        if not isinstance(text, str) or not text.strip():
            raise table.error(f"{name!r} must hold texts that are not empty.", name, number)
    return [text.strip() for text in listed]
