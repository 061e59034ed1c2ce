"""Make the pictures of docs/display-checklist.md from the real window, with simulated women.

    python tests/support/checklist_pictures.py [WORK]

WORK keeps the exams for another run; without it a temporary folder is used. Greys are rounded, so that the
files stay small: no picture here is evidence of a grey value, the tests are.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from checklist_exams import make_exams
from checklist_photographer import PICTURES, K, Photographer, press
from PySide6.QtCore import QPointF

from klarsyn.base.clock import ManualClock
from klarsyn.base.settings import load_settings
from klarsyn.cli.context import Context
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer
from klarsyn.store.store import Store
from klarsyn.ui.actions.command import Command

OTHERS = ("faulty", "spot", "pieces", "implants", "covered")
"""Exams that are made from a simulated one."""


def photograph(shot: Photographer, names: dict[str, str]) -> None:
    """Take all pictures, in the order in which a reader comes to what they show."""
    page = shot.page
    grid = page.grid
    shot.save("queue")
    shot.open(names["sound"])
    shot.save("four-up")
    page.commands.do(Command.CHOOSE_PROTOCOL)
    shot.save("protocols")
    page.protocols.hide()
    shot.do(Command.INVERT)
    shot.do(Command.HISTOGRAM)
    shot.save("inverted")
    shot.do(Command.INVERT)
    shot.do(Command.HISTOGRAM)
    first = grid.viewports[0]
    first.raise_glass(QPointF(first.width() * 0.86, first.height() * 0.56))
    shot.save("magnifier")
    first.set_glass(False)
    shot.do(Command.TRUE_SIZE)
    shot.save("true-size")
    shot.do(Command.FIT)
    shot.do(Command.LINK)
    grid.pick(2)
    shot.do(Command.PRESET)
    shot.save("windows")
    shot.do(Command.PREVIOUS_WINDOW)
    shot.do(Command.LINK)
    shot.do(Command.LINK_PAN)
    grid.pick(1)
    shot.do(Command.ZOOM_IN, 4)
    shot.drag(grid.viewports[1], (0.5, 0.5), (0.55, 0.6))
    shot.save("linked")
    shot.do(Command.FIT)
    shot.do(Command.LINK_PAN)
    shot.step("CC over prior")
    shot.save("prior")
    shot.step("CC pair")
    grid.pick(1)
    page.commands.do(Command.MEASURE_LENGTH)
    shot.drag(grid.viewports[1], (0.15, 0.45), (0.4, 0.55))
    page.commands.do(Command.MEASURE_AREA_ELLIPSE)
    shot.drag(grid.viewports[1], (0.15, 0.62), (0.35, 0.75))
    shot.save("measured")
    while page.flow.session.drawings.history.present:
        page.commands.do(Command.UNDO_ANNOTATION)
    shot.step("every pixel")
    shot.do(Command.WALK_FORWARD, 2)
    shot.save("walk")
    shot.sign_and_reveal()
    grid.looks.step(-len(grid.hung.sequence.steps))
    page.findings.mark(page.findings.rows[0].finding.finding_id)
    shot.save("marks")
    photograph_minimum(shot)
    shot.leave()
    shot.open(names["faulty"])
    shot.save("flags")
    shot.sign_and_reveal()
    shot.save("not-processed", page.findings)
    shot.leave()
    shot.open(names["spot"])
    shot.step("pot")
    shot.save("spot")
    shot.leave()
    photograph_special(shot, names)
    shot.place.show_screens()
    shot.wait()
    shot.save("screen")


def photograph_minimum(shot: Photographer) -> None:
    """Take the picture of the minimum score: above the lowest finding, so that what is hidden is said."""
    scores = sorted(row.finding.score for row in shot.page.findings.rows)
    shot.page.findings.minimum_chosen.emit(scores[0] + 1)
    shot.wait()
    shot.save("minimum-score")
    shot.page.findings.minimum_chosen.emit(0)
    shot.wait()


def photograph_slices(shot: Photographer, name: str) -> None:
    """Take the pictures of tomosynthesis: a slab with the bar in hand, then a mark on a slice."""
    page = shot.page
    grid = page.grid
    shot.open(name)
    page.commands.do(Command.CHOOSE_PROTOCOL)
    number = next(n for n, row in enumerate(page.protocols.rows, 1) if row.title.en == "DBT")
    press(page.protocols, K(K.Key_0 + number))
    shot.step("CC pair, DBT")
    shot.decode()
    shot.do(Command.SLAB)
    shot.do(Command.SLICES_ON)
    grid.viewports[0].bar.hover(True)
    shot.save("slab")
    grid.viewports[0].bar.hover(False)
    shot.do(Command.SLAB)
    shot.sign_and_reveal()
    page.commands.do(Command.NEXT_FINDING)
    shot.decode()
    shot.do(Command.FIT)
    shot.save("slices")
    shot.leave()


def photograph_special(shot: Photographer, names: dict[str, str]) -> None:
    """Take what screening makes rarely: pieces, implants, padding, raw images, coverings, states."""
    page = shot.page
    shot.open(names["pieces"])
    shot.step("partial views")
    shot.save("mosaic")
    shot.leave()
    shot.open(names["implants"])
    shot.step("CC, implant displaced")
    shot.save("displaced")
    shot.leave()
    shot.open(names["covered"])
    shot.save("raw")
    shot.step("MLO pair")
    page.grid.pick(0)
    shot.do(Command.INVERT)
    shot.save("padding")
    shot.do(Command.INVERT)
    page.grid.looks.step(-len(page.grid.hung.sequence.steps))
    shot.sign_and_reveal()
    shot.do(Command.HIDE_AI)
    # Shutters are on from the start; the key first takes them off only before the first impression.
    shot.do(Command.OVERLAYS)
    shot.save("coverings")
    shot.finish()
    shot.do(Command.PRESENTATION_STATES)
    number = next(n for n, row in enumerate(page.others.list.rows, 1) if not row.own)
    shot.save("states")
    press(page.others.list, K(K.Key_0 + number))
    shot.wait()
    shot.save("state")
    shot.leave()


def main(work: Path) -> None:
    folders = make_exams(work)
    shutil.rmtree(work / "data", ignore_errors=True)
    settings = load_settings(data_folder=work / "data", policy="practice", reader="checklist", workers=2)
    settings.folders.create()
    store, clock = Store.file(settings.folders.database), ManualClock()
    context = Context(settings, store, clock)
    for name in ("prior", "sound", "tomosynthesis"):
        Importer(store, settings.folders, clock, workers=1).run([folders[name]], read=name != "prior")
    Scorer(store, settings, clock).run()
    for name in OTHERS:
        Importer(store, settings.folders, clock, workers=1).run([folders[name]], read=True)
    for exam in store.exams.many():
        print(exam.study_date, exam.patient.name, exam.reading_task, len(exam.images))
    PICTURES.mkdir(parents=True, exist_ok=True)
    shot = Photographer(context)
    try:
        photograph(shot, {n: family_name(folders[n]) for n in ("sound", *OTHERS)})
        photograph_slices(shot, family_name(folders["tomosynthesis"]))
    finally:
        shot.close()
        store.close()


def family_name(folder: Path) -> str:
    """Return the family name of the woman whose files lie in a folder."""
    from pydicom import dcmread

    first = next(folder.glob("*.dcm"))
    return str(dcmread(first, stop_before_pixels=True).PatientName.family_name)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))
