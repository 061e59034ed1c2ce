"""Merging and correcting patients: checked before it is noted, and never by the key of an exam."""

from klarsyn.domain.personal_number import WrongNumber, personal_number
from klarsyn.domain.task import TaskRule
from klarsyn.store.identity_events import IdentityChange, IdentityRefused
from klarsyn.store.store import Store


def change_identity(store: Store, change: IdentityChange, rule: TaskRule) -> tuple[str, ...]:
    """Note one change and return the exams that have followed, by exam_id.

    A number that is written like a personal number must be one. A birth date that a person types must fit it;
    the hospital's index may know better, since dates whose numbers are used up get another day's.

    Raises
    ------
    IdentityRefused
        If it says nothing, is mistyped, or contradicts itself; nothing is noted.
    """
    if not change.reason.strip():
        raise IdentityRefused("Say why: `--reason` is kept with the change.")
    if not change.old_id.strip() or not change.new_id.strip():
        raise IdentityRefused("A patient number cannot be empty.")
    try:
        old, new = _known(change.old_id), personal_number(change.new_id)
    except WrongNumber as error:
        raise IdentityRefused(f"{error} Read the new number again, and say it once more.") from error
    if new is not None and new.coordination and old and change.old_id != change.new_id:
        raise IdentityRefused(
            "The new number is a coordination number and the old one a personal number, which it never "
            "follows. Were they given in the wrong order?"
        )
    typed = change.new_birth_date if change.kind == "correct" else None
    if new is not None and new.born is not None and typed not in (None, new.born):
        raise IdentityRefused("The new number and the birth date that is given contradict each other.")
    return store.identities.change(change, rule)


def _known(written: str) -> bool:
    """True for a right personal number; the old one may be anything, also mistyped."""
    try:
        known = personal_number(written)
    except WrongNumber:
        return False
    return known is not None and not known.coordination
