"""`reconciler drift`: live against what is committed. Reads only."""

from __future__ import annotations

from pathlib import Path

from reconciler.cli.connection import connection_options
from reconciler.cli.options import command as declare
from reconciler.cli.options import option, specs_option, target_option
from reconciler.cli.render import format_option, rendered
from reconciler.live.settings import ConnectionSettings


@declare("drift")
@target_option
@specs_option
@format_option
@option("--unmanaged", is_flag=True, help="List the specs of the target that no file describes.")
@connection_options
def command(
    target: str | None, specs: Path, report: str, unmanaged: bool, settings: ConnectionSettings
) -> int:
    """Show how the target differs from the committed specs, and who changed it when.

    Compares with the files at HEAD, whatever stands in the work tree. Exits
    with 2 where there is drift. Writes nothing.
    """
    import asyncio

    from reconciler.cli.console import result
    from reconciler.cli.gather import Request, has_changes, plan_for, read_committed
    from reconciler.model.errors import ExitCode

    request = Request(specs, target)
    plan = asyncio.run(plan_for(request, settings, read=read_committed, want_unmanaged=unmanaged))
    result(rendered([plan], report, every_unmanaged=unmanaged))
    return ExitCode.CHANGES if has_changes(plan) else ExitCode.DONE
