"""Which reading policy is in force: a file that comes with Klarsyn, or the newest version a site has put in.

Versions are rows (store/policy_versions.py); without any, the setting `policy` names a file. A version that
this program cannot read leaves the last good one in force, and whoever asks is told.
"""

from dataclasses import dataclass, replace

from klarsyn.base.paths import resources
from klarsyn.base.settings import Settings, SettingsError
from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.policy_file import read_policy_file
from klarsyn.domain.policy_history import PolicyHistory
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy of today. `number` is that of its version, 0 of a file that the settings name; `trouble` is
    what somebody must correct, and stands in the policy's banner too."""

    policy: ReadingPolicy
    number: int
    trouble: tuple[str, ...] = ()


def policy_names() -> tuple[str, ...]:
    """Return the names that `load_policy` knows."""
    return tuple(sorted(p.stem for p in (resources() / "policies").glob("*.toml")))


def policy_bytes(name: str) -> bytes:
    """Return the file of a policy of resources/policies.

    Raises
    ------
    SettingsError
        If there is no such policy.
    """
    if name not in policy_names():
        raise SettingsError(
            f"There is no reading policy named {name!r}. Set `policy` to one of: {', '.join(policy_names())}."
        )
    return (resources() / "policies" / f"{name}.toml").read_bytes()


def load_policy(name: str, result_sources: tuple[str, ...] = ()) -> ReadingPolicy:
    """Read one policy of resources/policies; `result_sources` are the site's.

    Raises
    ------
    SettingsError
        If there is no such policy or it cannot be used; the message says what to correct.
    """
    content = policy_bytes(name)
    try:
        return replace(read_policy_file(f"{name}.toml", content), result_sources=result_sources)
    except TomlFileError as error:
        raise SettingsError(f"The reading policy {name!r} cannot be used. {error}") from error


def policy_in_force(store: Store, settings: Settings) -> PolicyInForce:
    """Return the policy that orders the queue and says what readers may see [store].

    How many readers an exam gets follows from the version of its arrival (reading/requirements.py).

    Raises
    ------
    SettingsError
        If no version can be used and neither can the file that the settings name.
    """
    history = PolicyHistory(store.policy_versions.all())
    newest = history.newest
    if newest is None:
        policy, number = load_policy(settings.policy, settings.result_sources), 0
    else:
        policy, number = replace(newest.policy, result_sources=settings.result_sources), newest.version.number
    told = " ".join((*history.trouble, policy.banner)).strip()
    return PolicyInForce(replace(policy, banner=told), number, history.trouble)
