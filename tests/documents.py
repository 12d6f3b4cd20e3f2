"""Strategies for arbitrary documents of a kind, with the lists that matter in them."""

from __future__ import annotations

from hypothesis import strategies as st

from reconciler.model.json_text import InexactNumberError, exact_float

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
    """Documents with fields of both kinds, of their own shape or of any, and unknown ones."""
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
