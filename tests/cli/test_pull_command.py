"""`reconciler pull`, as a user runs it: live documents are written into the files."""

import json
from contextlib import closing

import pytest
from repos import CREDENTIALS, NEW_SOURCE, OLD_SOURCE, REST, REST_FILE

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store

OTHER = "11111111-2222-3333-4444-55555555555"
LOCAL = "defaultTarget: local\ntargets:\n  local:\n    emulator: .reconciler/local.db\n"


def store(repo):
    return closing(Store(repo.path / ".reconciler" / "local.db"))


def live(repo, change, collection="flowSpecs", spec_id=REST):
    """Change what the target holds, as another client would."""
    with store(repo) as held:
        document = held.get(collection, spec_id).document
        change(document)
        held.put(collection, spec_id, document)


def add_live(repo, name, number, **fields):
    document = {"id": f"{OTHER}{number}", "name": name, "providerId": "p", **fields}
    with store(repo) as held:
        held.put("flowSpecs", document["id"], document)


def only_config(repo):
    repo.git("rm", "-r", "--quiet", "specs/flowSpecs")
    repo.write("specs/reconciler.yaml", LOCAL)
    repo.commit()


def files(repo):
    found = (path for path in (repo.path / "specs").rglob("*") if path.is_file())
    return {str(path.relative_to(repo.path)): path.read_bytes() for path in found}


def test_a_repository_without_specs_gets_a_file_for_each_and_the_plan_is_empty(repo):
    only_config(repo)
    run = repo.run("pull", "--all")
    assert run.code == 0
    assert "6 new files. Commit them." in run.out
    written = files(repo)
    assert "specs/connectionSpecs/mail-chimp-members.yaml" in written
    text = written[REST_FILE].decode()
    assert text.startswith("# yaml-language-server: $schema=../.schemas/flowSpec.json\nid: 6499")
    assert 'version: "1.0"\n' in text
    assert "createdAt" not in text
    assert json.loads(written["specs/.schemas/flowSpec.json"])["title"] == "Flow spec"
    assert "No changes. All 6 specs match the target." in repo.run("plan").out
    assert repo.run("validate").code == 0

    again = repo.run("pull")
    assert "6 up to date." in again.out
    assert files(repo) == written


def test_git_diff_of_an_existing_file_shows_only_the_drift(repo):
    repo.edit("sourceConnectionSpecIds:\n", "sourceConnectionSpecIds: # sources\n  # the first\n")
    repo.edit("name: RestStorageToAEP", "name: 'RestStorageToAEP' # as ever")
    (repo.path / REST_FILE).chmod(0o600)
    repo.commit()
    repo.run("apply", "--yes")

    def drift(document):
        document["sourceConnectionSpecIds"] = [NEW_SOURCE, "abc", OLD_SOURCE]
        document["scheduleSpec"]["spec"]["properties"]["interval"]["minimum"] = 5
        document["updatedBy"] = "jane"

    live(repo, drift)
    dry = repo.run("pull", "--dry-run")
    assert dry.code == 0
    assert "Dry run: nothing was written." in dry.err
    assert repo.git("status", "--porcelain") == "?? .reconciler/"
    assert repo.run("pull").code == 0
    changed = [line for line in repo.git("diff").splitlines() if line[:1] in "+-"][2:]
    assert changed == ["+  - abc", "+        minimum: 5"]
    assert (repo.path / REST_FILE).stat().st_mode & 0o777 == 0o600
    assert "No changes" in repo.run("plan").out

    pulled = (repo.path / REST_FILE).read_text()
    repo.git("checkout", "--quiet", "--", ".")
    repo.write("patch", dry.out)
    repo.git("apply", "patch")
    assert (repo.path / REST_FILE).read_text() == pulled


def test_a_patch_of_a_file_without_a_last_line_break_applies_too(repo):
    path = repo.path / REST_FILE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n").rstrip() + b"\r\ntype: x # \t")
    live_type = {"type": "y\x1b[31m"}
    repo.commit()
    repo.run("plan")
    live(repo, lambda document: document.update(live_type))
    patch = repo.run("pull", "--dry-run").out
    assert "\\ No newline at end of file" in patch
    assert "\x1b" not in patch
    repo.write("patch", "")
    (repo.path / "patch").write_bytes(patch.encode())
    repo.git("apply", "patch")
    assert repo.run("pull").out == "2 up to date.\n"


def test_names_of_specs_cannot_choose_the_folder_of_a_file(repo):
    only_config(repo)
    repo.run("plan")
    repo.write("specs/flowSpecs/Evil.YAML", "kept")
    names = ["../../evil", "con", "CON", "a\0b", "x" * 300, "", "名前", "con\u0307"]
    for number, name in enumerate(names):
        add_live(repo, name or " ", number)
    before = {path for path in repo.path.rglob("*") if "flowSpecs" not in path.parts}
    run = repo.run("pull", "--all", FORCE_COLOR="")
    assert run.code == 0
    assert "\0" not in run.out
    made = sorted(path.name for path in (repo.path / "specs/flowSpecs").iterdir())
    assert len(made) == len({name.lower() for name in made}) == len(names) + 3
    assert {"evil-11111111.yaml", "con-spec.yaml", "con-spec-11111111.yaml", "a-b.yaml"} <= {*made}
    assert max(map(len, made)) <= 65
    assert (repo.path / "specs/flowSpecs/Evil.YAML").read_text() == "kept"
    after = {path for path in repo.path.rglob("*") if "flowSpecs" not in path.parts}
    assert {path.parent.name for path in after - before} <= {"specs", ".schemas", "connectionSpecs"}
    assert "No changes" in repo.run("plan").out


def test_a_spec_that_cannot_be_written_is_reported_and_the_others_are_written(repo, serve):
    async def with_a_number_too_large(scope, receive, send):
        async def sending(message):
            body = message.get("body", b"").replace(b"12345", b"1e999")
            await send({**message, "body": body} if "body" in message else message)

        await app(scope, receive, sending)

    only_config(repo)
    repo.run("plan")
    add_live(repo, "bad schema", 1, optionSpec={"spec": {"type": "objekt"}})
    add_live(repo, "half a character", 2, attributes={"x": "\ud800"})
    add_live(repo, "two names", 3, transformationSpec=[], transformationSpecs=[{"name": "a"}])
    add_live(repo, "too large", 4, attributes={"x": 12345})
    held = Store(repo.path / ".reconciler" / "local.db")
    app = create_app(held)
    repo.target(serve(with_a_number_too_large))
    run = repo.run("pull", "--all", **CREDENTIALS)
    held.close()
    assert run.code == 1
    assert "7 new files, 3 not written." in run.out
    said = " ".join(run.out.split())
    assert "half a character (U+D800) cannot be written in YAML" in said
    assert "'transformationSpec' and 'transformationSpecs' are two spellings" in said
    assert f"{OTHER}4" in said
    assert repo.run("validate").code == 0


def test_specs_are_pulled_by_id_and_by_name(repo):
    run = repo.run("pull", "MailChimp Members", REST, OLD_SOURCE)
    assert run.code == 0
    assert {*files(repo)} >= {
        "specs/connectionSpecs/mail-chimp-members.yaml",
        "specs/connectionSpecs/generic-rest-extension.yaml",
    }
    add_live(repo, "Twice", 1)
    add_live(repo, "Twice", 2)
    wrong = repo.run("pull", "Twice", "RestStorageToAP", f"{OTHER}9")
    assert wrong.code == 1
    assert "'Twice' is the name of 2 specs: say which by its id" in wrong.err
    assert "Did you mean 'RestStorageToAEP'?" in wrong.err
    lacking = repo.run("pull", f"{OTHER}9")
    assert (lacking.code, lacking.out) == (1, "")
    assert f"{OTHER}9 does not exist on local" in lacking.err
    assert repo.run("pull", "--all", REST).code == 1


def test_shared_and_ignored_fields_are_skipped_unless_requested(repo):
    directives = "x-reconciler:\n  shared: [/sourceConnectionSpecIds]\n  ignore: [/attributes/ui]\n"
    repo.write(REST_FILE, (repo.path / REST_FILE).read_text() + directives)
    repo.commit()
    repo.run("plan")
    before = files(repo)

    def drift(document):
        document["sourceConnectionSpecIds"] = ["theirs"]
        document["attributes"]["ui"] = 1

    live(repo, drift)
    run = repo.run("pull")
    assert files(repo) == before
    said = " ".join(run.out.split())
    assert "skipped (x-reconciler): /sourceConnectionSpecIds/" in said
    assert "/attributes/ui. Use --include-shared to pull it." in said
    assert repo.run("pull", "--include-shared").code == 0
    text = (repo.path / REST_FILE).read_text()
    assert "sourceConnectionSpecIds:\n  - theirs\ntarget" in text
    assert "  ui: 1\n" in text


def test_changes_of_a_target_with_a_patch_are_written_into_the_patch(repo):
    repo.write(
        REST_FILE,
        (repo.path / REST_FILE).read_text()
        + "x-reconciler:\n  targets:\n    local:\n      optionSpec:\n        name: Mine # ours\n",
    )
    repo.run("plan")

    def drift(document):
        document["optionSpec"]["name"] = "Theirs"
        document["optionSpec"]["type"] = "T"
        document["sourceConnectionSpecIds"] = [OLD_SOURCE, NEW_SOURCE]

    live(repo, drift)
    repo.commit()
    run = repo.run("pull")
    assert "changed in the patch for local: /optionSpec/name\n" in run.out
    assert "changed in the document, for all targets: /optionSpec/type\n" in run.out
    changed = [line for line in repo.git("diff").splitlines() if line[:1] in "+-"][2:]
    assert changed == ["+  type: T", "-        name: Mine # ours", "+        name: Theirs # ours"]
    assert "No changes" in repo.run("plan").out


def test_drift_is_adopted_into_the_files_and_nothing_else_is(repo):
    repo.run("apply", "--yes")
    live(repo, lambda document: document.update(version="9"))
    add_live(repo, "Unmanaged", 1)
    assert repo.run("drift", "--adopt", "--all-targets").code == 1
    assert "drift --target local --adopt" in repo.run("drift").out
    run = repo.run("drift", "--adopt")
    assert "--adopt" not in run.said
    assert run.code == 0
    assert "1 updated. Commit it." in run.out
    changed = [line for line in repo.git("diff").splitlines() if line[:1] in "+-"][2:]
    assert changed == ['-version: "1.0"', '+version: "9"']
    repo.commit()
    assert repo.run("drift", "--adopt").code == 0


@pytest.mark.parametrize("report", ["text", "markdown", "html"])
def test_drift_that_is_being_adopted_is_not_advised_to_be(repo, tmp_path, report):
    repo.run("apply", "--yes")
    live(repo, lambda document: document.update(version="9"))
    assert "--adopt" in repo.run("drift", "--format", report).out
    summary = tmp_path / "summary.md"
    actions = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    run = repo.run("drift", "--adopt", "--format", report, **actions)
    assert run.code == 0
    assert "--adopt" not in run.said + summary.read_text()


def test_a_spec_that_the_target_does_not_have_keeps_its_file(repo):
    text = (repo.path / REST_FILE).read_text()
    repo.write("specs/flowSpecs/mine.yaml", text.replace(REST, f"{OTHER}1"))
    run = repo.run("pull", f"{OTHER}1")
    assert run.code == 0
    assert "not on local; the file is unchanged" in run.out
    assert "1 not on local" in run.out


def test_a_spec_without_an_id_is_pulled_into_its_own_file_and_references_stay(repo):
    only_config(repo)
    repo.run("pull", "MailChimp Members", REST)
    path = "specs/connectionSpecs/mail-chimp-members.yaml"
    repo.edit(f"id: {NEW_SOURCE}\n", "", path)
    repo.write(path, (repo.path / path).read_text() + "x-reconciler:\n  key: mailchimp\n")
    repo.edit(f"  - {OLD_SOURCE}\n", f"  - {OLD_SOURCE}\n  - connectionSpec.mailchimp\n")
    repo.commit()
    before = files(repo)

    def drift(document):
        document["sourceConnectionSpecIds"] = [NEW_SOURCE, OLD_SOURCE]

    live(repo, drift)
    assert repo.run("pull", "--all").code == 0
    after = files(repo)
    assert {file: after[file] for file in before} == before
    assert len(after) == len(before) + 4
    repo.commit()

    live(repo, lambda found: found.update(type="T"), "connectionSpecs", NEW_SOURCE)
    assert "1 updated" in repo.run("pull", "mailchimp").out
    assert "type: T\n" in (repo.path / path).read_text()


def test_nothing_is_written_to_the_target_or_through_a_link_out_of_the_folder(repo, app, serve):
    seen = []

    async def watching(scope, receive, send):
        if scope["type"] == "http":
            seen.append(scope["method"])
        await app(scope, receive, send)

    repo.target(serve(watching))
    outside = repo.path / "outside"
    outside.mkdir()
    (repo.path / "specs/connectionSpecs").symlink_to(outside)
    run = repo.run("pull", "--all", **CREDENTIALS)
    assert run.code == 1
    assert "which is not below" in run.said
    assert list(outside.iterdir()) == []
    assert set(seen) == {"GET"}


@pytest.mark.parametrize("refused", ["/flowSpecs", "/connectionSpecs", "Specs"])
def test_a_kind_that_the_target_does_not_list_is_a_warning(repo, app, serve, refused):
    async def refusing(scope, receive, send):
        if scope["path"].endswith(refused):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})
        else:
            await app(scope, receive, send)

    repo.target(serve(refusing))
    run = repo.run("pull", "--all", **CREDENTIALS)
    if refused == "Specs":
        assert run.code == 1
        assert "GET /flowSpecs: 403" in run.err
    else:
        assert run.code == 0
        assert f"The target does not list {refused[1:]}" in run.err
