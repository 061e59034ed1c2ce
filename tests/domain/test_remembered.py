"""Volumes of an exam are worked out once."""

from klarsyn.domain.exam import Image
from klarsyn.domain.remembered import EXAMS, remembered


def _images(number: int) -> tuple[Image, ...]:
    return (Image(f"2.25.{number}", "1.2.840.10008.5.1.4.1.1.1.2", "2.25.1", 10, 10),)


def test_the_same_images_are_asked_about_once_and_equal_ones_of_another_exam_again() -> None:
    asked: list[str] = []

    @remembered
    def count(images: tuple[Image, ...]) -> int:
        asked.append(images[0].sop_instance_uid)
        return len(asked)

    one, twin = _images(1), _images(1)
    assert [count(one), count(one), count(twin), count(one)] == [1, 1, 2, 1]


def test_of_many_exams_those_asked_about_last_are_kept() -> None:
    asked: list[str] = []

    @remembered
    def uid(images: tuple[Image, ...]) -> str:
        asked.append(images[0].sop_instance_uid)
        return images[0].sop_instance_uid

    exams = [_images(n) for n in range(EXAMS + 1)]
    assert [uid(each) for each in exams] == [each[0].sop_instance_uid for each in exams]
    uid(exams[-1])
    assert len(asked) == EXAMS + 1
    assert uid(exams[0]) == "2.25.0"
    assert asked[-1] == "2.25.0"
