"""The Markdown report: a comment on a pull request, a job's summary, an issue.

`plan_markdown` is all that the rest of the program needs.
"""

from reconciler.reports.markdown.links import NO_LINKS, Links
from reconciler.reports.markdown.plan import plan_markdown

__all__ = ["NO_LINKS", "Links", "plan_markdown"]
