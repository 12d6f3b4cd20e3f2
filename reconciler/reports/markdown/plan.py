"""A whole report: the verdict, what blocks it, the changes from Git, then the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.targets import TargetIdentity
from reconciler.model.text import join_limited, plural
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import change_digest
from reconciler.reports.markdown.blocked import MOST_TARGETS, notices
from reconciler.reports.markdown.escape import code, name_code, prose
from reconciler.reports.markdown.links import NO_LINKS, Links
from reconciler.reports.markdown.sections import ReportSection, parts
from reconciler.reports.markdown.spec import shared_changes, spec_changes
from reconciler.reports.markdown.target_matrix import spec_table
from reconciler.reports.markdown.truncate import Rank, ReportBlock, fitting, size
from reconciler.reports.view.drift import pending_in_words, read_forward, ways_out
from reconciler.reports.view.headline import verdict
from reconciler.reports.view.repeats import repeats, sameness
from reconciler.reports.view.specs import shown_specs
from reconciler.reports.view.wording import (
    base_in_words,
    commit_in_words,
    credentials_in_words,
    has_base,
)

MOST_CHARACTERS = 65_000
"""GitHub accepts 65,536 characters; the rest is for the marker that finds the comment again."""
OPEN_AT_MOST = 2
"""Specs that are unfolded from the start."""
LISTED_AT_MOST = 20
"""Rows and specs that are not folded into a list."""
MOST_LINKED = 60
"""Rows in which files are linked; with more rows they are linked beside the changes."""
MOST_DIGESTS = 100
_CUT_LINE = 600
_FEW = 8


def plan_markdown(
    plans: Sequence[Plan],
    links: Links = NO_LINKS,
    failures: Sequence[Failure] = (),
    *,
    room: int = MOST_CHARACTERS,
    with_ways_out: bool = True,
) -> str:
    """Return one plan, or those of several targets, as GitHub-flavoured Markdown.

    The same plans and links give the same text, of at most `room` characters:
    what does not fit is dropped by whole specs, with a line that says so.
    `failures` are the targets that could not be planned. Without `with_ways_out` no way
    out of drift is shown: it is taken already. Raises `ValueError` if there is neither a
    plan nor a failure.
    """
    if not plans and not failures:
        raise ValueError("a report needs at least one plan")
    plans = [read_forward(plan) for plan in plans]
    head = [*_head(plans, failures)]
    shown = shown_specs(plans)
    pieces = [*notices(plans, failures)]
    for part in parts(plans, shown):
        pieces += _part(plans, part, links, is_open=len(shown) <= OPEN_AT_MOST)
    ways = _ways_out(plans) if with_ways_out else ()
    pieces += map(ReportBlock, (*_unmanaged(plans), *ways, *_digests(plans)))
    room -= size(head)
    if size(pieces) > room:
        pieces, cut = fitting(pieces, room - _CUT_LINE)
        total = len({entry.spec.place for entry in shown})
        head += [ReportBlock(_missing(cut, links, total))]
    return "\n".join(piece.text for piece in [*head, *pieces]) + "\n"


def _head(plans: Sequence[Plan], failures: Sequence[Failure]) -> Iterator[ReportBlock]:
    said = verdict(plans, failures)
    yield ReportBlock(f"### {prose(said.headline)}\n\n{prose(said.counts)}\n")
    for plan in plans[:MOST_TARGETS]:
        target, git = plan.target, plan.git
        base = base_in_words(git)
        if has_base(plan):
            base = f"base: {code(base.removeprefix('base: '))}"
        yield ReportBlock(
            f"<sub>Target {name_code(target.name)} ({name_code(target.url)}, "
            f"{name_code(target.ims_org)}, sandbox {name_code(target.sandbox)}"
            f"{_credentials(target)}) · "
            f"commit {prose(commit_in_words(git))} · {base}</sub>\n"
        )
    if len(plans) > MOST_TARGETS:
        yield ReportBlock(f"<sub>and {plural(len(plans) - MOST_TARGETS, 'more target')}</sub>\n")


def _credentials(target: TargetIdentity) -> str:
    return f", {code(credentials_in_words(target))}" if target.credentials else ""


def _part(
    plans: Sequence[Plan], part: ReportSection, links: Links, *, is_open: bool
) -> Iterator[ReportBlock]:
    yield ReportBlock(f"#### {part.heading}\n" + (f"\n{prose(part.note)}\n" if part.note else ""))
    few = len(part.entries) <= MOST_LINKED
    table = [*spec_table(plans, part, links if few else NO_LINKS)]
    yield from _folded("all of them", table, len(table) - 1)
    repeated = repeats(part.entries, lambda entry: part.select(entry.spec))
    yield from (ReportBlock(shared_changes(repeat), Rank.SHARED) for repeat in repeated)
    shown_above = {sameness(change) for repeat in repeated for change in repeat.changes}
    rank = Rank.OTHERS if part.in_earlier else Rank.CHANGES
    found = []
    for entries in part.members():
        changes = part.select(entries[0].spec)
        own = [change for change in changes if sameness(change) not in shown_above]
        if own:
            text = spec_changes(
                entries,
                own,
                NO_LINKS if few else links,
                shared=len(changes) - len(own),
                is_open=is_open,
                with_targets=len(plans) > 1,
                with_notes=entries[0].number not in part.in_earlier,
            )
            found.append(ReportBlock(text, rank, entries[0].spec))
    yield from _folded("spec by spec", found, len(found))


def _folded(title: str, pieces: Sequence[ReportBlock], number: int) -> Iterator[ReportBlock]:
    """Yield pieces, folded if they are many."""
    if number <= LISTED_AT_MOST:
        yield from pieces
        yield ReportBlock("")
        return
    yield ReportBlock(f"<details><summary>{title}</summary>\n", opens=True)
    yield from pieces
    yield ReportBlock("\n</details>\n", closes=True)


def _unmanaged(plans: Sequence[Plan]) -> Iterator[str]:
    for plan in plans[:MOST_TARGETS]:
        where = f" on {name_code(plan.target.name)}" if len(plans) > 1 else ""
        if pending := pending_in_words(plan):
            yield f"- {prose(pending)}{where}"
        gone = [name_code(spec.name or spec.id) for spec in plan.unmanaged_since_base]
        if gone:
            names = join_limited(gone, _FEW)
            yield f"- no longer managed{where}; left on the target (the API cannot delete): {names}"


def _ways_out(plans: Sequence[Plan]) -> Iterator[str]:
    """Yield the two ways out of drift."""
    for line in ways_out(plans):
        title, _, command = line.partition(": ")
        command, comma, rest = command.partition(",")
        yield f"- {title}: {code(command)}{comma}{rest}"


def _digests(plans: Sequence[Plan]) -> Iterator[str]:
    for plan in plans[:MOST_DIGESTS]:
        where = f" for {name_code(plan.target.name)}" if len(plans) > 1 else ""
        yield f"\n<sub>Change digest{where}: {code(change_digest(plan))}</sub>"
    if len(plans) > MOST_DIGESTS:
        yield f"\n<sub>and {len(plans) - MOST_DIGESTS:,} more, each in its plan file</sub>"


def _missing(cut: Sequence[ReportBlock], links: Links, total: int) -> str:
    """Return the line that says what was dropped, and where the whole report is."""
    specs = {piece.spec.place: piece.spec for piece in cut if piece.spec is not None}
    missing = [name_code(spec.name or spec.id) for _, spec in sorted(specs.items())]
    names = join_limited(missing, _FEW)
    cut_specs = f"{len(specs):,} of {plural(total, 'spec')} not shown in full ({names})"
    what = [cut_specs] if specs else []
    for rank, noun in (
        (Rank.SHARED, "shared change"),
        (Rank.NOTICE, "notice"),
        (Rank.CAUSE, "reason"),
    ):
        number = sum(piece.rank is rank for piece in cut)
        what += [f"{plural(number, noun)} not shown"] if number else []
    return f"**Truncated:** {', '.join(what)}. See {links.whole}.\n"
