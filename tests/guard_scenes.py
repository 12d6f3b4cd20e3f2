"""Specs with a change that a guard blocks, in a repository with a target that counts writes."""

import json
from copy import deepcopy
from dataclasses import dataclass, field

from builders import flow_spec
from repos import Repo

from reconciler.cli.app import group
from reconciler.cli.errors import run
from reconciler.emulator.store import Store

FIRST, SECOND = (f"00000000-0000-0000-0000-{number:012}" for number in (1, 2))
NEVER = None
"""What no flag allows."""


@dataclass(frozen=True)
class Case:
    """A spec at the base, as desired, and live.

    `needs`: the overrides without a base, and with one. A run whose target asks
    for each removal needs one for every removal. `policy`: one forbids the change.
    """

    base: dict
    desired: dict
    live: dict
    needs: tuple[str, str] = ("", "")
    removes: bool = False
    directives: dict = field(default_factory=dict)
    policy: bool = False

    def consents(self, base, mode):
        if self.policy or (self.removes and mode == "never"):
            return NEVER
        needed = set(self.needs[base != "none"].split())
        return needed | {"removals"} if self.removes and mode == "ask" else needed


def ids(*names):
    return {"sourceConnectionSpecIds": list(names)}


def schedule(interval):
    spec = deepcopy(flow_spec()["scheduleSpec"])
    spec["spec"]["properties"]["interval"] = interval
    return {"scheduleSpec": spec}


FLOW = {
    "name": "Every hour",
    "flowSpec": {"id": FIRST},
    "scheduleParams": {"frequency": "hour", "interval": 1},
}
POLICY = {
    "name": "frozen",
    "message": "This one stays.",
    "select": {"name": "Spec1"},
    "schema": {"not": {}},
}

CASES = {
    "an addition": Case(ids("a"), ids("a", "b"), ids("a")),
    "a removal that a commit made": Case(
        ids("a", "b"), ids("a"), ids("a", "b"), ("removals", ""), removes=True
    ),
    "an element of another team": Case(
        ids("a"), ids("a"), ids("a", "theirs"), ("removals", "removals"), removes=True
    ),
    "an element of another team in a shared list": Case(
        ids("a"),
        ids("a", "b"),
        ids("a", "theirs"),
        directives={"shared": ["/sourceConnectionSpecIds"]},
    ),
    "an ignored place": Case(
        {}, {"version": "2"}, {"attributes": {"theirs": 1}}, directives={"ignore": ["/attributes"]}
    ),
    "a conflict": Case({}, {"version": "2"}, {"version": "3"}, ("", "conflicts")),
    "a conflict that is a removal": Case(
        {"attributes": {"a": 1}},
        {},
        {"attributes": {"a": 2}},
        ("removals", "conflicts removals"),
        removes=True,
    ),
    "a protected spec": Case(
        {}, {"version": "2"}, {}, ("protected", "protected"), directives={"protect": True}
    ),
    "a protected spec that loses an element of another team": Case(
        ids("a"),
        ids("a"),
        ids("a", "theirs"),
        ("protected removals", "protected removals"),
        removes=True,
        directives={"protect": True},
    ),
    "a schedule that breaks a live dataflow": Case(
        {}, schedule({"minimum": 60}), {}, ("breaking", "breaking")
    ),
    "a schedule that breaks none": Case({}, schedule({"minimum": 1}), {}),
    "a change that a policy forbids": Case({}, {"version": "2"}, {}, policy=True),
    "a protected spec that is in order": Case({}, {}, {}, directives={"protect": True}),
}
"""Beside each is a second spec with a change that no guard refuses."""


class Scene:
    """A repository of two commits and its embedded target, which is reset before every run."""

    def __init__(self, path, case):
        self.case = case
        self.repo = Repo(path)
        self.repo.git("rm", "-rq", "--", "specs")
        self.mode("reviewed")
        if case.policy:
            self.repo.write("specs/policies/frozen.yaml", json.dumps(POLICY))
        self.base = self._commit(case.base, {})
        self.repo.git("update-ref", "refs/heads/before", self.base)
        self._commit(case.desired, {"version": "2"})
        self.store = Store(path / ".reconciler" / "local.db", empty=True)
        self.store.put("flows", "flow", {"id": "flow", **FLOW})

    def _commit(self, first, second):
        directives = {"x-reconciler": self.case.directives} if self.case.directives else {}
        self.repo.write(
            f"specs/flowSpecs/{FIRST}.yaml", json.dumps(document(FIRST, first) | directives)
        )
        self.repo.write(f"specs/flowSpecs/{SECOND}.yaml", json.dumps(document(SECOND, second)))
        return self.repo.commit()

    def mode(self, removals):
        self.repo.write(
            "specs/reconciler.yaml",
            "targets: {local: {emulator: .reconciler/local.db, "
            f"safety: {{removals: {removals}}}}}}}\n",
        )

    def reset(self, base):
        for spec_id, fields in ((FIRST, self.case.live), (SECOND, {})):
            self.store.put("flowSpecs", spec_id, document(spec_id, fields))
        if base == "recorded":
            self.repo.git("update-ref", "refs/reconciler/applied/local", self.base)
        elif self.repo.git("for-each-ref", "refs/reconciler"):
            self.repo.git("update-ref", "-d", "refs/reconciler/applied/local")
        self.before = self.revisions()

    def revisions(self):
        return {
            spec_id: self.store.get("flowSpecs", spec_id).revision for spec_id in (FIRST, SECOND)
        }

    def written(self):
        """Return the specs that were written, each once."""
        after = self.revisions()
        assert all(after[spec_id] - self.before[spec_id] in (0, 1) for spec_id in after)
        return {spec_id for spec_id in after if after[spec_id] != self.before[spec_id]}


def document(spec_id, fields):
    return flow_spec(**fields) | {"id": spec_id, "name": f"Spec{spec_id[-1]}"}


def command(*args):
    """Run a command in this process, so that writes to the store can be counted."""
    return run(group, list(args))


def changed(scene):
    case = scene.case
    return {SECOND} if case.base == case.desired == case.live else {FIRST, SECOND}
