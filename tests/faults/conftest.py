import socket
import threading

import pytest
import uvicorn
from faults.course import an_update_and_a_creation
from faults.cutting import CuttingProtocol


@pytest.fixture
def scene():
    """A store, the desired specs, and the specs at the base."""
    with an_update_and_a_creation() as scene:
        yield scene


@pytest.fixture
def over_http():
    """Serve applications that cut connections, which ordinary servers do not do."""
    running = []

    def start(app):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(app, http=CuttingProtocol, log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread, listening))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, thread, listening in running:
        server.should_exit = True
        thread.join()
        listening.close()
