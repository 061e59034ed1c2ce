"""Images, results, keys and patience for tests of the windows."""

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from klarsyn.domain.display import GrayscaleParameters, VoiFunction, Window
from klarsyn.domain.exam import Image, Laterality, ViewPosition
from klarsyn.domain.finding import (
    AiResult,
    ExamScore,
    Finding,
    IntendedUse,
    LesionType,
    Mark,
    Provenance,
    ResultStatus,
)
from klarsyn.imaging.geometry import Flip
from klarsyn.imaging.levels import build_levels
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.reading.images import LoadedImage
from klarsyn.ui.workplace import Workplace


def make_image(uid: str = "1.2.3", **changes: Any) -> Image:
    """Header facts of one image, 300 rows by 200 columns."""
    facts = {
        "sop_instance_uid": uid,
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.1.2",
        "study_instance_uid": "1.2",
        "rows": 300,
        "columns": 200,
        "laterality": Laterality.RIGHT,
        "view_position": ViewPosition.CC,
    }
    return Image(**{**facts, **changes})


def make_loaded(
    image: Image | None = None, pixels: np.ndarray | None = None, flip: Flip | None = None, **grey: Any
) -> LoadedImage:
    """A loaded image in memory; every pixel has a value of its own row and column."""
    image = image or make_image()
    if pixels is None:
        rows, columns = np.mgrid[0 : image.rows, 0 : image.columns]
        pixels = ((rows * 7 + columns * 13) % 4096).astype(np.uint16)
    auto = Window(2000.0, 4000.0, VoiFunction.LINEAR, "auto")
    return LoadedImage(
        image=image,
        grayscale=GrayscaleParameters(bits_stored=12, **grey),
        pyramid=Pyramid.in_memory(build_levels(pixels)),
        flip=flip or Flip(),
        notices=(),
        auto_window=auto,
        breast_side=None,
    )


def grey_of(widget: QWidget) -> np.ndarray:
    """What a widget shows, as (rows, columns, 4) bytes."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4).copy()


def press(widget: QWidget, key: Qt.Key, *, keypad: bool = False, control: bool = False) -> None:
    """Press and release one key on a widget."""
    modifiers = Qt.KeyboardModifier.KeypadModifier if keypad else Qt.KeyboardModifier.NoModifier
    if control:
        modifiers = Qt.KeyboardModifier.ControlModifier
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers))


def make_result(exam: Any, status: ResultStatus = ResultStatus.SCORED, moment: Any = None) -> AiResult:
    """A result with a soft tissue finding on both left views and calcifications on the right CC."""
    by_view = {i.view_label: i.sop_instance_uid for i in exam.images}
    box = ((40.0, 60.0), (70.0, 60.0), (70.0, 90.0), (40.0, 90.0))
    findings = (
        Finding(
            "soft",
            LesionType.SOFT_TISSUE,
            Laterality.LEFT,
            71,
            tuple(Mark(by_view[v], box, s) for v, s in (("L CC", 71), ("L MLO", 64)) if v in by_view),
        ),
        Finding(
            "calc",
            LesionType.CALCIFICATIONS,
            Laterality.RIGHT,
            38,
            tuple(Mark(by_view[v], box, 38) for v in ("R CC",) if v in by_view),
        ),
    )
    provenance = Provenance(
        "Demonstration engine",
        "Klarsyn",
        "0.1.0",
        "0" * 64,
        IntendedUse.DEMONSTRATION,
        "factory",
        45,
        tuple(by_view.values()),
        moment,
    )
    name = f"{status.value}-{exam.exam_id}"
    if status is ResultStatus.SCORED:
        score = ExamScore(8, 0.7, 74.0, True)
        return AiResult(name, exam.exam_id, status, provenance, score, findings)
    return AiResult(name, exam.exam_id, status, provenance, reason="the engine ran out of memory")


def shut(qtbot: Any, workplace: Workplace) -> None:
    """Close the windows and wait until the last work is done."""
    workplace.close()
    qtbot.waitUntil(lambda: workplace.has_ended, timeout=20_000)


def settle(qtbot: Any, workplace: Workplace) -> None:
    """Wait until the open exam, if any, is painted and no work is under way."""

    def settled() -> bool:
        page = workplace.reading
        loaded = workplace.flow.session is None or (page.is_ready and page.load_bar.done >= page.load_bar.of)
        return loaded and not workplace.flow.busy and workplace.flow.background.idle

    qtbot.waitUntil(settled, timeout=20_000)
