"""How far a maker's exam score may be trusted here (invariant 7)."""

from klarsyn.domain.exam import Exam
from klarsyn.domain.reports.cad_report import CadReport
from klarsyn.domain.reports.vendor_rule import Scores, VendorRule


def why_provisional(report: CadReport, rule: VendorRule, exam: Exam) -> str:
    """Return why an exam score is provisional; empty where the site vouches for it.

    It does for a maker's tenths, by `trust = true` in its own folder, and only for the software versions and
    the mammography units that it has checked them with. A report that could not be read whole is never
    trusted.
    """
    if rule.scores is not Scores.TENTHS:
        return "the maker's own scale, which nothing calibrates"
    if not rule.trusted:
        return "the maker's tenths, which this site has not trusted"
    version = report.software_versions.strip()
    if version.casefold() not in {known.casefold() for known in rule.versions}:
        return (
            f"the maker's tenths, trusted for version {', '.join(rule.versions)} and not for {version or '?'}"
        )
    units = {image.manufacturer for image in exam.images}
    others = sorted(unit for unit in units if not any(name.fits(unit) for name in rule.devices))
    if others:
        unit = others[0] or "a unit without a name"
        return f"the maker's tenths, which this site has not trusted for images of {unit}"
    if report.problems:
        return "the maker's tenths, of a report that could not be read whole"
    return ""
