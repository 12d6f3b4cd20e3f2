"""A local Flow Service on SQLite, for trying things out and for tests.

Faithful to Adobe's documents; used in-process and over HTTP.
"""
