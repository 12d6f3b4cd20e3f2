"""Each guard, way of allowing it, saved or fresh plan, recorded or not: the writes, counted."""

import pytest
from guard_scenes import CASES, FIRST, Scene, changed, command

GUARDS = {
    "removals": "an element of another team",
    "conflicts": "a conflict",
    "protected": "a protected spec",
    "breaking": "a schedule that breaks a live dataflow",
    "limit": "an addition",
    "policy": "a change that a policy forbids",
}
ALLOWED = frozenset({"removals", "conflicts", "protected", "breaking"})
WAYS = ("nothing", "option", "environment", "trailer", "another trailer", "all but this")
REF = "refs/reconciler/applied/local"


@pytest.fixture(scope="module", params=GUARDS)
def guarded(request, tmp_path_factory):
    """A guard, and a repository with a plan that only this guard blocks."""
    scene = Scene(tmp_path_factory.mktemp("scene"), CASES[GUARDS[request.param]])
    if request.param == "limit":
        scene.repo.write(
            "specs/reconciler.yaml",
            "targets: {local: {emulator: .reconciler/local.db}}\n"
            "safety: {maxChanges: 1, minSpecs: 2}\n",
        )
    scene.repo.git("add", "--all", "--", "specs")
    scene.repo.git("commit", "--quiet", "--allow-empty", "--message", "The change")
    yield request.param, scene
    scene.store.close()


def allow(guard, scene, way, monkeypatch):
    """Allow a guard in one way, and return the options needed for it."""
    named = {"trailer": guard, "another trailer": "removals"}.get(way)
    if way == "another trailer" and guard == "removals":
        named = "breaking"
    file = f"specs/flowSpecs/{FIRST}.yaml"
    trailer = f"\n\nReconciler-Allow: {named} {file} (reviewed)" if named else ""
    scene.repo.git(
        "commit", "--quiet", "--amend", "--allow-empty", "--message", f"The change{trailer}"
    )
    if way == "environment":
        monkeypatch.setenv(f"RECONCILER_ALLOW_{guard.upper()}", "1")
    if way == "option":
        return [f"--allow-{guard}"] if guard in ALLOWED else []
    return [f"--allow-{other}" for other in sorted(ALLOWED - {guard})] if "all" in way else []


@pytest.mark.parametrize("recording", ["--record", "--no-record", ""])
@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_only_what_allows_this_guard_allows_the_write(guarded, way, saved, recording, monkeypatch):
    guard, scene = guarded
    monkeypatch.chdir(scene.repo.path)
    options = allow(guard, scene, way, monkeypatch)
    options += [recording] if recording else []
    scene.reset("recorded")
    may = guard in ALLOWED and way in ("option", "environment", "trailer")
    if saved:
        assert command("plan", "--out", "plan.json") == 0
        code = command("apply", "plan.json", *options)
    else:
        code = command("apply", "--yes", *options)
    assert (code, scene.written()) == ((0, changed(scene)) if may else (3, set()))
    head, recorded = scene.repo.git("rev-parse", "HEAD"), scene.repo.git("rev-parse", REF)
    assert recorded == (head if may and recording != "--no-record" else scene.base)
