"""Reading a plan file is strict: a value that could not have been written is an error."""

from dataclasses import dataclass

import pytest

from reconciler.planning.codec import BOOLEAN, COUNT, STRING, member, omitted, record, tuple_of


@dataclass(frozen=True)
class Point:
    x: int
    names: tuple[str, ...] = ()
    marked: bool = False


POINT = record(
    Point,
    x=member("x", COUNT),
    names=omitted("names", tuple_of(STRING), default=()),
    isMarked=member("marked", BOOLEAN, default=False),
)


@pytest.mark.parametrize("point", [Point(1), Point(2, ("a", "b"), marked=True)])
def test_a_written_value_is_read_back(point):
    assert POINT.read(POINT.write(point)) == point


def test_a_default_is_left_out_where_that_is_declared_and_read_where_it_is_missing():
    assert POINT.write(Point(1)) == {"x": 1, "isMarked": False}
    assert POINT.read({"x": 1, "ofANewerVersion": 1}) == Point(1)


@pytest.mark.parametrize(
    ("entry", "error", "message"),
    [
        ({}, KeyError, "x"),
        ({"x": True}, TypeError, "expected an integer, got true"),
        ({"x": 1, "isMarked": 1}, TypeError, "expected true or false, got 1"),
        ({"x": 1, "names": "a"}, TypeError, 'expected a list, got "a"'),
        ({"x": 1, "names": [None]}, TypeError, "expected a string, got null"),
        ([], TypeError, "expected an object"),
    ],
)
def test_anything_else_is_an_error(entry, error, message):
    with pytest.raises(error, match=message):
        POINT.read(entry)
