"""kill -9 while a connection spec is created: the next apply finds it and creates no second.

As soon as the service has assigned an id it is in the file.
"""

import pytest
from faults.injection import Fault, FaultKind
from faults.killing import Hanging, killed_at_the_fault
from repos import ACME_FILE, CREDENTIALS, NEW_SOURCE, OLD_SOURCE, REST

POST = {"method": "POST", "path": "*/connectionSpecs"}
MOMENTS = {
    "before it was created": Fault(FaultKind.TIMEOUT, **POST),
    "after it was created": Fault(FaultKind.TIMEOUT, after=True, **POST),
    "before it was verified": Fault(FaultKind.TIMEOUT, method="GET", path="*/connectionSpecs/*"),
    "before the flow spec was written": Fault(FaultKind.TIMEOUT, method="PUT"),
    "after the flow spec was written": Fault(FaultKind.TIMEOUT, method="PUT", after=True),
}


COURSES = [(moment, False) for moment in MOMENTS]
COURSES += [("after it was created", True), ("after the flow spec was written", True)]
"""When the run is killed, and whether the next one is given the same plan."""


@pytest.mark.parametrize(("moment", "saved"), COURSES)
def test_a_killed_apply_leaves_a_spec_that_the_next_one_finds(
    source, store, over_http, moment, saved
):
    app = Hanging(store, MOMENTS[moment])
    source.target(over_http(app))
    source.run("plan", "--out", "plan.json", **CREDENTIALS)
    killed_at_the_fault(source, app, ("apply", "plan.json"))
    is_answered = "verified" in moment or "flow spec" in moment
    assert ("\nid: " in (source.path / ACME_FILE).read_text()) is is_answered

    again = source.run("apply", *(["plan.json"] if saved else ["--yes"]), **CREDENTIALS)
    assert again.code == 0, again.err
    (made,) = [
        stored.id
        for stored in store.all("connectionSpecs")
        if stored.document["name"] == "Acme CRM"
    ]
    assert f"\nid: {made}\n" in (source.path / ACME_FILE).read_text()
    assert ("Wrote the id" in again.err) is not is_answered
    listed = store.get("flowSpecs", REST).document["sourceConnectionSpecIds"]
    assert sorted(listed) == sorted([OLD_SOURCE, NEW_SOURCE, made])
    assert "No changes. All 3 specs match the target." in source.run("plan", **CREDENTIALS).out
