import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[4]
sys.path.append(str(_ROOT / "plugins" / "demo_cad" / "training"))
