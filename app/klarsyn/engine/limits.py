"""How much one answer may hold. More than this is a fault, not an opinion."""

MAX_REGIONS = 200
"""Marks on one exam."""

MAX_POINTS = 2000
"""Points of one outline."""

MAX_MAPS = MAX_REGIONS
"""Explanation maps of one exam; marks may share one."""

MAX_MAP_PIXELS = 4_000_000
"""Pixels of one explanation map, float32 each."""

MAX_ALL_MAP_PIXELS = 4 * MAX_MAP_PIXELS
"""Pixels of all explanation maps of one exam: the four standard views with the largest map each, 64 MB."""
