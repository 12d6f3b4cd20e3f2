"""`reconciler drift`: live against what is committed. Reads only."""

from __future__ import annotations

from pathlib import Path

from reconciler.cli.choice import Choice, choice_options
from reconciler.cli.connection import connection_options
from reconciler.cli.options import cache_option, option, specs_option
from reconciler.cli.options import command as declare
from reconciler.cli.render import format_option, rendered
from reconciler.live.settings import ConnectionSettings


@declare("drift")
@choice_options
@specs_option
@format_option
@option("--unmanaged", is_flag=True, help="List the specs of the target that no file describes.")
@cache_option
@connection_options
def command(
    choice: Choice,
    specs: Path,
    report: str,
    unmanaged: bool,
    no_cache: bool,
    settings: ConnectionSettings,
) -> int:
    """Show how the target differs from the committed specs, and who changed it when.

    Compares with the files at HEAD, whatever stands in the work tree. Exits
    with 2 where there is drift, and with 1 where a target could not be read.
    Writes nothing.
    """
    from reconciler.cli.announce import announce_plans
    from reconciler.cli.console import result
    from reconciler.cli.reading import Request, read_committed
    from reconciler.cli.side_by_side import exit_code, plan_chosen, tell_failures
    from reconciler.cli.weighing import Weighing

    found = plan_chosen(
        Request(specs, None, no_cache=no_cache, weighing=Weighing.NOTHING),
        choice,
        settings,
        read=read_committed,
        want_unmanaged=unmanaged,
    )
    result(rendered(found, report, every_unmanaged=unmanaged))
    if report != "text":
        tell_failures(found)
    announce_plans(found, report)
    return exit_code(found, changes_count=True)
