"""Plan and apply for the specs of Adobe Experience Platform's Flow Service.

The Python API, provisional until 1.0, is loaded when it is used:

    from reconciler import Guard, Plan, Project
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself would take a tenth of what --version takes
if TYPE_CHECKING:
    from reconciler.planning.plan import Plan
    from reconciler.planning.refusal import Guard
    from reconciler.project import Project

__version__ = "0.1.0"
__all__ = ["Guard", "Plan", "Project", "__version__"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from reconciler import project

    return getattr(project, name)
