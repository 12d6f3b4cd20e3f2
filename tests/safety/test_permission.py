"""Every guard, override, base and way of applying, with the writes counted.

The table holds the overrides that each case needs; a run writes all of its
plan where it has them, and otherwise nothing at all.
"""

from itertools import combinations

import pytest
from guard_scenes import CASES, NEVER, Scene, changed, command

FLAGS = ("removals", "conflicts", "protected", "breaking")
BASES = ("none", "revision", "recorded")
MODES = ("reviewed", "ask", "never")


@pytest.fixture(scope="module", params=CASES)
def scene(request, tmp_path_factory):
    scene = Scene(tmp_path_factory.mktemp("scene"), CASES[request.param])
    yield scene
    scene.store.close()


@pytest.fixture(autouse=True)
def inside(scene, monkeypatch):
    monkeypatch.chdir(scene.repo.path)


def consents(needed):
    """Return the sets of options to try: none, all, the needed, all but one."""
    wanted = set() if needed is NEVER else needed
    almost = [set(some) for some in combinations(sorted(wanted), max(len(wanted) - 1, 0))]
    others = set(FLAGS) - wanted
    tried = [set(), wanted, others, set(FLAGS), *almost]
    return [flags for index, flags in enumerate(tried) if flags not in tried[:index]]


def options(flags):
    return [f"--allow-{flag}" for flag in sorted(flags)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("base", BASES)
def test_a_run_writes_all_of_its_plan_or_nothing(scene, base, mode):
    scene.mode(mode)
    needed = scene.case.consents(base, mode)
    against = ["--base", "before"] if base == "revision" else []
    for flags in consents(needed):
        may = needed is not NEVER and needed <= flags
        for fresh in (True, False):
            scene.reset(base)
            if fresh:
                code = command("apply", "--yes", *against, *options(flags))
            else:
                assert command("plan", "--out", "plan.json", *against) == 0
                code = command("apply", "plan.json", *options(flags))
            assert (code, scene.written()) == ((0, changed(scene)) if may else (3, set())), (
                f"{sorted(flags)} {'afresh' if fresh else 'from a plan file'}"
            )
