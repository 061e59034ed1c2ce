"""What a program left in its output folder is one sound result, or is refused with a sentence."""

import json
import os
import socket
from dataclasses import astuple
from pathlib import Path

import pytest

from klarsyn.domain.finding import LesionType
from klarsyn.engine.contract import RawRegion, RawResult
from klarsyn.engine.external_output import read_output
from klarsyn.engine.failure import EngineFailure, FailureKind

VIEWS = {"2.25.1": "view-0", "2.25.2": "volume-0"}
MARK = {
    "sop_instance_uid": "2.25.2",
    "frame": 3,
    "frame_range": [2, 4],
    "outline": [[1, 2], [10.5, 2], [10, 20]],
    "lesion_type": "calcifications",
    "raw_score": 0.25,
    "finding": "one",
}
RESULT = {"contract": 2, "exam_token": "token", "raw": 0.75, "regions": [MARK]}


def put(folder: Path, message: object = RESULT, name: str = "result.json") -> None:
    (folder / name).write_text(json.dumps(message))


def changed(**words: object) -> dict[str, object]:
    return {**RESULT, **words}


def marked(**words: object) -> dict[str, object]:
    return {**RESULT, "regions": [{**MARK, **words}]}


def test_a_result_is_read_with_every_word_that_it_may_have(tmp_path):
    put(tmp_path)

    result = read_output(tmp_path, VIEWS)

    outline = ((1.0, 2.0), (10.5, 2.0), (10.0, 20.0))
    expected = RawRegion("volume-0", 3, outline, LesionType.CALCIFICATIONS, 0.25, None, (2, 4), "one")
    assert (result.exam_token, result.raw) == ("token", 0.75)
    assert [astuple(region) for region in result.regions] == [astuple(expected)]


def test_a_mark_needs_neither_slice_nor_finding(tmp_path):
    words = ("sop_instance_uid", "outline", "lesion_type", "raw_score")
    put(tmp_path, changed(regions=[{word: MARK[word] for word in words}]))

    (region,) = read_output(tmp_path, VIEWS).regions
    assert (region.frame, region.frame_range, region.finding) == (None, None, None)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ([], "not an object"),
        (changed(contract=1), "another version of the contract"),
        ({k: v for k, v in RESULT.items() if k != "contract"}, "version of the contract"),
        ({k: v for k, v in RESULT.items() if k != "exam_token"}, "token is not a text"),
        (changed(score=9), "the result holds an unknown word"),
        (changed(raw="high"), "not a number"),
        (changed(raw=True), "not a number"),
        (changed(regions={}), "not a list"),
        (changed(regions=[MARK] * 201), "more than the 200"),
        (changed(regions=[None]), "a mark is not an object"),
        (marked(sop_instance_uid="2.25.3"), "was not given"),
        (marked(sop_instance_uid="view-0"), "was not given"),
        (marked(view_id="view-0"), "a mark holds an unknown word"),
        (marked(explanation=[0, 1, 1]), "a mark holds an unknown word"),
        (marked(frame=-1), "frame number"),
        (marked(frame=1.5), "frame number"),
        (marked(frame_range=[1]), "two ends"),
        (marked(outline=[[1, 2, 3]]), "more than the 2"),
        (marked(outline=[["1", 2]]), "not a number"),
        (marked(lesion_type="bruise"), "lesion type is unknown"),
        (marked(raw_score=None), "not a number"),
        (marked(finding=1), "not a text"),
    ],
)
def test_words_that_are_not_what_they_must_be_are_refused_with_a_sentence(tmp_path, message, words):
    put(tmp_path, message)

    with pytest.raises(EngineFailure, match=words) as caught:
        read_output(tmp_path, VIEWS)
    assert caught.value.kind is FailureKind.INVALID_RESULT
    assert "is not scored" in caught.value.sentence


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"raw": NaN}', '{"raw": 1e999}', "\ufeff{}"])
def test_what_is_no_json_is_refused_with_a_sentence(tmp_path, text):
    (tmp_path / "result.json").write_text(text)

    with pytest.raises(EngineFailure) as caught:
        read_output(tmp_path, VIEWS)
    assert caught.value.kind is FailureKind.INVALID_RESULT


def _link(folder: Path) -> None:
    (folder.parent / "elsewhere.json").write_text(json.dumps(RESULT))
    (folder / "result.json").symlink_to(folder.parent / "elsewhere.json")


def _device(folder: Path) -> None:
    (folder / "result.json").symlink_to(os.devnull)


def _socket(folder: Path) -> None:
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("result.json")


def _huge(folder: Path) -> None:
    with (folder / "result.json").open("wb") as stream:
        stream.truncate(1 << 30)


def _unreadable(folder: Path) -> None:
    folder.rmdir()


@pytest.mark.parametrize(
    ("leave", "words"),
    [
        (lambda f: put(f, name="other.json"), "not named result.json"),
        (lambda f: (put(f), put(f, name="second.json")), "several results"),
        (lambda f: (put(f), (f / "report.dcm").touch()), "several results"),
        (lambda f: (put(f), (f / "notes.txt").touch()), "neither result.json nor a report"),
        (lambda f: (put(f), (f / ".hidden").touch()), "neither result.json nor a report"),
        (lambda f: (put(f), (f / "more").mkdir()), "a link, a folder"),
        (_link, "a link"),
        (_device, "a link"),
        (lambda f: os.mkfifo(f / "result.json"), "a pipe"),
        (_socket, "a pipe or a device"),
        (lambda f: (f / "result.json").mkdir(), "a folder"),
        (_huge, "too large"),
        (_unreadable, "cannot be read"),
        (lambda f: (f / "report.dcm").write_bytes(b"no"), "named as DICOM and is none"),
    ],
)
def test_anything_but_one_plain_result_is_refused_with_a_sentence(tmp_path, monkeypatch, leave, words):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    leave(folder)

    with pytest.raises(EngineFailure, match=words) as caught:
        read_output(folder, VIEWS)
    assert caught.value.kind is FailureKind.INVALID_RESULT


def test_an_empty_folder_is_no_result(tmp_path):
    with pytest.raises(EngineFailure, match="without a result") as caught:
        read_output(tmp_path, VIEWS)
    assert caught.value.kind is FailureKind.RAISED


def test_a_report_whose_numbers_nobody_declared_is_no_result(tmp_path):
    (tmp_path / "report.dcm").write_bytes(bytes(128) + b"DICM")

    with pytest.raises(EngineFailure, match="does not declare which of its numbers count"):
        read_output(tmp_path, VIEWS)


def test_whoever_can_read_reports_is_given_the_file_and_the_images(tmp_path):
    (tmp_path / "report.dcm").write_bytes(bytes(128) + b"DICM")
    given: list[object] = []

    def reader(path, views):
        given.extend((path.name, views))
        return RawResult("token", 1.0, ())

    assert read_output(tmp_path, VIEWS, reader).raw == 1.0
    assert given == ["report.dcm", VIEWS]
