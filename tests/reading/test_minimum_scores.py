"""A reader's minimum score is remembered on the workstation, for that reader alone."""

from pathlib import Path

from klarsyn.reading.minimum_scores import MinimumScores


def test_a_choice_is_remembered_for_its_reader_alone(tmp_path: Path) -> None:
    scores = MinimumScores(tmp_path / "scores.json")
    scores.choose("åsa", 40)
    scores.keep()
    again = MinimumScores(tmp_path / "scores.json")
    assert again.of("åsa", 0) == 40
    assert again.of("bo", 5) == 5


def test_a_second_readers_choice_leaves_the_first_ones(tmp_path: Path) -> None:
    for reader, score in (("one", 40), ("two", 15)):
        scores = MinimumScores(tmp_path / "scores.json")
        scores.choose(reader, score)
        scores.keep()
    assert MinimumScores(tmp_path / "scores.json").of("one", 0) == 40


def test_a_choice_holds_for_the_next_exam_before_it_is_written(tmp_path: Path) -> None:
    scores = MinimumScores(tmp_path / "scores.json")
    scores.choose("one", 40)
    assert scores.of("one", 0) == 40
    assert not (tmp_path / "scores.json").exists()


def test_a_damaged_file_hides_nothing_more_than_the_site_does(tmp_path: Path) -> None:
    file = tmp_path / "scores.json"
    for text in ("{", '{"one": "40"}', "[40]", '{"one": true}'):
        file.write_text(text, encoding="utf-8")
        assert MinimumScores(file).of("one", 0) == 0


def test_without_a_file_a_choice_lasts_until_the_program_ends() -> None:
    scores = MinimumScores(None)
    scores.choose("one", 40)
    scores.keep()
    assert scores.of("one", 0) == 40
