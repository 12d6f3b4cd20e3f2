"""Whether a changed JSON Schema still takes every setting that it took before.

`verdict` says so: `search` looks for a setting that the one schema accepts and
the other refuses, and every example is checked with jsonschema under both;
`proof` shows that there is none. Neither knows the other.
"""
