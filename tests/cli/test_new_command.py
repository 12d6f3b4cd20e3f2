"""`new` and `export`: from a template to the file that Adobe reviews."""

import json

import pytest
from builders import one_line


@pytest.mark.parametrize("kind", ["--batch", "--streaming"])
@pytest.mark.parametrize("auth", ["basic", "oauth2", "apiKey", "none"])
def test_a_new_connection_spec_is_complete_and_valid(repo, auth, kind):
    run = repo.run("new", "connectionSpec", "Acme: CRM #1", "--auth", auth, kind)
    file = "specs/connectionSpecs/acme-crm-1.yaml"
    assert (run.code, run.out) == (0, f"+ {file}\n")
    checked = repo.run("validate")
    assert (checked.code, checked.out) == (0, "")
    assert repo.run("fmt", "--check", file).code == 0
    plan = repo.run("plan", "--format", "json", "--only", file).plan
    (entry,) = plan["changes"]
    assert entry["action"] == "create"
    body = entry["body"]
    assert {"name", "type", "authSpec", "sourceSpec", "exploreSpec"} <= {*body}
    label = body["sourceSpec"]["attributes"]["uiAttributes"]["label"]
    named = label["text"] if kind == "--streaming" else body["name"]
    assert named == "Acme: CRM #1"
    assert bool(body["authSpec"]) == (auth != "none")
    assert "#" in (repo.path / file).read_text()


@pytest.mark.parametrize("kind", ["--batch", "--streaming"])
def test_a_new_flow_spec_takes_a_new_source(repo, kind):
    assert repo.run("new", "flowSpec", "Acme Flow", kind).code == 0
    assert repo.run("new", "connectionSpec", "Acme").code == 0
    added = repo.run("add-source", "acme", "--to", "Acme Flow")
    assert repo.run("fmt", "--check").code == 0
    assert "added connectionSpec.acme (Acme) to its sources" in added.err
    assert (repo.run("validate").code, repo.run("apply", "--yes", "--only", "Acme*").code) == (0, 0)


def test_what_is_advised_names_the_folder_of_the_specs(repo):
    (repo.path / "specs").rename(repo.path / "other")
    made = repo.run("new", "connectionSpec", "Acme", "--specs", "other")
    assert "run reconciler validate --specs other." in made.err
    assert "reconciler add-source acme --specs other\n" in made.err
    repo.write("other/connectionSpecs/acme.yaml", "{name: Acme, id: x, providerId: p}\n")
    assert "Run reconciler fmt --specs other." in repo.run("fmt", "--check", "--specs", "other").err


def test_nothing_is_overwritten_and_a_name_must_be_readable(repo):
    repo.run("new", "connectionSpec", "Acme")
    before = (repo.path / "specs/connectionSpecs/acme.yaml").read_bytes()
    again = repo.run("new", "connectionSpec", "ACME")
    assert (again.code, again.out) == (1, "")
    assert "specs/connectionSpecs/acme.yaml exists" in one_line(again.err)
    assert (repo.path / "specs/connectionSpecs/acme.yaml").read_bytes() == before
    assert repo.run("new", "connectionSpec", "a\nb").code == 1
    assert repo.run("new", "connectionSpec", " ").code == 1
    assert repo.run("new", "connectionSpec", "Acme", "--specs", "none").code == 1


@pytest.mark.parametrize("name", ["acme-crm", "Acme CRM", "connectionSpec.acme-crm"])
def test_a_spec_is_exported_as_the_document_that_is_reviewed(repo, name):
    repo.run("new", "connectionSpec", "Acme CRM")
    run = repo.run("export", name)
    assert (run.code, run.out) == (0, "+ acme-crm-connectionSpec.json\n")
    document = json.loads((repo.path / "acme-crm-connectionSpec.json").read_text())
    assert document["name"] == "Acme CRM"
    assert "x-reconciler" not in document
    assert next(iter(document)) == "name"


def test_what_cannot_be_exported_is_named(repo):
    run = repo.run("export", "RestStorageToAE")
    assert run.code == 1
    assert "Did you mean 'RestStorageToAEP'?" in run.err
