"""What both ends of a line to a server know of it."""

VARIABLE = "KLARSYN_RELAY"
"""Names the inherited end of the line in the engine's environment."""

CALL_LIMIT = 256 * 2**20
"""Bytes of one call or answer."""

RUN_LIMIT = 8 * 2**30
"""Bytes of a whole run, both ways together."""
