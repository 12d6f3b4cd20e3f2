"""The target over HTTP: the Flow Service client, IMS, retries, and errors that say what to do.

`connect` opens a target, `FlowService` is the connection, `fetch` decides what
to ask for. Nothing here depends on YAML files, plans or the emulator.
"""

import sys

# httpx loads its own command line where it can, and with it rich and pygments:
# a third of the time that a small plan takes. It does without where that is missing.
if "httpx" not in sys.modules:
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
