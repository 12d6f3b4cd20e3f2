"""The errors that this program raises on purpose: one hierarchy.

    ReconcilerError                exit code 1
    ├── InputError                 files or options that must be fixed, with their places
    ├── GitError                   git is missing, or does not have the revision
    ├── LiveError                  the target could not be read or written
    │   ├── RequestError           one request failed: its method, path, status and request id
    │   │   ├── ServiceError       the service answered with an error, or with something else
    │   │   │   └── PreconditionFailedError  412: the spec has changed since it was read
    │   │   ├── ConnectionFailedError  it could not be reached, or the connection was lost
    │   │   │   └── UntrustedError     its certificate is not trusted
    │   │   └── OutcomeUnknownError    a write was sent, and only a read can show its effect
    │   ├── WriteForbiddenError    a command that only reads tried to write: a bug
    │   └── CredentialsError       there are none, or IMS rejects them
    ├── GitHubError                a comment or an issue could not be read or written
    └── RefusedError               exit code 3: a guard, or a plan that is stale

Each message says what is wrong, where, and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from reconciler.model.problems import Problem


class ExitCode(IntEnum):
    """The exit codes of the process (DESIGN: the contract)."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    REFUSED = 3


class Severity(StrEnum):
    """The severity of a problem: an error stops the run."""

    ERROR = "error"
    WARNING = "warning"


class ReconcilerError(Exception):
    """Base class of all errors. `str()` is the message for the user."""

    exit_code = ExitCode.ERROR


def message_of(error: BaseException) -> str:
    """Return an error as the sentences that a user reads, safe to print.

    A `ReconcilerError` and an `OSError` say what is wrong; anything else is a bug.
    """
    if isinstance(error, ReconcilerError):
        return escape_control(str(error), keep="\n")
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return escape_control(where + (error.strerror or str(error)))
    if isinstance(error, RecursionError):
        return "a document nests too deeply to be handled; flatten it"
    return (
        f"{type(error).__name__}: {escape_control(str(error))}\n"
        "This is a fault of reconciler itself. Run again with --debug and report what it prints."
    )


class InputError(ReconcilerError):
    """Invalid files or options. Nothing was sent."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(escape_control(str(each)) for each in self.problems))


class GitError(ReconcilerError):
    """Git is not installed, this is not a repository, or a revision does not exist."""


class LiveError(ReconcilerError):
    """The target could not be read or written."""


class RequestError(LiveError):
    """A request failed. Its subclasses say how.

    `status` is the response's, 0 where there was none; `code` is Adobe's own, and
    `request_id` the one by which Adobe's support finds the request. `advice` is
    what to do. `sent` is False where the request cannot have reached the
    service. `pause` is for how many seconds the service asked to wait.
    `may_follow`: the service may still carry the request out, after this error.
    """

    ADVICE = ""

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        status: int = 0,
        code: str = "",
        request_id: str = "",
        advice: str | None = None,
        sent: bool = True,
        pause: float = 0.0,
        may_follow: bool = False,
    ) -> None:
        self.message = message
        self.method = method
        self.path = path
        self.status = status
        self.code = code
        self.request_id = request_id
        self.advice = self.ADVICE if advice is None else advice
        self.sent = sent
        self.pause = pause
        self.may_follow = may_follow
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.fact} {self.advice}".rstrip()

    @property
    def fact(self) -> str:
        """What failed and where, without the advice."""
        answered = f" {self.status}{f' {self.code}' if self.code else ''}:" if self.status else ""
        traced = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.method} {self.path}:{answered} {self.message}{traced}."

    def unknown_outcome(self) -> OutcomeUnknownError:
        """Return this error as one of a write that may have taken effect."""
        return OutcomeUnknownError(**{**vars(self), "advice": None})


class ServiceError(RequestError):
    """The service answered a request with an error, or with something that is no response to it."""


class PreconditionFailedError(ServiceError):
    """The service rejected a write because the spec has changed since it was read (412)."""


class ConnectionFailedError(RequestError):
    """No response to a read, or no connection for a write: refused, timed out, or cut.

    A write that may have reached the service is an `OutcomeUnknownError` instead.
    """

    ADVICE = "Check the network, and the target's url."


class UntrustedError(ConnectionFailedError):
    """The other side's certificate is not trusted: a retry would not change that."""


class OutcomeUnknownError(RequestError):
    """A write was sent, and the response does not show whether it took effect.

    The connection was lost, or the service answered 408, 409, 5xx or something
    that is no response.
    """

    ADVICE = "Whether the write took effect is not known: read the spec again before repeating it."


class CredentialsError(LiveError):
    """There are no credentials for the target, or IMS rejects them."""


class WriteForbiddenError(LiveError):
    """A command that only reads was about to send a write. A bug in this program."""


class GitHubError(ReconcilerError):
    """A request to GitHub failed."""


class RefusedError(ReconcilerError):
    """A guard refused the plan, or the plan no longer fits the target. Nothing was written."""

    exit_code = ExitCode.REFUSED
