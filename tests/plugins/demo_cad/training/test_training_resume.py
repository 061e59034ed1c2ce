"""A generation that is cut off at any moment goes on with whole exams only."""

from collections.abc import Iterator
from pathlib import Path

import examples
import generate
import numpy as np
import phantoms
import pytest
from draw import Drawing
from harvest import harvest
from scene import DrawnView, Truth

from klarsyn.domain.finding import LesionType
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn_demo_cad.engine import DemoCad


def phantom(number: int) -> Drawing:
    """A breast with a planted cluster, in place of a simulated woman."""
    image = phantoms.with_cluster(phantoms.half_disc(number))
    outline = phantoms.CLUSTER_MM + np.array([(-4, -4), (4, -4), (4, 4), (-4, 4)])
    kind = LesionKind.PLEOMORPHIC_CLUSTER
    truth = Truth(2, kind, 0.5, 8.0, 12.0, outline / phantoms.SPACING)
    view = DrawnView(phantoms.view(image), (truth,))
    return Drawing(number, "A", "B", number % 5 == 4, (view,))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Draw phantoms, and tell which were drawn."""
    numbers: list[int] = []

    def draw(number: int) -> Drawing:
        numbers.append(number)
        return phantom(number)

    monkeypatch.setattr(generate, "draw", draw)
    return numbers


def test_an_exam_that_is_there_is_not_drawn_again(tmp_path: Path, drawn: list[int]) -> None:
    assert generate.make(tmp_path, 3)
    before = generate.path_of(tmp_path, 3).read_bytes()

    assert not generate.make(tmp_path, 3)
    assert drawn == [3]
    assert generate.path_of(tmp_path, 3).read_bytes() == before


def test_an_exam_that_was_cut_off_leaves_nothing_that_counts(
    tmp_path: Path, drawn: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(generate.np, "savez", killed)
        with pytest.raises(KeyboardInterrupt):
            generate.make(tmp_path, 1)
    # What a kill leaves that no handler sees.
    (tmp_path / ".exam-000001.npz.77.unfinished").write_bytes(b"half")

    assert examples.exams(tmp_path) == []
    assert generate.make(tmp_path, 1)
    assert [one.number for one in examples.exams(tmp_path)] == [1]


def test_the_same_exam_gives_the_same_bytes_whoever_makes_it(tmp_path: Path, drawn: list[int]) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        generate.make(folder, 2)

    assert generate.path_of(one, 2).read_bytes() == generate.path_of(other, 2).read_bytes()


def test_a_damaged_exam_is_named(tmp_path: Path) -> None:
    generate.path_of(tmp_path, 0).write_bytes(b"PK no archive")

    with pytest.raises(OSError, match=r"exam-000000\.npz is damaged"):
        examples.exams(tmp_path)


def test_candidates_on_a_lesion_are_hits_and_its_patch_shows_it(tmp_path: Path, drawn: list[int]) -> None:
    generate.make(tmp_path, 0)
    read = examples.examples(LesionType.CALCIFICATIONS, examples.exams(tmp_path))

    assert read.hit[~read.placed].any()
    assert read.hit[read.placed].sum() == 2
    assert set(read.lesion[read.hit].tolist()) == {2}
    middle = read.patches[read.hit & read.placed][0][32:96, 32:96].astype(np.float32)
    assert middle.max() > np.median(middle) + 0.5


def test_a_lesion_of_the_other_kind_is_neither_hit_nor_healthy(drawn: list[int], tmp_path: Path) -> None:
    generate.make(tmp_path, 0)
    read = examples.examples(LesionType.SOFT_TISSUE, examples.exams(tmp_path))

    assert not read.hit.any()
    assert not read.fair[read.lesion == 2].any()
    assert read.fair[read.lesion == -1].all()


def test_every_candidate_of_the_filters_is_kept(drawn: list[int]) -> None:
    engine = DemoCad()
    kept = harvest(phantom(0), engine)
    table = kept["candidates"]

    assert 10 < (~table["placed"]).sum() <= 46
    for number, kind in enumerate((LesionType.CALCIFICATIONS, LesionType.SOFT_TISSUE)):
        rows = table[table["type"] == number]
        assert rows["patch"].tolist() == list(range(len(kept[kind.name])))


def test_retakes_are_made_of_early_exams_that_teach_and_nothing_is_made_twice(tmp_path: Path) -> None:
    generate.path_of(tmp_path, 1).touch()
    generate.again_path_of(tmp_path, 2).touch()
    missing = [(one.__name__, n) for one, n in generate._missing(tmp_path, generate.RETAKEN + 2)]

    assert missing[:4] == [("make", 0), ("make_again", 0), ("make_again", 1), ("make", 2)]
    retaken = {n for name, n in missing if name == "make_again"} | {2}
    assert retaken == {n for n in range(generate.RETAKEN) if generate.teaches(n)}
