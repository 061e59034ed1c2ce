"""The audit draw: which single-read exams get a second reader in secret.

What a low score loses can be measured only where somebody else has looked too. The draw is a keyed hash of
the exam (HMAC-SHA-256, RFC 2104): whoever holds the site's secret can do it again for any exam, and nobody
else can guess it. It is the same whenever it is asked for, so an exam never gains or loses its second reader
by it.
"""

import hmac
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from klarsyn.domain.policy import ReadsRequired

REASON = "audit draw"
"""For the administrator's eyes; no reader is told it."""

_WHAT = b"klarsyn audit draw 1\x00"
_STEPS = 1 << 64


@dataclass(frozen=True, slots=True)
class AuditDraw:
    """One exam's draw: drawn where `number` is below `limit`, both of 2^64 steps."""

    number: int
    limit: int

    @property
    def drawn(self) -> bool:
        """Whether the exam gets a second reader, if one would do otherwise."""
        return self.number < self.limit


def audit_draw(key: bytes, exam_id: str, percent: float) -> AuditDraw:
    """Draw for one exam under a policy that asks for `percent` of the single-read exams.

    Raises
    ------
    ValueError
        If the key is shorter than its hash could be searched for.
    """
    if len(key) < 16:
        raise ValueError("The secret of the audit draw must have 16 bytes or more.")
    digest = hmac.digest(key, _WHAT + exam_id.encode("utf-8"), "sha256")
    return AuditDraw(int.from_bytes(digest[:8], "big"), _limit(percent))


@lru_cache(maxsize=64)
def _limit(percent: float) -> int:
    # By its decimal digits: 5 percent is a twentieth, and not the nearest binary fraction.
    return int(Fraction(str(percent)) / 100 * _STEPS)


def with_audit(required: ReadsRequired, exam_id: str, percent: float, key: bytes) -> ReadsRequired:
    """Return what the exam needs when the draw has been asked; an empty key draws nothing."""
    if required.count != 1 or percent <= 0 or not key:
        return required
    if not audit_draw(key, exam_id, percent).drawn:
        return required
    return ReadsRequired(2, (*required.reasons, REASON))
