"""What may be wrong with a document: against its kind's schema, its embedded ones, its fields.

Each check's name and sentence stand in `model/checks`; where a problem stands in
the file, `places` says.
"""
