"""Klarsyn, a breast-screening reading workstation.

The inference runtime's own telemetry is switched off here, before anything can import it
(docs/architecture.md, invariant 9). Every process that Klarsyn starts inherits the variable.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
