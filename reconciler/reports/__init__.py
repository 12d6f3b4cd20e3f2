r"""Plans and results as text, Markdown and HTML: a value in, a string out.

`view` decides what is shown, in which order and in which words; each format only lays it
out: text and Markdown in modules of the same names, HTML in templates. A format is a package
with a function that takes plans:

    from reconciler.model.text import escape_control
    from reconciler.reports.view.blocked import blocked
    from reconciler.reports.view.drift import read_forward
    from reconciler.reports.view.headline import verdict
    from reconciler.reports.view.specs import shown_specs

    def plan_asciidoc(plans: Sequence[Plan]) -> str:
        plans = [read_forward(plan) for plan in plans]
        said = verdict(plans)
        lines = [f"= {said.headline}", said.counts]
        for plan in plans:
            lines += [f"* {cause.guard}: {cause.fact}" for cause in blocked(plan).causes]
        for shown in shown_specs(plans):
            lines += [f"== {shown.spec.name}", *(change.path for change in shown.spec.changes)]
        return "\n".join(map(escape_control, lines))

Add an entry to `FORMATS` and a branch to `cli/render.py`, and an entry to
`tests/reports/test_formats.py`, which checks that all formats contain the same facts.
"""
