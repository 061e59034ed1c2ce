"""A share of the single-read exams gets a second reader in secret: by a keyed hash that can be done again."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from klarsyn.domain.audit_draw import REASON, audit_draw, with_audit
from klarsyn.domain.policy import ReadsRequired

KEY = bytes(range(32))
ONE, TWO = ReadsRequired(1, ()), ReadsRequired(2, ("implant",))
MANY = 100_000


@settings(max_examples=4, deadline=None)
@given(st.binary(min_size=16, max_size=64), st.sampled_from([0.5, 5, 20]))
def test_the_share_lies_within_its_exact_binomial_interval_over_100_000_exams(
    key: bytes, percent: float
) -> None:
    drawn = sum(audit_draw(key, f"exam-{n}", percent).drawn for n in range(MANY))
    share = binom(MANY, percent / 100)
    assert share.ppf(1e-9) <= drawn <= share.isf(1e-9)


@given(st.text(min_size=1, max_size=40), st.floats(0, 100), st.floats(0, 100))
def test_a_higher_share_keeps_all_that_a_lower_one_has_drawn(exam_id: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert audit_draw(KEY, exam_id, low).drawn <= audit_draw(KEY, exam_id, high).drawn


@given(st.text(max_size=40))
def test_all_are_drawn_at_100_percent_and_none_at_0(exam_id: str) -> None:
    assert audit_draw(KEY, exam_id, 100).drawn
    assert not audit_draw(KEY, exam_id, 0).drawn


def test_whoever_holds_the_secret_can_do_the_draw_again() -> None:
    by_hand = hmac.new(KEY, b"klarsyn audit draw 1\x00exam-7", hashlib.sha256).digest()[:8]
    draw = audit_draw(KEY, "exam-7", 5)
    assert draw.number == int.from_bytes(by_hand, "big")
    assert draw.limit == 2**64 // 20


def test_another_secret_draws_others_so_that_nobody_guesses() -> None:
    exams = [f"exam-{n}" for n in range(20_000)]
    here = {e for e in exams if audit_draw(KEY, e, 5).drawn}
    there = {e for e in exams if audit_draw(KEY[::-1], e, 5).drawn}
    # Independent draws share a twentieth of a twentieth.
    assert len(here & there) <= binom(len(exams), 0.0025).isf(1e-9)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        audit_draw(b"short", "exam", 5)


def test_a_drawn_exam_gets_two_readers_and_says_why_and_others_are_left_as_they_are() -> None:
    assert with_audit(ONE, "exam", 100, KEY) == ReadsRequired(2, (REASON,))
    assert with_audit(ONE, "exam", 0, KEY) == ONE
    assert with_audit(ONE, "exam", 100, b"") == ONE
    assert with_audit(TWO, "exam", 100, KEY) == TWO
