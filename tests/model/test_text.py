import pytest

from reconciler.model.text import timestamp


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (1_700_000_000_000, "2023-11-14T22:13:20Z"),
        (10**20, "1" + "0" * 20),
        (10**30, "1" + "0" * 30),
    ],
)
def test_a_time_is_iso_8601_or_as_it_came(milliseconds, text):
    assert timestamp(milliseconds) == text
