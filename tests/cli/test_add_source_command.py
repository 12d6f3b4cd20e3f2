"""`reconciler add-source`, as an engineer with a new source runs it."""

import re
import shlex

from repos import NEW_SOURCE, OLD_SOURCE, REST_FILE

from reconciler.emulator.store import Store

STREAMING_FILE = "specs/flowSpecs/generic-streaming-aep.yaml"
STREAMING = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"
NEW_ID = "11111111-2222-3333-4444-555555555555"


def diff(repo):
    return [line for line in repo.git("diff").splitlines() if re.match("[+-][^+-]", line)]


def test_a_source_is_added_by_its_name_and_the_plan_is_shown(repo):
    repo.edit(f"  - {NEW_SOURCE}\n", "  # the last\n")
    repo.commit()
    run = repo.run("add-source", "MailChimp Members")
    assert run.code == 0
    assert diff(repo) == [f"+  - {NEW_SOURCE}"]
    assert f"{REST_FILE}: added {NEW_SOURCE} (MailChimp Members) to its sources." in run.err
    assert f"+ {NEW_SOURCE}  MailChimp Members" in run.out
    assert "1 to update, 0 unchanged" in run.out

    again = repo.run("add-source", NEW_SOURCE)
    assert again.code == 0
    assert "is already a source" in again.err
    assert diff(repo) == [f"+  - {NEW_SOURCE}"]


def test_the_command_that_overrides_what_blocks_it_applies_what_is_shown(repo):
    repo.edit(f"  - {OLD_SOURCE}\n", "")
    shown = repo.run("add-source", STREAMING, "--to", "RestStorageToAEP").out
    [override] = re.findall(r"\n  reconciler (apply .*)", shown)
    assert "Apply: 1 of 1 applied" in repo.run(*shlex.split(override), RECONCILER_YES="1").out


def test_the_source_is_added_to_the_flow_spec_of_its_provider_or_to_a_named_one(repo):
    assert f"{STREAMING_FILE}: " in repo.run("add-source", "generic-streaming-extension").err
    assert diff(repo) == []
    assert repo.run("add-source", STREAMING, "--to", "RestStorageToAEP").code == 0
    assert diff(repo) == [f"+  - {STREAMING}"]
    wrong = repo.run("add-source", STREAMING, "--to", "RestStorage")
    assert wrong.code == 1
    assert "flow spec 'RestStorage' not found. There are: GenericStreamingAEP" in wrong.err


def test_an_unknown_or_ambiguous_source_is_an_error_and_nothing_is_changed(repo):
    near = repo.run("add-source", "Mailchimp member")
    assert near.code == 1
    assert f"Did you mean {NEW_SOURCE} MailChimp Members?" in near.err
    assert "There are: Data Lake, MailChimp" in repo.run("add-source", "zzz").err
    text = (repo.path / REST_FILE).read_text()
    unlike = text.replace("0ed90a81-07f4-4586-8190-b40eccef1c5a", "p")
    repo.write(REST_FILE, unlike.replace("6499120c", "7499120c"))
    repo.write("specs/flowSpecs/b.yaml", unlike.replace("6499120c", "8499120c"))
    unlike_all = repo.run("add-source", NEW_SOURCE)
    assert unlike_all.code == 1
    assert "no flow spec has the source's provider, 0ed90a81-" in unlike_all.err
    for file in (REST_FILE, "specs/flowSpecs/b.yaml"):
        repo.edit("providerId: p", "providerId: 0ed90a81-07f4-4586-8190-b40eccef1c5a", file)
    unclear = repo.run("add-source", NEW_SOURCE)
    assert unclear.code == 1
    assert "several flow specs could be meant. Choose one with --to" in unclear.err
    repo.git("rm", "-rf", "--quiet", "specs/flowSpecs")
    (repo.path / "specs/flowSpecs/b.yaml").unlink(missing_ok=True)
    missing = repo.run("add-source", NEW_SOURCE).err
    assert "\n  reconciler pull --target local RestStorageToAEP\n" in missing


def test_an_ambiguous_name_is_prompted_for(repo):
    repo.run("plan")
    held = Store(repo.path / ".reconciler" / "local.db")
    for number in (1, 2):
        spec_id = NEW_ID[:-1] + str(number)
        held.put("connectionSpecs", spec_id, {"id": spec_id, "name": "Twice", "providerId": "p"})
        repo.write(
            f"specs/connectionSpecs/{number}.yaml",
            f"id: {NEW_ID[:-1]}{number + 2}\nname: Mine\nproviderId: p\n",
        )
    held.close()
    assert (
        "'Twice' is the name of 2 connection specs on local" in repo.run("add-source", "Twice").err
    )
    assert "'Mine' is the name of several files' specs" in repo.run("add-source", "Mine").err


def test_a_source_that_does_not_exist_yet_is_named_by_its_key(repo):
    repo.write(
        "specs/connectionSpecs/mine.yaml",
        "name: Mine\nproviderId: 0ed90a81-07f4-4586-8190-b40eccef1c5a\nversion: '1.0'\n"
        "x-reconciler:\n  key: mine\n",
    )
    run = repo.run("add-source", "Mine")
    assert run.code == 0
    assert diff(repo) == ["+  - connectionSpec.mine"]
    assert "known after apply" in run.out
    assert "already" in repo.run("add-source", "connectionSpec.mine").err
    assert repo.run("apply", "--yes").code == 0
    assert "already" in repo.run("add-source", "mine").err


def test_a_second_new_source_is_added_before_the_first_is_applied(repo):
    for name in ("One", "Two"):
        assert repo.run("new", "connectionSpec", name).code == 0
        run = repo.run("add-source", name)
        assert (run.code, "error" in run.err) == (0, False)
    assert "Plan: 2 to create, 1 to update" in run.out


def test_a_streaming_source_is_not_added_to_the_batch_flow_spec(repo):
    repo.git("rm", "--quiet", STREAMING_FILE)
    assert repo.run("new", "connectionSpec", "Acme", "--streaming").code == 0
    run = repo.run("add-source", "acme")
    assert (run.code, diff(repo)) == (1, [])
    assert (
        "Pull the one that has, or choose one with --to: RestStorageToAEP (specs/flowSpecs/"
        in run.said
    )


def test_a_source_without_a_provider_needs_a_flow_spec_to_be_named(repo):
    store = Store(repo.path / ".reconciler" / "local.db")
    store.put("connectionSpecs", NEW_ID, {"id": NEW_ID, "name": "Odd"})
    store.close()
    run = repo.run("add-source", "Odd")
    assert run.code == 1
    assert "the source has no provider. Choose a flow spec with --to: GenericStream" in run.said
    assert repo.run("add-source", "Odd", "--to", "RestStorageToAEP").code == 0


def test_a_target_with_the_sources_in_its_patch_gets_the_source_in_the_patch(repo):
    repo.write(
        REST_FILE,
        (repo.path / REST_FILE).read_text()
        + "x-reconciler:\n  targets:\n    local:\n      sourceConnectionSpecIds:\n"
        f"        - {OLD_SOURCE} # only\n",
    )
    repo.commit()
    assert repo.run("add-source", NEW_SOURCE, "--to", REST_FILE).code == 0
    assert diff(repo) == [f"+        - {NEW_SOURCE}"]
    assert (repo.path / REST_FILE).read_text().endswith(f"# only\n        - {NEW_SOURCE}\n")
