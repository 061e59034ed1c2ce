"""Every key is found on the line on which it stands."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.base.toml_lines import key_lines

FILE = '''\
# a comment with [brackets] = "and" 'quotes'
top = 101
"quoted \\u006eame".'x.y' = 102

[plain]
text = """
not = 1
[not.a.table]
""" # 'comment
inner.deep = 104
'single' = \'\'\'
[[no]]\'\'\'
ends = ["""a\\"""\""", """b""""", \'\'\'c\'\'\'\', "]", '}']
last = 106

[[steps]]
n = 107
[steps.title]
sv = 108
[[steps.cells]]
n = 109
[[steps.cells]]
n = 110
day = 2026-11-25T02:00:00Z

[[steps]]
cells = [
  { n = 111, t = "a,b}" }, { n = 112 },

  # { n = 0 },
  { n = 113, more = { deep = 113 }, list = [
    113.5,
    [114, 114] ] },
]
'''


def leaves(value: object, path: tuple = ()) -> list[tuple[tuple, object]]:
    """Path and value of everything that is neither a table nor a list."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, below in pairs for leaf in leaves(below, (*path, key))]
    return [(path, value)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_number_is_found_on_its_line(newline: str) -> None:
    lines = key_lines(FILE.replace("\n", newline))
    numbers = [(path, value) for path, value in leaves(tomllib.loads(FILE)) if isinstance(value, int | float)]
    assert len(numbers) == 15
    for path, value in numbers:
        assert str(value) in FILE.splitlines()[lines[path] - 1], path


def test_tables_and_elements_have_lines_too() -> None:
    lines = key_lines(FILE)
    assert lines["plain",] == 5
    assert lines["plain", "text"] == 6
    assert lines["plain", "inner"] == 10
    assert (lines["steps",], lines["steps", 0], lines["steps", 1]) == (16, 16, 26)
    assert (lines["steps", 0, "title"], lines["steps", 0, "cells", 1]) == (18, 22)
    assert (lines["steps", 1, "cells", 0], lines["steps", 1, "cells", 2]) == (28, 31)


KEYS = st.text("ab-_1", min_size=1, max_size=3)
VALUES = st.recursive(
    st.integers(-9, 9).map(str)
    | st.sampled_from(['"]}"', "'#'", '"\\""', '"""\n"\n"""', "true", "1979-05-27", "'''\n[x]'''"]),
    lambda below: (
        st.lists(below, max_size=3).map(lambda vs: "[\n" + ",\n".join(vs) + " # ]\n]")
        | st.dictionaries(KEYS, below, max_size=3).map(
            lambda d: "{ " + ", ".join(f"{k} = {v}" for k, v in d.items()) + " }"
        )
    ),
    max_leaves=8,
)


@given(st.lists(st.tuples(st.booleans(), st.dictionaries(KEYS, VALUES, max_size=3)), max_size=5))
def test_whatever_stands_in_a_file_the_keys_after_it_are_found(blocks: list[tuple[bool, dict]]) -> None:
    text = ""
    wanted = {}
    for number, (comment, block) in enumerate(blocks):
        text += "# [x]\n" if comment else ""
        text += "[[block]]\n"
        for key, value in block.items():
            wanted["block", number, key] = text.count("\n") + 1
            text += f"{key} = {value}\n"
    tomllib.loads(text)
    lines = key_lines(text)
    assert {path: lines.get(path) for path in wanted} == wanted
