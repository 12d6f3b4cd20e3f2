"""Writing an id into the file of its spec, without any other change."""

import pytest

from reconciler.model.errors import ReconcilerError
from reconciler.operations.write_ids import write_id

ID = "579383e4-7e42-44ab-a2e1-5fbbd6227ced"
OTHER = "11111111-2222-3333-4444-555555555555"
REFERENCE = "connectionSpec.acme"
FILE = "# Ours.\n\nname: Acme  # a name\nproviderId: p\nx-reconciler:\n  key: acme\n"


@pytest.fixture
def written(tmp_path):
    """Write a file, write an id into it, and return what it holds then."""

    def write(text, target=None, reference=REFERENCE):
        path = tmp_path / "connectionSpecs" / "acme.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        assert write_id(path, reference, ID, tmp_path, target=target)
        once = path.read_text()
        assert not write_id(path, reference, ID, tmp_path, target=target)
        assert path.read_text() == once
        return once

    return write


def test_the_id_is_written_before_the_other_fields_and_after_the_comments(written):
    assert written(FILE) == FILE.replace("name:", f"id: {ID}\nname:")


def test_an_id_of_null_is_replaced(written):
    assert written(f"{FILE}id: null\n") == f"{FILE}id: {ID}\n"


def test_the_id_of_one_target_is_written_into_its_patch(written):
    assert written(FILE, "local") == f"{FILE}  targets:\n    local:\n      id: {ID}\n"
    patched = f"{FILE}  targets:\n    local: {{version: '2'}}\n    prod:\n      id: {OTHER}\n"
    expected = patched.replace("{version", f"{{id: {ID}, version")
    assert written(patched, "local") == expected


@pytest.mark.parametrize(
    ("text", "target", "message"),
    [
        (f"id: {OTHER}\n{FILE}", None, "holds another id by now"),
        (f"{FILE}  targets:\n    local:\n      id: {OTHER}\n", "local", "holds another id by now"),
        (FILE.replace("acme", "else"), None, "is not the file of connectionSpec.acme any more"),
        ("a: [", None, "never closed"),
    ],
)
def test_a_file_that_changed_meanwhile_is_skipped(written, tmp_path, text, target, message):
    with pytest.raises(ReconcilerError, match=message):
        written(text, target)
    assert (tmp_path / "connectionSpecs" / "acme.yaml").read_text() == text


def test_nothing_is_written_outside_the_folder(tmp_path):
    path = tmp_path / "connectionSpecs" / "acme.yaml"
    path.parent.mkdir()
    path.write_text(FILE)
    (tmp_path / "specs").mkdir()
    with pytest.raises(ReconcilerError, match="not below"):
        write_id(path, REFERENCE, ID, tmp_path / "specs", target=None)
    stray = tmp_path / "stray.yaml"
    stray.write_text(FILE)
    with pytest.raises(ReconcilerError, match="is not in flowSpecs/ or connectionSpecs/"):
        write_id(stray, REFERENCE, ID, tmp_path, target=None)
    assert path.read_text() == stray.read_text() == FILE
