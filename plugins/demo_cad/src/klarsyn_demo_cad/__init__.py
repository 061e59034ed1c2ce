"""Klarsyn's demonstration engine. Not for clinical use."""
