"""Strategies for arbitrary documents of a kind, with the lists that matter in them."""

from __future__ import annotations

from builders import spec
from hypothesis import strategies as st

from reconciler.model.json_text import InexactNumberError, exact_float
from reconciler.model.kinds import KINDS, Kind
from reconciler.model.pointers import format_pointer
from reconciler.model.specs import Spec
from reconciler.planning.tree import document_tree

texts = st.text(st.characters(exclude_categories=()), max_size=6)
names = st.sampled_from(["a", "b", "c", "x/y", "~", "__proto__", "1", "true", ""])


def _is_exact(number: float) -> bool:
    try:
        exact_float(repr(number))
    except InexactNumberError:
        return False
    return True


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False).filter(_is_exact),
    st.sampled_from([0, 0.0, 1, 1.0, "1", "1.0", "0"]),
    texts,
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
keyed = st.lists(
    st.fixed_dictionaries({"name": names}, optional={"spec": values, "permissions": values}),
    max_size=3,
)
ids = st.lists(names, max_size=4)
schemas = st.dictionaries(
    st.sampled_from(["required", "enum", "type", "properties", "allOf", "default", "minimum"]),
    values | st.lists(scalars, max_size=3),
    max_size=4,
)


def documents() -> st.SearchStrategy[dict]:
    """Documents with fields of both kinds, valid or of any shape, and unknown fields."""
    shaped = {
        "sourceConnectionSpecIds": ids | values,
        "targetConnectionSpecIds": ids,
        "transformationSpecs": keyed | values,
        "authSpec": keyed,
        "permissionsInfo": st.dictionaries(names, keyed, max_size=2),
        "optionSpec": st.fixed_dictionaries({}, optional={"spec": schemas, "name": texts}),
        "scheduleSpec": st.fixed_dictionaries({}, optional={"spec": schemas}),
        "attributes": values,
        "version": scalars,
        "unknownToUs": values,
    }
    return st.fixed_dictionaries(
        {"id": st.just("i"), "name": st.just("n"), "providerId": st.just("p")}, optional=shaped
    )


def pointers_into(kind, *documents: dict) -> st.SearchStrategy[str]:
    """Pointers into these documents, elements by their names, and a few that match nothing."""
    found = {"/attributes/a", "/transformationSpecs/a/spec", "/authSpec/b/spec/x"}
    for document in documents:
        found |= set(_pointers(document_tree(kind, document), ()))
    return st.sampled_from(sorted(found))


def _pointers(tree, above):
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for token, below in items:
        pointer = (*above, str(token))
        yield format_pointer(pointer)
        if isinstance(below, dict | list):
            yield from _pointers(below, pointer)


SHARED = ["/sourceConnectionSpecIds", "/transformationSpecs", "/permissionsInfo/a", "/authSpec"]


@st.composite
def situations(draw) -> tuple[Kind, Spec, dict, dict | None]:
    """A kind, a desired spec of it with `ignore` and `shared`, live, and a base or none."""
    kind = draw(st.sampled_from(KINDS))
    desired, held = draw(documents()), draw(documents())
    base = draw(st.none() | documents() | st.just(desired) | st.just(held))
    ignore = draw(st.lists(pointers_into(kind, desired, held), max_size=3))
    shared = draw(st.lists(st.sampled_from(SHARED), max_size=2, unique=True))
    return kind, spec(desired, kind=kind, ignore=ignore, shared=shared), held, base
