"""YAML texts changed and not written anew: comments and all that is not concerned stay.

`edit` is the way in. It walks a text's `layout` beside what the text means and
what it should mean; `patching` and `entries` change the text where they differ.
"""
