"""The target over HTTP: the Flow Service client, IMS, retries, and errors that say what to do.

`connect` opens a target, `FlowService` is the connection, `fetch` decides what
to ask for. Nothing here knows of YAML files, plans or the emulator.
"""
