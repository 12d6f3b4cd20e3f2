"""Desired specs: YAML in and out. Load, locate, validate, and the same from a Git revision."""
