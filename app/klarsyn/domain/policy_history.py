"""Versions of a site's reading policy: each exam keeps the one in force when it arrived."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.policy_file import read_policy_file


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy as its file says it; `file` is its name with .toml."""

    file: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the file's content."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def read(self) -> ReadingPolicy:
        """Return the policy.

        Raises
        ------
        TomlFileError
            If it cannot be used.
        """
        return read_policy_file(self.file, self.text.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy that somebody has put in force; `number` rises, and `at` never falls with it."""

    number: int
    content: PolicyText
    sha256: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GoodVersion:
    """A version that can be used."""

    version: PolicyVersion
    policy: ReadingPolicy


class PolicyHistory:
    """All versions in their order, and which of them speaks for an exam."""

    def __init__(self, versions: Iterable[PolicyVersion]) -> None:
        """Read each; those that cannot be used are left out, with what is wrong in `trouble`."""
        self.versions = tuple(sorted(versions, key=lambda v: v.number))
        self.good: tuple[GoodVersion, ...] = ()
        since_good: list[str] = []
        for version in self.versions:
            policy, why = _read(version.content, version.sha256)
            if policy is None:
                since_good.append(
                    f"Version {version.number} of the reading policy cannot be used: {why} Until a corrected "
                    "one is put in force (`klarsyn policy use`), the last good version stays."
                )
            else:
                self.good = (*self.good, GoodVersion(version, policy))
                since_good.clear()
        self.trouble = tuple(since_good)

    @property
    def newest(self) -> GoodVersion | None:
        """The version in force for exams that arrive now; None where there is none."""
        return self.good[-1] if self.good else None

    def at(self, arrived: datetime) -> GoodVersion | None:
        """Return the version in force when an exam arrived; the first for what came before all of them."""
        before = [each for each in self.good if each.version.at <= arrived]
        return before[-1] if before else next(iter(self.good), None)


@lru_cache(maxsize=64)
def _read(content: PolicyText, sha256: str) -> tuple[ReadingPolicy | None, str]:
    if content.sha256 != sha256:
        return None, "its text is not the one that was put in force."
    try:
        return content.read(), ""
    except TomlFileError as error:
        return None, str(error)
