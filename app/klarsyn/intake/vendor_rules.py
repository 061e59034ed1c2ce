"""All makers' rules of an installation: those that come with Klarsyn, and the site's own over them.

A site's file that cannot be used never stops the import: it is reported, and the rule of that name which
comes with Klarsyn is used, which no site has trusted.
"""

from dataclasses import dataclass
from pathlib import Path

from klarsyn.base.paths import resources
from klarsyn.base.toml_file import LARGEST_FILE
from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.reports.cad_report import CadReport
from klarsyn.domain.reports.vendor_rule import VendorRule, choose_rule
from klarsyn.intake.vendor_file import read_vendor_file

SITE_FOLDER = "vendors"
"""Where below the data folder a site keeps its own rules."""


@dataclass(frozen=True, slots=True)
class VendorRules:
    """The rules that can be used, and a sentence about each file that cannot."""

    rules: tuple[VendorRule, ...] = ()
    problems: tuple[str, ...] = ()

    def of(self, report: CadReport) -> VendorRule:
        """Return the rule of a report's maker; DEFAULT where none knows it."""
        return choose_rule(self.rules, report)


def load_vendor_rules(site: Path | None = None, built_in: Path | None = None) -> VendorRules:
    """Read both folders; the site's need not exist.

    Parameters
    ----------
    site
        Where the site keeps its own files: `vendors` in its data folder.
    built_in
        The files that come with Klarsyn; resources/vendors by default.
    """
    given, problems = _read(built_in if built_in is not None else resources() / "vendors", of_site=False)
    own, own_problems = _read(site, of_site=True) if site is not None else ({}, {})
    told = list(problems.values())
    for name, sentence in own_problems.items():
        instead = "the rule that comes with Klarsyn is used" if name in given else "this file is left out"
        told.append(f"{sentence} Until that is corrected, {instead}, and no score is trusted by it.")
    for name in own.keys() & given.keys():
        if given[name].own:
            told.append(f"{name}.toml: Klarsyn's own reports need no rule of a site. The file is left out.")
            del own[name]
    rules = {**given, **own}
    return VendorRules(tuple(rules[name] for name in sorted(rules)), tuple(told))


def _read(folder: Path, *, of_site: bool) -> tuple[dict[str, VendorRule], dict[str, str]]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and path.is_file())
    except FileNotFoundError:
        return {}, {}
    except OSError as error:
        return {}, {"": f"The folder {folder.name} of makers' rules cannot be read: {error.strerror}."}
    rules: dict[str, VendorRule] = {}
    problems: dict[str, str] = {}
    for path in paths:
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
            rules[path.stem] = read_vendor_file(path.name, content, of_site=of_site)
        except OSError as error:
            problems[path.stem] = f"{path.name}:1: The file cannot be read: {error.strerror}."
        except TomlFileError as error:
            problems[path.stem] = str(error)
    return rules, problems
