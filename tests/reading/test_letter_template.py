"""A site's file of decisions and letters: each mistake is a sentence with its line."""

from datetime import time
from pathlib import Path

import pytest

from klarsyn.base.paths import resources
from klarsyn.base.settings import SettingsError
from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.decision import DecisionOutcome, SingleRecall
from klarsyn.domain.decision_batch import BatchRule
from klarsyn.reading.letter_template import SITE_FILE, load_template, read_template

STANDARD = (resources() / "decisions" / "standard.toml").read_text(encoding="utf-8")


def test_without_a_file_of_the_site_the_standard_is_in_force(tmp_path: Path) -> None:
    template = load_template(tmp_path)
    assert template.rules.batch == BatchRule(time(16, 0), "Europe/Stockholm")
    assert template.rules.single_recall is SingleRecall.ARBITRATION
    assert template.csv.words == {DecisionOutcome.NORMAL: "normal", DecisionOutcome.RECALL: "recall"}


def test_the_sites_file_stands_in_its_place_as_a_whole(tmp_path: Path) -> None:
    own = STANDARD.replace('"16:00"', '"07:30"').replace('recall = "arbitration"', 'recall = "recall"')
    (tmp_path / SITE_FILE).write_text(own, encoding="utf-8")
    template = load_template(tmp_path)
    assert template.rules.batch.at == time(7, 30)
    assert template.rules.single_recall is SingleRecall.RECALL


def test_with_a_file_that_cannot_be_used_no_letter_is_written(tmp_path: Path) -> None:
    (tmp_path / SITE_FILE).write_text("title = ", encoding="utf-8")
    with pytest.raises(SettingsError, match="No letter is written"):
        load_template(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"16:00"', '"25:00"', "must be a time"),
        ('"16:00"', '"16:00+01:00"', "no zone of its own"),
        ("Europe/Stockholm", "Europe/Nowhere", "no time zone 'Europe/Nowhere'"),
        ('single_read_recall = "arbitration"', 'single_read_recall = "normal"', "cannot be 'normal'"),
        ('title = "Standard letters"', 'title = "x"\nhour = 4', "'hour' is not known"),
        ('charset = "utf-8-bom"', 'charset = "ebcdic"', "Allowed: utf-8, "),
        ('separator = ";"', 'separator = "::"', "cannot be '::'"),
        ('field = "outcome"', 'field = "exam_id"', "one column needs it"),
        ('field = "letter_id"', 'field = "reader"', "cannot be 'reader'"),
        ('head = "letter", field = "letter_id"', 'head = "letter"', "'field' is missing"),
        ('recall = "recall"', 'recall = "normal"', "none could be told from another"),
        ('code = "R"', 'code = "N"', "none could be told from another"),
        ("'|^~\\&'", "'||~\\&'", "five different signs"),
        ("'|^~\\&'", "'|^~\\A'", "five different signs"),
        ('processing = "P"', 'processing = "X"', "cannot be 'X'"),
        ('service = { code = "MAM-SCREEN",', "service = {", "'code' is missing"),
        ("[hl7]", '[hl7]\nfields = [{ at = "MSH-9", field = "exam_id" }]', "OBR-18 or PID-5.2"),
        ("[hl7]", '[hl7]\nfields = [{ at = "OBX-5", field = "outcome" }]', "cannot be 'outcome'"),
    ],
)
def test_each_mistake_is_a_sentence_with_its_line(before: str, after: str, said: str) -> None:
    assert before in STANDARD
    with pytest.raises(TomlFileError, match=said) as refused:
        read_template("decisions.toml", STANDARD.replace(before, after, 1).encode())
    assert str(refused.value).startswith("decisions.toml:")
