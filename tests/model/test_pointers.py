import pytest

from reconciler.model.pointers import format_pointer, is_within, parse_pointer


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", ()), ("/", ("",)), ("/a/b", ("a", "b")), ("/a~1b/m~0n/~01", ("a/b", "m~n", "~1"))],
)
def test_a_pointer_and_its_text_are_one_thing(text, tokens):
    assert parse_pointer(text) == tokens
    assert format_pointer(tokens) == text


@pytest.mark.parametrize("text", ["a", "a/b", "/a~", "/~2"])
def test_what_rfc_6901_does_not_allow_is_refused_with_the_text(text):
    with pytest.raises(ValueError, match="JSON Pointer") as raised:
        parse_pointer(text)
    assert repr(text) in str(raised.value)


def test_a_pointer_lies_within_itself_and_what_is_above():
    assert is_within(("a", "b"), ("a",))
    assert is_within(("a",), ("a",))
    assert not is_within(("ab",), ("a",))
