"""The engine contract and the sealed worker."""
