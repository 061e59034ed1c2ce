"""Versions of a site's reading policy: each exam keeps the one in force when it arrived."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.policy_file import read_policy_file

CLOCKS_DIFFER = timedelta(minutes=1)
"""By so much the times of two computers may differ before a clock counts as having been wrong."""
_EVER = datetime.min.replace(tzinfo=UTC)


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
    """A policy that somebody has put in force; `number` rises; `at` is what a clock said,
    and falls where one was wrong."""

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
        self._spans: dict[datetime | None, list[tuple[GoodVersion, datetime, datetime | None]]] = {}
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

    def possible(self, arrived: datetime, now: datetime | None = None) -> tuple[GoodVersion, ...]:
        """Return every version that may have been in force when an exam arrived, that of `at` among them.

        It is more than one only where a clock was wrong. Numbers tell the true order: a version whose time is
        after that of a later number (or after `now`) was signed earlier than it says, at some time since the
        one before; and a version whose time is before that of an earlier number may have been signed later.
        """
        if now not in self._spans:
            # Once for all exams that are asked about.
            self._spans = {now: list(zip(self.good, self._starts(now), self._ends(), strict=True))}
        return tuple(
            each
            for each, start, end in self._spans[now]
            if start <= arrived and (end is None or arrived < end)
        )

    def ahead_of(self, now: datetime) -> tuple[GoodVersion, ...]:
        """Return the versions that were signed while a clock was ahead, as far as `now` shows it."""
        return tuple(each for each in self.good if each.version.at > now + CLOCKS_DIFFER)

    def _starts(self, now: datetime | None) -> list[datetime]:
        """Return the earliest time at which each may have come into force; the first always was."""
        times = [each.version.at for each in self.good]
        starts: list[datetime] = []
        for i, at in enumerate(times):
            later = times[i + 1 :] + ([] if now is None else [now])
            right = all(at <= other + CLOCKS_DIFFER for other in later)
            starts.append(at if right else min(at, starts[-1] if starts else _EVER))
        return [_EVER, *starts[1:]] if starts else []

    def _ends(self) -> list[datetime | None]:
        """Return when each was surely no longer in force: at the next one whose time is in order."""
        times = [each.version.at for each in self.good]
        in_order = [at + CLOCKS_DIFFER >= max(times[: i + 1]) for i, at in enumerate(times)]
        return [
            next((times[j] for j in range(i + 1, len(times)) if in_order[j]), None) for i in range(len(times))
        ]


@lru_cache(maxsize=64)
def _read(content: PolicyText, sha256: str) -> tuple[ReadingPolicy | None, str]:
    if content.sha256 != sha256:
        return None, "its text is not the one that was put in force."
    try:
        return content.read(), ""
    except TomlFileError as error:
        return None, str(error)
