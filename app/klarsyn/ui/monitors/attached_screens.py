"""`python -m klarsyn.ui.monitors.attached_screens`: the monitors of this desktop, as JSON.

A process of its own: where there is no desktop Qt ends the process that asks, and `klarsyn doctor` should
live to say so.
"""

import json
import sys

from PySide6.QtGui import QGuiApplication

from klarsyn.ui.monitors.screens import monitor_of


def main() -> None:
    """Print identity and size of each monitor."""
    application = QGuiApplication(sys.argv[:1])
    monitors = [monitor_of(screen) for screen in application.screens()]
    print(json.dumps([[m.identity, m.width, m.height] for m in monitors]))


if __name__ == "__main__":
    main()
