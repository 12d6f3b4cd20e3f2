import pytest

from reconciler.model.pointers import format_pointer, is_within, parse_pointer


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", ()), ("/", ("",)), ("/a/b", ("a", "b")), ("/a~1b/m~0n/~01", ("a/b", "m~n", "~1"))],
)
def test_a_pointer_is_parsed_and_formatted_without_loss(text, tokens):
    assert parse_pointer(text) == tokens
    assert format_pointer(tokens) == text


@pytest.mark.parametrize("text", ["a", "a/b", "/a~", "/~2"])
def test_an_invalid_pointer_is_an_error_that_quotes_it(text):
    with pytest.raises(ValueError, match="JSON Pointer") as raised:
        parse_pointer(text)
    assert repr(text) in str(raised.value)


def test_a_pointer_is_within_itself_and_its_parents():
    assert is_within(("a", "b"), ("a",))
    assert is_within(("a",), ("a",))
    assert not is_within(("ab",), ("a",))
