"""Edits of a YAML string by changes of its document."""

from copy import deepcopy
from textwrap import dedent

from reconciler.yamledit.edit import edited
from reconciler.yamledit.parse import parse_yaml


def edit(text, change):
    """Return the YAML string after a change of its document."""
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
