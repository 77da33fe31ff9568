"""Drawings: DXF files as curves in mm with a stated operation each."""
