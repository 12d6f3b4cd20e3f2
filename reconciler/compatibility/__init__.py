"""Decides if a JSON Schema accepts everything that its predecessor accepts.

`compare` gives the verdict: `search` looks for an instance that one accepts and
the other rejects, which jsonschema confirms; `proof` shows that there is none.
Neither knows the other, and none of it knows specs or plans.
"""
