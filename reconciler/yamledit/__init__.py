"""YAML to JSON values with positions, and edits that keep the rest of the file unchanged.

`parse` reads, `edit` edits, `formatting` formats, `source_map` finds positions.
All of them work on the tree of `layout`. Nothing here knows what a spec is.
"""
