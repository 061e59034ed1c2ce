"""The secret of the audit draw, chosen so that a test knows which exams are drawn."""

from collections.abc import Collection
from itertools import count

from klarsyn.domain.audit_draw import audit_draw
from klarsyn.store.models import SiteValueRow
from klarsyn.store.store import Store


def draw_exactly(store: Store, wanted: Collection[str], percent: float = 5) -> bytes:
    """Give the site a secret that draws the wanted ones of its exams, and no other."""
    exams = [exam.exam_id for exam in store.exams.many()]
    for number in count():
        key = number.to_bytes(32, "big")
        if {e for e in exams if audit_draw(key, e, percent).drawn} == set(wanted):
            with store.database.writing() as session:
                session.merge(SiteValueRow(name="audit_key", value=key.hex()))
            return key
    raise AssertionError


def draw_none(store: Store, percent: float = 5) -> bytes:
    """Give the site a secret that draws none of its exams."""
    return draw_exactly(store, (), percent)
