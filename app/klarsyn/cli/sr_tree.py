"""A report's tree in words: a line an item, what stands below it further in."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klarsyn.dicom.content.item import ContentItem
    from klarsyn.domain.reports.cad_report import CadReport, Code, ReportFinding, ReportImage

_MOST_POINTS = 100
_RELATIONSHIPS = {"INFERRED FROM": "inferred from ", "SELECTED FROM": "on "}


def words_of(path: Path) -> Iterator[str]:
    """Give the lines that `klarsyn sr show` prints of a file.

    Raises
    ------
    UnreadableFile
        If it is no report.
    """
    from klarsyn.dicom.content.whole import report_tree

    report = _report(path)
    if report is not None and report.form.value == "Segmentation":
        yield from _without_tree(report)
        return
    root, form, problems = report_tree(path)
    labels = {} if report is None else {i.sop_instance_uid: _label(i) for i in report.images}
    yield _headline(report) if report is not None else form
    yield from tree_lines(root, labels)
    yield from _problems(report.problems if report is not None else problems)


_OF_THE_PATIENT = frozenset(
    {"121022", "121028", "121029", "121030", "121031", "121032", "121033", "121036", "128774", "128775"}
)
"""Accession Number; who the subject or her mother is (PS3.16 TID 1007); the accounts of observers."""


def tree_lines(root: "ContentItem", labels: dict[str, str]) -> Iterator[str]:
    """Give a line for each item of a tree, parents first.

    Parameters
    ----------
    labels
        How images are called, by their SOPInstanceUID ("L CC").
    """
    waiting = [(root, 0)]
    while waiting:
        item, depth = waiting.pop()
        yield "  " * depth + _line(item, labels)
        waiting += [(child, depth + 1) for child in reversed(item.children)]


def _line(item: "ContentItem", labels: dict[str, str]) -> str:
    before = _RELATIONSHIPS.get(item.relationship, "")
    if item.refers_to is not None:
        place = ".".join(map(str, item.refers_to))
        if item.target is None:
            return f"{before}item {place}, which is not there"
        return f"{before}{_said(item.target, labels)} (item {place})"
    return before + _said(item, labels)


def _said(item: "ContentItem", labels: dict[str, str]) -> str:
    value = "not printed" if _names_patient(item) else _value(item, labels)
    if item.name is None:
        return value or item.value_type.lower() or "an item that cannot be understood"
    return f"{_meaning(item.name)}: {value}" if value else _meaning(item.name)


def _names_patient(item: "ContentItem") -> bool:
    """True for what says who the subject is, and for every person's name: nobody's is printed."""
    return item.value_type == "PNAME" or (item.name is not None and item.name.value in _OF_THE_PATIENT)


def _value(item: "ContentItem", labels: dict[str, str]) -> str:
    if item.code is not None:
        return _meaning(item.code)
    if item.number is not None:
        unit = item.unit.value.strip("{}") if item.unit is not None and item.unit.value != "1" else ""
        return f"{item.number:.10g} {clean(unit)}".strip()
    if item.reference is not None:
        uid = item.reference.sop_instance_uid
        name = f"{labels[uid]}, {clean(uid)}" if uid in labels else clean(uid)
        many = item.reference.frames
        frames = f", frame{'s' if len(many) > 1 else ''} {', '.join(map(str, many))}" if many else ""
        return f"image {name}{frames}"
    if item.graphic is not None:
        return f"{clean(item.graphic.kind)} {_points(item.graphic.points)}"
    return clean(item.text)


def _points(points: tuple[tuple[float, float], ...]) -> str:
    told = " ".join(f"({column:g}, {row:g})" for column, row in points[:_MOST_POINTS])
    return told if len(points) <= _MOST_POINTS else f"{told} and {len(points) - _MOST_POINTS} more points"


def _meaning(code: "Code") -> str:
    return clean(code.meaning) or clean(f"{code.value} ({code.scheme})")


def _headline(report: "CadReport") -> str:
    maker = " ".join(dict.fromkeys(t for t in (report.manufacturer, report.model) if t)) or "an unnamed maker"
    version = f" {report.software_versions}" if report.software_versions else ""
    made = f", made {report.made_at:%Y-%m-%d %H:%M}" if report.made_at else ""
    says = report.status.value.replace("_", " ")
    why = f": {report.reason.rstrip('.')}" if report.reason else ""
    return clean(f"{report.form.value} of {maker}{version}{made}. It says: {says}{why}.")


def _without_tree(report: "CadReport") -> Iterator[str]:
    """A segmentation has segments in the place of a tree."""
    labels = {i.sop_instance_uid: _label(i) for i in report.images}
    yield _headline(report)
    for finding in report.findings:
        yield f"  {_meaning(finding.kind)}{_by(finding)}"
        for region in finding.regions:
            frame = f", frame {region.frame}" if region.frame is not None else ""
            uid = region.sop_instance_uid
            name = f"{labels[uid]}, {clean(uid)}" if labels.get(uid) else clean(uid)
            yield f"    {region.kind.value} {_points(region.points)}"
            yield f"      on image {name}{frame}"
        yield from (f"    cannot be drawn: {clean(reason)}" for reason in finding.unusable)
    yield from _problems(report.problems)


def _by(finding: "ReportFinding") -> str:
    return f", found by {clean(finding.algorithm.name)}" if finding.algorithm is not None else ""


def _problems(problems: tuple[str, ...]) -> Iterator[str]:
    if problems:
        yield "What is not sound:"
        yield from (f"  {clean(problem)}" for problem in problems)


def _report(path: Path) -> "CadReport | None":
    """What the file says as a result; None for a report that is none of an AI."""
    from klarsyn.dicom.errors import UnreadableFile
    from klarsyn.dicom.report_reader import read_report

    try:
        report: CadReport = read_report(path).report
        return report
    except UnreadableFile:
        return None


def _label(image: "ReportImage") -> str:
    side = image.laterality.value if image.laterality else "?"
    view = image.view_position.value if image.view_position else "?"
    if side == view == "?":
        return "of no stated view"
    return " ".join([side, view, *(modifier.value for modifier in image.modifiers)])


def clean(text: str) -> str:
    """Return a text as one line of letters: what else it holds might steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
