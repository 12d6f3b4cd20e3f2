"""What specs are: kinds, documents, canonical form, JSON Pointers, fingerprints.

Values and rules only. Nothing here reads a file, opens a connection or prints.
"""
