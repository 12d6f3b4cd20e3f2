"""A local Flow Service on SQLite, for development and for tests.

Faithful to Adobe's documents; used in-process and over HTTP.
"""
