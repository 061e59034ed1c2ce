"""An engine whose model runs in a server is an engine as any other."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from klarsyn.domain.exam import Laterality
from klarsyn.domain.exam import ViewPosition as Position
from klarsyn.engine.asking import manifest_of
from klarsyn.engine.conformance import Limits, conformance
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.engine.failure import EngineFailure
from klarsyn_triton.engine import exam_evidence

SMALL = (((240, 190), 0.8), ((200, 160), 1.0))


def test_a_sealed_run_gives_what_the_model_said(put, server, run, ask, tmp_path):
    put(f"grpc://{server.address}")

    assert run().raw == ask().raw > 0
    assert not list((tmp_path / "work").iterdir())


@pytest.mark.slow
def test_the_sample_passes_the_conformance_kit(put, server, tmp_path):
    put(f"grpc://{server.address}")
    work = tmp_path / "work"

    checks = list(conformance("served", Limits(work, 60, 1024, allow_unsealed=True), SMALL))

    assert len(checks) == 11
    assert all(check.passed for check in checks), checks
    assert not list(work.iterdir())


def test_a_mark_lies_on_the_image_where_the_model_saw_it_also_on_a_mirrored_breast(ask, exam):
    marks = {region.view_id: region.outline for region in ask().regions}

    # 144 rows become 96, 64 columns 43: the box of columns 10 to 20, rows 30 to 50, comes back so.
    for view in exam.views:
        columns, rows = (sorted({p[n] for p in marks[view.view_id]}) for n in (0, 1))
        assert rows == pytest.approx([45, 75])
        left, right = 10 * 64 / 43, 20 * 64 / 43
        mirrored = view.laterality is Laterality.RIGHT
        assert columns == pytest.approx([64 - right, 64 - left] if mirrored else [left, right])


def test_evidence_is_that_of_the_pixels(ask, exam):
    pixels = np.zeros((96, 64), np.uint16)
    pixels[48:, :] = 4000
    view = replace(exam.views[0], pixels=pixels)

    # Range 0 to 1, half of it bright: the brightest less the mean.
    assert ask(given=EngineExam("token", (view,))).raw == pytest.approx(0.5)


def test_evidence_of_the_exam_is_the_mean_over_the_views_of_the_worse_breast():
    def view(side, position):
        return EngineView("v", side, position, None, np.zeros((1, 1), np.uint16))

    right, left = Laterality.RIGHT, Laterality.LEFT
    scores = [
        (view(right, Position.CC), 0.2),
        (view(right, Position.CC), 0.4),  # a repeated exposure: the stronger counts
        (view(right, Position.MLO), 0.8),
        (view(left, Position.CC), 0.5),
        (view(left, Position.MLO), 0.5),
    ]

    assert exam_evidence(scores) == pytest.approx(0.6)


def test_answers_in_typed_lists_are_those_in_raw_bytes(ask, server):
    raw = ask()
    server.do_wrong("typed-lists")
    lists = ask()

    assert (lists.raw, [r.outline for r in lists.regions]) == (raw.raw, [r.outline for r in raw.regions])


def test_another_version_is_another_model_and_so_freezes_the_calibration(put):
    first = put("grpc://127.0.0.1:9")
    again = put("grpc://127.0.0.1:9", timeout=30)
    newer = put("grpc://127.0.0.1:9", version="4")

    assert first.model_sha256 == again.model_sha256 != newer.model_sha256
    assert (first.version, newer.version) == ("1.0 (model version 3)", "1.0 (model version 4)")


def test_what_stands_for_the_model_cannot_be_changed_in_the_data_folder(put, tmp_path):
    put("grpc://127.0.0.1:9")
    path: Path = tmp_path / "engines" / "served" / "code" / "server.toml"
    path.write_text(path.read_text().replace('version = "3"', 'version = "4"'))

    with pytest.raises(EngineFailure, match="not those that were installed"):
        manifest_of("served", work_root=tmp_path / "work", memory_mb=1024)
