"""The proof that one schema accepts everything that another accepts."""

from enum import Enum


class Proof(Enum):
    """How a proof ended."""

    FOUND = "found"
    NONE = "none"
    RAN_OUT = "ran out"
