import pytest
from faults.course import an_update_and_a_creation


@pytest.fixture
def scene():
    """A store, the specs that the repo wants, and the specs as it wanted them before."""
    with an_update_and_a_creation() as scene:
        yield scene
