"""Checks of a document: against its kind's schema, its embedded schemas, its fields.

The name and description of each check are in `model/checks`; `places` gives the position
of a problem in the file.
"""
