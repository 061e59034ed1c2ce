"""What a hanging protocol's file may say, and the sentence for what it may not."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.base.paths import resources
from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.exam import Laterality, ViewModifier, ViewPosition
from klarsyn.domain.hanging_protocol import Cell, Extent, ImageKind, Match, Title, Zoom
from klarsyn.reading.protocol_files import (
    CELL_KEYS,
    FILE_KEYS,
    LARGEST_FILE,
    STEP_KEYS,
    ProtocolFile,
    read_protocol_file,
)

GOOD = """\
format = 1
title = { sv = "Par", en = "Pair" }

[[steps]]
layout = [1, 2]
cells = [
  { row = 0, column = 0, laterality = "R", view = "CC" },
  { row = 0, column = 1, laterality = "L", view = "CC" },
]
"""
PAGE = (Path(__file__).parents[2] / "docs" / "hanging-protocols.md").read_text(encoding="utf-8")


def read(text: str, file: str = "pair.toml") -> ProtocolFile:
    return read_protocol_file(file, text.encode())


def refusal(text: str, file: str = "pair.toml") -> str:
    with pytest.raises(TomlFileError) as caught:
        read(text, file)
    return str(caught.value)


def test_a_file_is_a_protocol_named_after_it() -> None:
    made = read(GOOD)
    assert (made.name, made.title, len(made.steps)) == ("pair", Title("Par", "Pair"), 1)
    assert made.steps[0].title == Title("Par", "Pair")
    assert [c.match.label for c in made.steps[0].cells] == ["R CC", "L CC"]


def test_every_key_of_a_place_is_understood() -> None:
    cell = (
        '{ row = 1, column = 0, row_span = 2, column_span = 2, laterality = "L", view = ["MLO", "ML"], '
        'exam = 3, extent = "partial", kind = "tomosynthesis", having = ["ID"], without = "NP", '
        'zoom = "one to one", walk = true, optional = true, needed = true }'
    )
    text = re.sub(r"layout.*", f"layout = [3, 2]\ncells = [{cell}]", GOOD.split("cells")[0])
    match = Match(
        Laterality.LEFT,
        (ViewPosition.MLO, ViewPosition.ML),
        3,
        Extent.PARTIAL,
        ImageKind.TOMOSYNTHESIS,
        (ViewModifier.IMPLANT_DISPLACED,),
        (ViewModifier.NIPPLE_IN_PROFILE,),
    )
    assert read(text).steps[0].cells == (
        Cell(match, 1, 0, 2, 2, Zoom.ONE_TO_ONE, walk=True, optional=True, needed=True),
    )


def test_places_may_be_written_as_tables_of_their_own() -> None:
    text = GOOD.split("cells")[0] + '[[steps.cells]]\nrow = 0\ncolumn = 1\nview = "CM"\n'
    assert refusal(text).startswith("pair.toml:9: 'view' cannot be 'CM'. Allowed: CC, MLO,")


def test_a_sequence_names_other_protocols_each_with_its_line() -> None:
    made = read('format = 1\ntitle = { sv = "S", en = "S" }\nsequence = [\n  "four-up",\n  "cc-pair",\n]\n')
    assert made.sequence == (("four-up", 4), ("cc-pair", 5))


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("format = 1\n", "format = 2\n", "pair.toml:1: This program reads format = 1, not 2."),
        ("format = 1\n", "format = true\n", "pair.toml:1: This program reads format = 1, not True."),
        ("format = 1\n", "\n", "pair.toml:1: 'format' is missing in the file."),
        ("format = 1\n", "format = 1\nsteps = 3\n", "This is not TOML"),
        ("layout", "colour = 1\nlayout", "pair.toml:5: 'colour' is not known in a step. Known: title,"),
        ('en = "Pair"', 'de = "Paar"', "pair.toml:2: 'de' is not known in a title. Known: sv, en."),
        (', en = "Pair"', "", "pair.toml:2: 'en' is missing in a title."),
        ('"Pair"', '"  "', "pair.toml:2: 'en' is empty. It must be a text."),
        ("[1, 2]", "[1]", "pair.toml:5: 'layout' must be [rows, columns], each 1 to 8."),
        ("[1, 2]", "[1, 99]", "pair.toml:5: 'layout' must be [rows, columns], each 1 to 8."),
        ("[1, 2]", "[true, 2]", "pair.toml:5: 'layout' must be [rows, columns], each 1 to 8."),
        ('"R", view', '"H", view', "pair.toml:7: 'laterality' cannot be 'H'. Allowed: R, L."),
        ('"R", view', "1, view", "pair.toml:7: 'laterality' must be a text, not a whole number."),
        ('"L", view = "CC"', '"L", view = ["CC", 3]', "pair.toml:8: 'view' must hold texts, not a whole"),
        ('"L", view = "CC"', '"L", view = []', "pair.toml:8: 'view' is an empty list. It must name at least"),
        ('"L", view = "CC"', '"L", view = ["CC", "CC"]', "pair.toml:8: 'view' names CC twice."),
        ("column = 1", "column = 2", "pair.toml:8: 'column' is 2. Allowed: 0 to 1."),
        ("column = 1", "column = 1.0", "pair.toml:8: 'column' must be a whole number, not a number."),
        ("column = 1", "column = true", "pair.toml:8: 'column' must be a whole number, not true or false."),
        ("column = 1,", "", "pair.toml:8: 'column' is missing in a place."),
        ("column = 1", "column = 0", "pair.toml:8: This place overlaps that of line 7 at row 0, column 0."),
        ("row = 0, column = 0", "row = 0, column = 0, column_span = 2", "pair.toml:8: This place overlaps"),
        ("column = 1", "column = 1, column_span = 2", "pair.toml:8: 'column_span' is 2. Allowed: 1 to 1."),
        ('"L", view', '"R", view', "pair.toml:8: This place asks for R CC as line 7 does."),
        ('"R", view', '"R", exam = "last", view', "pair.toml:7: 'exam' must be 'current', 'prior', or the"),
        ('"R", view', '"R", exam = 0, view', "pair.toml:7: 'exam' is 0. Allowed: 1 to 20."),
        ('"R", view', '"R", exam = false, view', "pair.toml:7: 'exam' must be 'current', 'prior', or the"),
        ('"R", view', '"R", zoom = "big", view', "Allowed: fit, true size, one to one."),
        ('"R", view', '"R", extent = "half", view', "Allowed: full, spot, partial, any."),
        ('"R", view', '"R", kind = "3D", view', "Allowed: any, 2D, FFDM, synthetic 2D, tomosynthesis."),
        ('"R", view', '"R", walk = true, view', "pair.toml:7: 'walk' asks for zoom = 'one to one'."),
        ('"R", view', '"R", walk = "yes", view', "pair.toml:7: 'walk' must be true or false, not a text."),
        ('"R", view', '"R", having = ["ID"], without = ["ID"], view', "'having' and 'without' both name ID."),
        ('"R", view', '"R", having = "XX", view', "pair.toml:7: 'having' cannot be 'XX'. Allowed: CV, AT,"),
        (GOOD.splitlines()[6].strip(' ,'), "3", "pair.toml:7: 'cells' must hold tables, not"),
        ("cells = [", "cells = [\n\n{}, ", "pair.toml:6: 'cells' holds 3 entries. Allowed: 1 to 2."),
        ('"R", view = "CC" },', '"R" view = "CC" },', "pair.toml:7: This is not TOML: "),
        ("]\n", "", "This is not TOML: "),
        ("[[steps]]", "[steps]", "pair.toml:4: 'steps' must be a list, not a table."),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_file_and_line_and_what_is_allowed(was, becomes, told) -> None:
    assert was in GOOD
    sentence = refusal(GOOD.replace(was, becomes, 1))
    assert told in sentence
    assert re.match(r"pair\.toml:\d+: ", sentence)
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "pair.toml:1: 'format' is missing in the file."),
        ('format = 1\ntitle = { sv = "a", en = "b" }\n', "pair.toml:1: A protocol has either 'steps' of its"),
        (
            GOOD.replace("[[steps]]", 'sequence = ["x"]\n[[steps]]'),
            "A protocol has either 'steps' of its own",
        ),
        ('format = 1\ntitle = { sv = "a", en = "b" }\nsequence = []\n', "pair.toml:3: 'sequence' must be"),
        ('format = 1\ntitle = { sv = "a", en = "b" }\nsequence = "x"\n', "pair.toml:3: 'sequence' must be"),
        (
            'format = 1\ntitle = { sv = "a", en = "b" }\nsequence = [\n"x",\n1]\n',
            "pair.toml:5: 'sequence' must",
        ),
        ("x = " + "[" * 5000, "pair.toml:1: Lists and tables are nested too deeply."),
        ("x = 1" + "0" * 5000, "pair.toml:1: This is not TOML: "),
    ],
    ids=str,
)
def test_a_file_that_is_no_protocol_is_one_sentence(text: str, told: str) -> None:
    assert told in refusal(text)


def test_a_place_may_ask_again_for_a_further_image_when_it_is_optional() -> None:
    text = GOOD.replace('"L", view = "CC"', '"R", view = "CC", optional = true')
    assert [cell.optional for cell in read(text).steps[0].cells] == [False, True]


def test_text_that_is_not_utf8_is_named_with_its_line() -> None:
    with pytest.raises(TomlFileError, match=r"^pair.toml:3: The text is not UTF-8"):
        read_protocol_file("pair.toml", b"a = 1\nb = 2\nc = '\xe5'\n")


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    assert read_protocol_file("pair.toml", b"\xef\xbb\xbf" + GOOD.encode()).name == "pair"


def test_an_endless_file_is_refused() -> None:
    with pytest.raises(TomlFileError, match="larger than 256 KiB"):
        read_protocol_file("pair.toml", b"#" * (LARGEST_FILE + 1))


@pytest.mark.parametrize("file", ["My Pair.toml", "pär.toml", ".toml", "-.toml"])
def test_a_file_name_that_cannot_be_a_setting_is_refused(file: str) -> None:
    assert "named with small letters" in refusal(GOOD, file)


@given(st.data())
def test_whatever_is_changed_in_a_file_it_is_read_or_refused_with_one_sentence(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(at, min(at + 12, len(GOOD))))
    piece = data.draw(st.sampled_from(["", '"', "]", "[", "{", "}", "=", "\n", "#", "1", "'''", "é", "\x00"]))
    try:
        read(GOOD[:at] + piece + GOOD[end:])
    except TomlFileError as error:
        assert re.match(r"pair\.toml:\d+: [^\n]+\.$", str(error)), str(error)  # noqa: PT017


def test_the_page_names_every_key_and_every_word() -> None:
    codes = [code.value for kind in (ViewPosition, ViewModifier) for code in kind]
    words = [*FILE_KEYS, *STEP_KEYS, *CELL_KEYS, *codes]
    quoted = [w.value for kind in (Extent, ImageKind, Zoom) for w in kind]
    assert [w for w in words if f"`{w}`" not in PAGE] == []
    assert [w for w in quoted if f'`"{w}"`' not in PAGE] == []


def test_the_example_of_the_page_is_a_protocol() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert [s.title.en for s in read(example).steps] == [
        "CC over prior",
        "Right, spot views",
        "Left MLO, every pixel",
    ]


def test_the_page_lists_every_protocol_that_comes_with_klarsyn() -> None:
    names = [path.stem for path in (resources() / "hanging").glob("*.toml")]
    assert [name for name in names if f"`{name}`" not in PAGE.split("## What comes")[1]] == []
