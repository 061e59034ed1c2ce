"""Putting a reading policy in force: who may, from which file, and what stays as it was."""

from collections.abc import Callable
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.base.settings import SettingsError
from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.policy_history import PolicyHistory, PolicyText
from klarsyn.domain.release import person
from klarsyn.reading.policies import policy_bytes, policy_names
from klarsyn.reading.refusal import ReadingError
from klarsyn.store.store import Store


def administrators_only(administrators: tuple[str, ...], owner: str) -> Callable[[str], bool]:
    """Return who may change the policy: those named, or else the account that owns the installation."""
    allowed = {person(name) for name in administrators or (owner,)} - {""}
    return lambda by: person(by) in allowed


def policy_text(named: str) -> tuple[PolicyText, ReadingPolicy]:
    """Return a policy by the path of its file, or by its name among those that come with Klarsyn.

    Raises
    ------
    ReadingError
        If there is no such file, or it cannot be used; the message says which line to correct.
    """
    if named in policy_names():
        file, content = f"{named}.toml", policy_bytes(named)
    else:
        path = Path(named)
        if not path.is_file():
            raise ReadingError(
                f"There is no policy {named!r}. Name a file, or one of: {', '.join(policy_names())}."
            )
        file, content = path.name, path.read_bytes()
    try:
        text = PolicyText(file, content.decode("utf-8-sig").replace("\r\n", "\n"))
        return text, text.read()
    except UnicodeDecodeError as error:
        raise ReadingError(f"{file} cannot be used: its text is not UTF-8. Save it as UTF-8.") from error
    except TomlFileError as error:
        raise ReadingError(f"This policy cannot be used. {error}") from error


def use_policy(
    store: Store,
    clock: Clock,
    named: str,
    *,
    by: str,
    reason: str,
    may_change: Callable[[str], bool],
    set_so_far: str,
) -> int:
    """Put a policy in force for exams that arrive from now on; return the number of its version [store].

    `set_so_far` is the policy that the settings name: exams that are there keep it.

    Raises
    ------
    ReadingError
        If this person may not, gives no reason, or the file cannot be used or changes nothing. What was in
        force stays in force.
    """
    if not may_change(by):
        raise ReadingError(
            f"{by} is no administrator here, and only administrators change the reading policy. Nothing was "
            "changed. The setting `administrators` names them."
        )
    if not reason.strip():
        raise ReadingError("A change of policy needs its reason. Give one with --reason.")
    content, _ = policy_text(named)
    history = PolicyHistory(store.policy_versions.all())
    newest = history.newest
    # One that was signed while the clock was ahead is put in force again, at the right time.
    stands = newest is not None and not history.trouble and newest not in history.ahead_of(clock.now())
    if newest is not None and stands and newest.version.content == content:
        raise ReadingError(
            f"That policy is in force already, as version {newest.version.number}. Nothing was changed."
        )
    before: PolicyText | None = None
    try:
        before = PolicyText(f"{set_so_far}.toml", policy_bytes(set_so_far).decode("utf-8"))
        before.read()
    except (SettingsError, TomlFileError):
        # A file that cannot be used has never been in force.
        before = None
    return store.policy_versions.add(content, by=by, at=clock.now(), reason=reason.strip(), before=before)
