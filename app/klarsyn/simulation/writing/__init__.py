"""Simulated images as legal DICOM."""
