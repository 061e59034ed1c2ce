"""Strips, lines and pages that texts stand on."""
