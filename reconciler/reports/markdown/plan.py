"""A whole report: the verdict, what must not be overlooked, the repo's changes, then the rest."""

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
from reconciler.reports.markdown.sections import Part, parts
from reconciler.reports.markdown.spec import shared_changes, spec_changes
from reconciler.reports.markdown.target_matrix import spec_table
from reconciler.reports.markdown.truncate import Piece, Rank, fitting, size
from reconciler.reports.view.headline import verdict
from reconciler.reports.view.repeats import repeats
from reconciler.reports.view.specs import entries
from reconciler.reports.view.wording import (
    base_in_words,
    commit_in_words,
    credentials_in_words,
    has_base,
)

MOST_CHARACTERS = 65_000
"""GitHub takes 65,536 characters; the rest is for what a workflow adds to find its comment."""
OPEN_AT_MOST = 2
"""Specs that stand open from the start."""
LISTED_AT_MOST = 20
"""Rows and specs in sight; of more a reader opens the list first."""
MOST_LINKED = 60
"""Rows up to which files are linked there; the addresses of more stand with the changes."""
MOST_DIGESTS = 100
_CUT_LINE = 600
_FEW = 8


def plan_markdown(
    plans: Sequence[Plan],
    links: Links = NO_LINKS,
    failures: Sequence[Failure] = (),
    *,
    room: int = MOST_CHARACTERS,
) -> str:
    """Return one plan, or those of several targets, as GitHub-flavoured Markdown.

    The same plans and links give the same text, of at most `room` characters:
    what does not fit is left out by whole specs, with a line that says so.
    `failures` are the targets that could not be planned. Raises `ValueError`
    where there is neither a plan nor a failure.
    """
    if not plans and not failures:
        raise ValueError("a report needs at least one plan")
    head = [*_head(plans, failures)]
    shown = entries(plans)
    pieces = [Piece(text, Rank.NOTICE) for text in notices(plans, failures)]
    for part in parts(plans, shown):
        pieces += _part(plans, part, links, is_open=len(shown) <= OPEN_AT_MOST)
    pieces += map(Piece, (*_quiet(plans), *_digests(plans)))
    room -= size(head)
    if size(pieces) > room:
        pieces, cut = fitting(pieces, room - _CUT_LINE)
        head += [Piece(_missing(cut, links))]
    return "\n".join(piece.text for piece in [*head, *pieces]) + "\n"


def _head(plans: Sequence[Plan], failures: Sequence[Failure]) -> Iterator[Piece]:
    said = verdict(plans, failures)
    yield Piece(f"### {prose(said.headline)}\n\n{prose(said.counts)}\n")
    for plan in plans[:MOST_TARGETS]:
        target, git = plan.target, plan.git
        base = code(base_in_words(git)) if has_base(plan) else base_in_words(git)
        yield Piece(
            f"<sub>Target {name_code(target.name)} ({name_code(target.url)}, "
            f"{name_code(target.ims_org)}, sandbox {name_code(target.sandbox)}"
            f"{_credentials(target)}) · "
            f"commit {prose(commit_in_words(git))} · base: {base}</sub>\n"
        )
    if len(plans) > MOST_TARGETS:
        yield Piece(f"<sub>and {plural(len(plans) - MOST_TARGETS, 'more target')}</sub>\n")


def _credentials(target: TargetIdentity) -> str:
    return f", {code(credentials_in_words(target))}" if target.credentials else ""


def _part(plans: Sequence[Plan], part: Part, links: Links, *, is_open: bool) -> Iterator[Piece]:
    yield Piece(f"#### {part.heading}\n" + (f"\n{prose(part.note)}\n" if part.note else ""))
    few = len(part.entries) <= MOST_LINKED
    table = [*spec_table(plans, part, links if few else NO_LINKS)]
    yield from _folded("all of them", table, len(table) - 1)
    repeated = repeats(part.entries, lambda entry: part.select(entry.spec))
    yield from (Piece(shared_changes(repeat), Rank.SHARED) for repeat in repeated)
    told = [change for repeat in repeated for change in repeat.changes]
    rank = Rank.CHANGES if part.is_first else Rank.OTHERS
    found = [
        Piece(
            spec_changes(
                member,
                NO_LINKS if few else links,
                shared=len(part.select(member.spec)) - len(member.changes),
                is_open=is_open,
                with_targets=len(plans) > 1,
            ),
            rank,
            member.spec,
        )
        for member in part.members(told)
        if member.changes
    ]
    yield from _folded("spec by spec", found, len(found))


def _folded(title: str, pieces: Sequence[Piece], number: int) -> Iterator[Piece]:
    """Yield pieces, behind a line to open where they are many."""
    if number <= LISTED_AT_MOST:
        yield from pieces
        yield Piece("")
        return
    yield Piece(f"<details><summary>{title}</summary>\n", opens=True)
    yield from pieces
    yield Piece("\n</details>\n", closes=True)


def _quiet(plans: Sequence[Plan]) -> Iterator[str]:
    for plan in plans[:MOST_TARGETS]:
        where = f" of {name_code(plan.target.name)}" if len(plans) > 1 else ""
        gone = [name_code(spec.name or spec.id) for spec in plan.unmanaged_since_base]
        if gone:
            yield (
                f"- no longer managed and stays live (the API has no DELETE){where}: "
                + join_limited(gone, _FEW)
            )
        others = [name_code(spec.name or spec.id) for spec in plan.unmanaged]
        if others:
            is_are = "is" if len(others) == 1 else "are"
            count = plural(len(others), "spec")
            names = join_limited(others, _FEW)
            yield f"- {count} at the target{where} {is_are} in no file: {names}"


def _digests(plans: Sequence[Plan]) -> Iterator[str]:
    for plan in plans[:MOST_DIGESTS]:
        where = f" for {name_code(plan.target.name)}" if len(plans) > 1 else ""
        yield f"\n<sub>Change digest{where}: {code(change_digest(plan))}</sub>"
    if len(plans) > MOST_DIGESTS:
        yield f"\n<sub>and {len(plans) - MOST_DIGESTS:,} more, each in its plan file</sub>"


def _missing(cut: Sequence[Piece], links: Links) -> str:
    """Return the line that says what was left out and where all of it is."""
    specs = {piece.spec.place: piece.spec for piece in cut if piece.spec is not None}
    names = [name_code(spec.name or spec.id) for spec in specs.values()]
    shared = sum(piece.rank is Rank.SHARED for piece in cut)
    what = [f"{plural(len(specs), 'spec')} ({join_limited(names, _FEW)})"] if specs else []
    what += [f"{plural(shared, 'change')} that several specs share"] if shared else []
    notes = sum(piece.rank is Rank.NOTICE for piece in cut)
    what += [plural(notes, "notice")] if notes else []
    said = f"{' and '.join(what)} left out, in part or whole."
    return f"**Cut to fit:** {said} All of it is in {links.whole}.\n"
