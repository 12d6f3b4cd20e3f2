"""Edits of a YAML text by changes of the document that it means."""

from copy import deepcopy
from textwrap import dedent

from reconciler.yamledit.edit import edited
from reconciler.yamledit.parse import parse_yaml


def edit(text, change):
    """The text after a change of what it means."""
    text = dedent(text)
    wanted = deepcopy(parse_yaml(text, "f").value)
    change(wanted)
    return edited(text, wanted, "f")


def put(key, value):
    return lambda wanted: wanted.update({key: value})


def without(key, *items):
    return lambda wanted: [wanted[key].remove(item) for item in items]


def add(key, *items):
    return lambda wanted: wanted[key].extend(items)


def replaced(wanted, document):
    wanted.clear()
    wanted.update(document)
