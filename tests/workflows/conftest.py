import pytest
from github.stand_in import GitHubStandIn
from workflows.scene import Scene


@pytest.fixture
def scene(tmp_path, store, app, serve):
    """A repository on GitHub with its target, both served over HTTP."""
    stand_in = GitHubStandIn()
    return Scene(tmp_path, store, serve(app), serve(stand_in.app), stand_in)
