"""Checks of a document: against its kind's schema, its embedded schemas, its fields.

Each check's name and sentence are in `model/checks`; `places` gives the position
of a problem in the file.
"""
