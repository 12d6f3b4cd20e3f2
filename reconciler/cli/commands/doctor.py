"""`reconciler doctor`: check what a run needs. Reads only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reconciler.cli import exit_codes
from reconciler.cli.console import result, terminal
from reconciler.cli.options import (
    connection_options,
    declare,
    output_formats,
    specs_option,
    target_option,
)

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.live.settings import ConnectionSettings


@declare("doctor")
@target_option
@specs_option
@output_formats(["text", "json"])
@connection_options
def command(target: str | None, specs: Path, report: str, settings: ConnectionSettings) -> int:
    """Check the configuration, the credentials, the service and Git.

    Nothing is written. The output names variables, headers and fields, and never
    a secret or a spec: it can be pasted into an issue. Exits with 1 if a check
    failed.
    """
    from reconciler.model.diagnosis import Status
    from reconciler.operations.doctor import diagnose
    from reconciler.reports.text.doctor import doctor_json, doctor_text

    findings = diagnose(specs, target, settings, os.environ)
    if report == "json":
        result(doctor_json(findings))
    else:
        result(doctor_text(findings, **terminal()))
    return exit_codes.failed_if(any(finding.status is Status.FAILED for finding in findings))
