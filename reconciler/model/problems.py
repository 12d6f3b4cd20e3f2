"""Problems of files: where, what, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reconciler.model.errors import Severity

if TYPE_CHECKING:
    from reconciler.model.checks import CheckName


class Problem(Struct, frozen=True, order=True):
    """One problem of a file: where (1-based), what, and what to do.

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
        """`file:line:column`, or the file alone for a problem without a line."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        fix = f" {self.fix}" if self.fix else ""
        return f"{self.place}: {self.severity}: {self.message}{fix}"
