"""Breasts with known truth, as legal DICOM."""
