"""The embedded engine goes through the same kit as anybody's."""

import pytest

from klarsyn.engine.conformance import Limits, conformance


@pytest.mark.slow
def test_the_embedded_engine_conforms(tmp_path):
    limits = Limits(tmp_path / "work", 120.0, 4096)
    checks = list(conformance("demo_cad", limits, (((700, 560), 0.25), ((600, 480), 0.3))))

    assert [check.words for check in checks if not check.passed] == []
    (marks,) = [check for check in checks if check.title == "marks"]
    assert "All 0 marks" not in marks.words
