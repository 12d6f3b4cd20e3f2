"""The one family of errors that this program raises on purpose.

    ReconcilerError                exit code 1
    ├── InputError                 files or options that must be mended, with their places
    ├── GitError                   git is missing, or has not got the revision
    ├── LiveError                  the target could not be read or written
    │   ├── ServiceError           it answered with an error, or with nonsense
    │   │   └── PreconditionFailedError  412: the spec is no longer the one that was read
    │   ├── ConnectionFailedError  it could not be reached, or the connection was lost
    │   ├── OutcomeUnknownError    a write was sent, and only reading can tell what became of it
    │   ├── WriteForbiddenError    a command that only reads tried to write: our mistake
    │   └── CredentialsError       none to use, or refused by IMS
    ├── GitHubError                a comment or an issue could not be read or written
    └── RefusedError               exit code 3: a guard, or a plan that does not fit

Each message says what is wrong, where, and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from reconciler.model.checks import CheckName


class ExitCode(IntEnum):
    """What the process tells its caller (DESIGN: the contract)."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    REFUSED = 3


class Severity(StrEnum):
    """Whether a problem stops the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a file: where (1-based), what, and what to do.

    `line` and `column` are 0 where the problem belongs to the file as a whole.
    `check` is the name of the rule, as `checks` lists it.
    """

    file: str
    line: int
    column: int
    message: str
    fix: str
    check: CheckName
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """`file:line:column`, or the file alone where no line is to blame."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        fix = f" {self.fix}" if self.fix else ""
        return f"{self.place}: {self.severity}: {self.message}{fix}"


class ReconcilerError(Exception):
    """Root of the family. `str()` of it is the sentence that a user reads."""

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
    """Files of the user's that must be mended before anything is sent."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class GitError(ReconcilerError):
    """Git is not there, this is no repository, or a revision cannot be had."""


class LiveError(ReconcilerError):
    """The target could not be read or written."""


class ServiceError(LiveError):
    """The service answered a request with an error, or with something that is no answer."""

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        status: int,
        code: str = "",
        request_id: str = "",
        advice: str = "",
    ) -> None:
        self.message = message
        self.method = method
        self.path = path
        self.status = status
        self.code = code
        self.request_id = request_id
        self.advice = advice
        coded = f" {code}" if code else ""
        traced = f" (request {request_id})" if request_id else ""
        hint = f" {advice}" if advice else ""
        super().__init__(f"{method} {path}: {status}{coded}: {message}{traced}.{hint}")


class PreconditionFailedError(ServiceError):
    """The service refused a write because the spec has changed since it was read (412)."""


class ConnectionFailedError(LiveError):
    """No answer to a read, or no connection for a write: refused, timed out, or cut.

    `sent` says whether the request may have reached the service. A write that
    may have is an `OutcomeUnknownError` instead.
    """

    def __init__(self, message: str, *, method: str, path: str, sent: bool = True) -> None:
        self.message = message
        self.method = method
        self.path = path
        self.sent = sent
        super().__init__(f"{method} {path}: {message}. Check the network, and the target's url.")


class OutcomeUnknownError(LiveError):
    """A write was sent, and the answer does not tell whether it took effect.

    The connection was lost, or the service answered 5xx or with nonsense.
    `status` is 0 where there was no answer; `pause` is how many seconds the
    service asked to wait before the next request, 0 where it did not say.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        status: int = 0,
        code: str = "",
        request_id: str = "",
        pause: float = 0.0,
    ) -> None:
        self.message = message
        self.method = method
        self.path = path
        self.status = status
        self.code = code
        self.request_id = request_id
        self.pause = pause
        answered = f" {status}{f' {code}' if code else ''}:" if status else ""
        traced = f" (request {request_id})" if request_id else ""
        super().__init__(
            f"{method} {path}:{answered} {message}{traced}."
            " Whether the write took effect is not known: read the spec again before repeating it."
        )


class CredentialsError(LiveError):
    """There are no credentials for the target, or IMS does not take them."""


class WriteForbiddenError(LiveError):
    """A command that only reads was about to send a write. A fault of this program."""


class GitHubError(ReconcilerError):
    """GitHub could not be asked, or did not do what it was asked for."""


class RefusedError(ReconcilerError):
    """A guard refused the plan, or the plan no longer fits the target. Nothing was written."""

    exit_code = ExitCode.REFUSED
