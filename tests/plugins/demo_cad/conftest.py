import sys
from pathlib import Path

import pytest

from klarsyn_demo_cad.engine import DemoCad

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="module")
def eager() -> DemoCad:
    """Marks also what the network thinks little of, as it does of these plain images."""
    return DemoCad(least_reported=0.02)
