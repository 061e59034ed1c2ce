"""Reading policies as files."""

import tomllib

from klarsyn.base.paths import resources
from klarsyn.base.settings import SettingsError
from klarsyn.domain.policy import Band, ReadingPolicy, RevealPolicy, StatesPolicy


def policy_names() -> tuple[str, ...]:
    """Return the names that `load_policy` knows."""
    return tuple(sorted(p.stem for p in (resources() / "policies").glob("*.toml")))


def load_policy(name: str, result_sources: tuple[str, ...] = ()) -> ReadingPolicy:
    """Read one policy of resources/policies; `result_sources` are the site's.

    Raises
    ------
    SettingsError
        If there is no such policy or it cannot be used; the message says what to correct.
    """
    if name not in policy_names():
        raise SettingsError(
            f"There is no reading policy named {name!r}. Set `policy` to one of: {', '.join(policy_names())}."
        )
    path = resources() / "policies" / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        data["reveal"] = RevealPolicy(data["reveal"])
        if "others_drawings" in data:
            data["others_drawings"] = StatesPolicy(data["others_drawings"])
        data["bands"] = tuple(Band(low, high) for low, high in data["bands"])
        return ReadingPolicy(name=name, **data, result_sources=result_sources)
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"The reading policy in {path} cannot be used: {error}") from error
