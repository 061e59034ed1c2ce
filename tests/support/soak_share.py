"""How much of a long run is run: SOAK_SHARE=50 takes a fiftieth, with the same fixed seed."""

import os


def share_of(whole: int) -> int:
    """Return how many of `whole` rounds to run, at least one."""
    return max(1, whole // int(os.environ.get("SOAK_SHARE", "1")))
