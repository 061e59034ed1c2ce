"""What the list of findings is written for: it is written anew when any of this changes."""

from typing import TYPE_CHECKING

from klarsyn.ui.actions.key_set import KeySet

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession


def list_key(session: "ReadingSession", keys: KeySet) -> tuple[object, ...]:
    """Return it; session and shown result first, then the names of other results, late ones and documents.

    The session itself is part of it: the same exam opened again may have other images.
    """
    shown = session.result.result_id if session.result else None
    ids = tuple(tuple(each.result_id for each in some) for some in (session.results, session.late))
    return session, shown, keys, ids, session.ordering, tuple(session.documents)
