"""The embedded engine explained like any other: the planted cluster carries its evidence."""

from pathlib import Path

import numpy as np
import pytest
from phantoms import COLUMNS, ROWS, half_disc, with_cluster
from small_mammograms import mammogram

from klarsyn.intake.asking_again import Preparer
from klarsyn.intake.engine_set import EngineSet
from klarsyn.intake.explaining import Explainer
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer


def pixels(image: np.ndarray, laterality: str) -> bytes:
    values = np.clip(np.rint(image), 0, 4095).astype(np.uint16)
    return np.ascontiguousarray(values if laterality == "L" else values[:, ::-1]).tobytes()


@pytest.mark.slow
def test_without_its_cluster_an_exam_has_less_evidence_and_that_of_the_other_breast_remains(
    installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("klarsyn.intake.contributions.MOST_FINDINGS", 2)
    folder = tmp_path / "incoming"
    folder.mkdir()
    for side, image in (("L", with_cluster(half_disc())), ("R", half_disc(seed=4))):
        ds = mammogram(side, "CC", 0, Rows=ROWS, Columns=COLUMNS, PixelData=pixels(image, side))
        ds.save_as(folder / f"{side}.dcm", enforce_file_format=True)
    store, settings = installation.store, installation.settings
    Importer(store, settings.folders, installation.clock, workers=1).run([folder], read=True)
    Scorer(store, settings, installation.clock).run()
    (result,) = store.results.latest().values()
    explanation = Explainer(Preparer(store, settings, EngineSet(store, settings))).explain(result)
    assert explanation.reproduced
    assert all(part.value is not None for part in (*explanation.views, *explanation.findings))
    views = {part.label: part.value for part in explanation.views}
    assert views["L CC"] > 0.1 > views["R CC"]
    (image,) = [i for i in store.exams.get(result.exam_id).images if i.view_label == "L CC"]
    of_left = [part.value for part in explanation.findings if part.instances == (image.sop_instance_uid,)]
    # The other breast is the worse one when the cluster is gone.
    assert max(of_left) == pytest.approx(views["L CC"], abs=0.15)
    assert explanation.place is not None
    assert not explanation.place.own_site
