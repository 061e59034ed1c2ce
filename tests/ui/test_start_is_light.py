"""What is loaded before the window is up: a reader waits for every module of it."""

import json
import os
import subprocess
import sys

HEAVY = ("onnxruntime", "onnx", "scipy", "sqlalchemy", "alembic")

_TELL = f"print(json.dumps([m for m in {HEAVY} if m in sys.modules]), flush=True)"

_IMPORTS = f"""
import json, sys
import klarsyn.ui.findings.overlay, klarsyn.ui.view.viewport
import klarsyn.ui.hanging.hanging_grid, klarsyn.ui.queue.queue_page
import klarsyn.ui.panels.top_strip, klarsyn.ui.impression.impression_bar, klarsyn.ui.findings.findings_panel
{_TELL}
"""

_START = f"""
import json, sys
from klarsyn.cli import view_command
from klarsyn.ui.workplace import Workplace

show = Workplace.open

def tell_and_close(self):
    show(self)
    assert self.main.isVisible()
    {_TELL}
    self.close()

Workplace.open = tell_and_close
sys.exit(view_command.run(None))
"""


def loaded(program: str) -> set[str]:
    """The heavy packages that a fresh interpreter says it has loaded."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, encoding="utf-8"
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_what_draws_the_images_and_the_queue_loads_no_database_and_no_engine() -> None:
    assert loaded(_IMPORTS) == set()


def test_when_the_window_is_up_nothing_heavy_is_loaded_but_the_store_that_it_opened() -> None:
    # The store is opened before the window on purpose: a damaged database is told instead of a window.
    assert loaded(_START) == {"sqlalchemy", "alembic"}
