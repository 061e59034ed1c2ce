"""Makers' rules as files: what they may say, and what a site's own may."""

from pathlib import Path

import pytest
from hanging_exams import four_views
from told_reports import a_report

from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.finding import IntendedUse
from klarsyn.domain.reports.score_reading import STANDARD_READINGS, Rounding, Scale
from klarsyn.domain.reports.vendor_rule import DEFAULT, Name, Scores
from klarsyn.intake.vendor_file import FILE_KEYS, RECOGNISE_KEYS, read_vendor_file
from klarsyn.intake.vendor_readings import READING_KEYS
from klarsyn.intake.vendor_rules import load_vendor_rules

HEAD = 'format = 1\ntitle = "Maker"\n'
MAKER = '[[recognise]]\nmanufacturer = "Maker*"\n'
CODED = '[exam_score]\nscale = "tenths"\ncode = ["SCORE", "99WISE"]\n'
TENTHS = '[exam_score]\nconcept = "certainty of impression"\nscale = "tenths"\n'
TRUSTED = 'scores = "tenths"\ntrust = true\nversions = ["2.1"]\ndevices = ["Imitation*"]\n'


def read(text: str, *, of_site: bool = True, file: str = "maker.toml"):
    return read_vendor_file(file, text.encode(), of_site=of_site)


def test_a_file_says_all_that_a_rule_can() -> None:
    rule = read(
        HEAD
        + 'shown_as = "Looker"\nintended_use = "clinical"\noperating_point = 2\noptional = "draw"\n'
        + TRUSTED
        + MAKER
        + '[exam_score]\ncode = ["S", "99M"]\nscale = "tenths"\nrounding = "up"\n'
        + '[[finding_scores]]\nconcept = "certainty of finding"\nunit = "%"\nscale = "percent"\n'
    )
    assert (rule.name, rule.shown_as, rule.intended_use) == ("maker", "Looker", IntendedUse.CLINICAL)
    assert (rule.operating_point, rule.draw_optional, rule.trusted) == (2, True, True)
    assert rule.scores is Scores.TENTHS
    assert (rule.versions, rule.devices) == (("2.1",), (Name("Imitation", prefix=True),))
    assert rule.exam_score is not None
    assert (rule.exam_score.code, rule.exam_score.rounding) == (("S", "99M"), Rounding.UP)
    assert [reading.scale for reading in rule.finding_scores] == [Scale.PERCENT]


def test_what_a_file_does_not_say_is_not_guessed() -> None:
    rule = read(HEAD + MAKER)
    assert rule.exam_score is None
    assert rule.scores is Scores.UNCALIBRATED
    assert rule.finding_scores == STANDARD_READINGS
    assert rule.intended_use is IntendedUse.RESEARCH
    assert not rule.trusted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("format = 2\n", "reads format = 1"),
        ("format = true\n", "reads format = 1"),
        (HEAD, "'recognise' is missing"),
        (HEAD + "[[recognise]]\n", "at least one of"),
        (HEAD + '[[recognise]]\nmanufacturer = "Ma*"\n', "first three letters"),
        (HEAD + '[[recognise]]\nmanufacturer = "*"\n', "first three letters"),
        (HEAD + '[[recognise]]\nmaker = "M"\n', "'maker' is not known in a maker"),
        (HEAD + 'scale = "percent"\n' + MAKER, "'scale' is not known in the file"),
        (HEAD + MAKER + "[exam_score]\n", "'scale' is missing"),
        (HEAD + MAKER + '[exam_score]\nscale = "tenths"\n', "Say one of them"),
        (
            HEAD + MAKER + '[exam_score]\nscale = "stars"\nconcept = "certainty of impression"\n',
            "Allowed: percent",
        ),
        (HEAD + MAKER + '[exam_score]\nscale = "tenths"\nconcept = "other"\n', "cannot be 'other'"),
        (HEAD + MAKER + TENTHS + 'code = ["a", "b"]\n', "either a concept or a code"),
        (HEAD + MAKER + '[exam_score]\nscale = "tenths"\ncode = ["a"]\n', "[value, scheme]"),
        (HEAD + MAKER + "[exam_score]\nscale = 'tenths'\npattern = '('\n", "no regular expression"),
        (HEAD + MAKER + "[exam_score]\nscale = 'tenths'\npattern = 'score'\n", "one group"),
        (HEAD + MAKER + "[exam_score]\nscale = 'tenths'\npattern = '(a+)+'\n", "no group that is repeated"),
        (HEAD + MAKER + "[exam_score]\nscale = 'tenths'\npattern = '.*.*.*(.*)'\n", "repeat 3 things"),
        (HEAD + MAKER + CODED + "[exam_score.words]\nhigh = 11\n", "number of the scale, 1 to 10"),
        (HEAD + MAKER + TENTHS + "[exam_score.words]\nhigh = 9\n", "looks into texts"),
        (HEAD + MAKER + TENTHS + "pattern = '(1)'\n", "looks into texts"),
        (HEAD + MAKER + CODED.replace("tenths", "percent") + 'rounding = "up"\n', "scale of tenths only"),
        (HEAD + MAKER + "[exam_score]\nscale = 'tenths'\npattern = 'a?a?a?(a?)'\n", "repeat 3 things"),
        (HEAD + MAKER + '[[finding_scores]]\nscale = "percent"\n', "a concept or a code"),
        (HEAD + "operating_point = -1\n" + MAKER, "Allowed: 0 to 99"),
        (HEAD + 'scores = "tenths"\n' + MAKER, "none is declared"),
        (HEAD + "trust = true\n" + MAKER + TENTHS, "Only scores = 'tenths'"),
        (HEAD + 'scores = "tenths"\ntrust = true\ndevices = ["Any"]\n' + MAKER + TENTHS, "name the versions"),
        (HEAD + 'scores = "tenths"\ntrust = true\nversions = ["1"]\n' + MAKER + TENTHS, "name the devices"),
        (HEAD + "own = true\n" + MAKER, "not for a site to say"),
        (HEAD + "versions = [1]\n" + MAKER, "must hold texts"),
        ("format = \n", "This is not TOML"),
    ],
)
def test_a_mistake_is_a_sentence_with_file_and_line(text: str, sentence: str) -> None:
    with pytest.raises(TomlFileError) as caught:
        read(text)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("maker.toml:")


@pytest.mark.parametrize("file", ["Maker.toml", "my maker.toml", "default.toml"])
def test_a_rule_is_named_by_its_file_and_never_default(file: str) -> None:
    with pytest.raises(TomlFileError, match=r"is named with|Name the file"):
        read(HEAD + MAKER, file=file)


@pytest.mark.invariant(7)
def test_every_result_says_who_made_it_and_only_the_site_itself_can_trust_a_makers_tenths() -> None:
    text = HEAD + TRUSTED + MAKER + TENTHS
    assert read(text).trusted
    with pytest.raises(TomlFileError, match="Only the site's own folder"):
        read(text, of_site=False)


def test_the_rules_that_come_with_klarsyn_can_be_used_and_none_makes_tenths_of_a_number() -> None:
    found = load_vendor_rules()
    assert found.problems == ()
    rules = {rule.name: rule for rule in found.rules}
    assert {"klarsyn", "transpara", "icad", "lunit"} <= set(rules)
    assert not [rule.name for rule in found.rules if rule.trusted or rule.scores is Scores.TENTHS]
    assert [rule.name for rule in found.rules if rule.own] == ["klarsyn"]


@pytest.mark.parametrize(
    ("manufacturer", "model", "name"),
    [
        ("ScreenPoint Medical B.V.", "x", "transpara"),
        ("iCAD, Inc.", "ProFound AI", "icad"),
        ("LUNIT INC", "", "lunit"),
        ("Klarsyn", "Klarsyn", "klarsyn"),
        ("Unheard Of", "Thing", "default"),
        ("", "", "default"),
    ],
)
def test_makers_are_recognised_by_the_names_in_their_reports(manufacturer, model, name) -> None:
    report = a_report(four_views(), manufacturer=manufacturer, model=model)
    assert load_vendor_rules().of(report).name == name


def folders(tmp_path: Path, given: str = HEAD + MAKER, own: str = "") -> tuple[Path, Path]:
    built_in, site = tmp_path / "built-in", tmp_path / "site"
    for folder, text in ((built_in, given), (site, own)):
        folder.mkdir()
        if text:
            (folder / "maker.toml").write_text(text)
    return site, built_in


def test_a_sites_file_stands_in_for_the_one_of_its_name(tmp_path: Path) -> None:
    site, built_in = folders(tmp_path, own=HEAD + TRUSTED + MAKER + TENTHS)
    found = load_vendor_rules(site, built_in)
    assert [(rule.name, rule.trusted) for rule in found.rules] == [("maker", True)]
    (given,) = load_vendor_rules(None, built_in).rules
    assert given.edition != found.rules[0].edition


def test_trusting_makes_another_edition_so_that_results_are_made_again(tmp_path: Path) -> None:
    site, built_in = folders(tmp_path, own=HEAD + TRUSTED + MAKER + TENTHS)
    before = load_vendor_rules(site, built_in).rules[0].edition
    file = site / "maker.toml"
    file.write_text(file.read_text().replace("trust = true", "trust = false"))
    assert load_vendor_rules(site, built_in).rules[0].edition != before


def test_a_sites_file_that_cannot_be_used_is_told_and_trusts_nothing(tmp_path: Path) -> None:
    site, built_in = folders(tmp_path, own=HEAD + "trust = maybe\n")
    (site / "other.toml").write_text("what is this")
    found = load_vendor_rules(site, built_in)
    assert [(rule.name, rule.trusted) for rule in found.rules] == [("maker", False)]
    assert "the rule that comes with Klarsyn is used" in found.problems[0]
    assert "this file is left out" in found.problems[1]


def test_a_site_cannot_say_what_klarsyns_own_reports_mean(tmp_path: Path) -> None:
    (tmp_path / "klarsyn.toml").write_text(
        HEAD + TRUSTED + '[[recognise]]\nmanufacturer = "Klarsyn"\n' + TENTHS
    )
    found = load_vendor_rules(tmp_path)
    assert next(rule for rule in found.rules if rule.name == "klarsyn").own
    assert "need no rule of a site" in found.problems[0]


def test_a_site_without_a_folder_has_the_rules_that_come_with_klarsyn(tmp_path: Path) -> None:
    assert load_vendor_rules(tmp_path / "nothing") == load_vendor_rules()


def test_the_name_default_is_no_file() -> None:
    assert DEFAULT.name not in {rule.name for rule in load_vendor_rules().rules}


def test_the_example_of_the_documentation_is_a_rule_and_every_key_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "vendors.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    rule = read(example, file="transpara.toml")
    assert rule.trusted
    assert rule.exam_score is not None
    keys = {*FILE_KEYS, *READING_KEYS, *RECOGNISE_KEYS} - {"own"}
    assert [key for key in keys if f"`{key}`" not in page and f"[{key}]" not in page] == []
