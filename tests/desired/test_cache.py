"""The cache never returns a result that differs from checking the file again."""

import json
import os
import shutil
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from builders import flow_spec

from reconciler.desired import cache_store
from reconciler.desired.cache import Cache
from reconciler.desired.cache_store import FILE, CacheStore, open_store
from reconciler.desired.load import load_specs
from reconciler.model.errors import InputError

TEXT = json.dumps(flow_spec(sourceConnectionSpecIds=[], targetConnectionSpecIds=[]))
GOOD = '{}\n"a"\t1'
DIRECTED = {"shared": ["/sourceConnectionSpecIds"], "protect": True}
PATCHED = {"targets": {"prod": {"name": "OnProd"}, "stage": {"name": 7}}}


@pytest.fixture
def specs(tmp_path, monkeypatch):
    """A folder with one spec, and a cache beside it."""
    monkeypatch.setenv(cache_store.FOLDER_VARIABLE, str(tmp_path / "cache"))
    folder = tmp_path / "specs"
    (folder / "flowSpecs").mkdir(parents=True)
    (folder / "flowSpecs/a.yaml").write_text(TEXT)
    return folder


def write(specs, **fields):
    (specs / "flowSpecs/a.yaml").write_text(json.dumps({**json.loads(TEXT), **fields}))


def load(specs, target=None, known=None):
    """Load the folder as a run with a cache does, and close the cache."""
    cache = Cache(open_store())
    try:
        return load_specs(specs, target=target, known=known, cache=cache)
    finally:
        cache.close()


def is_remembered(specs):
    """Return True if the next run would parse no file."""
    cache = Cache(open_store())
    load_specs(specs, cache=cache)
    cache.close()
    return cache.parsed == 0


def database(specs):
    return specs.parent / "cache" / FILE


def test_a_second_run_parses_nothing_and_reports_the_same(specs):
    write(specs, odd=1.5, **{"x-reconciler": DIRECTED})
    first = load(specs)
    assert first.warnings
    assert first == load(specs) == load_specs(specs)
    assert is_remembered(specs)


def test_a_file_that_changed_by_one_byte_is_parsed_again(specs):
    load(specs)
    write(specs, name="Other")
    assert load(specs).specs[0].name == "Other"


def test_a_file_with_an_error_is_checked_every_time(specs):
    write(specs, version=1.0)
    for _ in range(2):
        with pytest.raises(InputError, match="version must be a string"):
            load(specs)


def test_a_cached_warning_names_the_file_that_has_it_now(specs):
    write(specs, odd=1)
    load(specs)
    (specs / "flowSpecs/a.yaml").rename(specs / "flowSpecs/b.yaml")
    assert {warning.file for warning in load(specs).warnings} == {f"{specs}/flowSpecs/b.yaml"}


def test_the_same_bytes_in_another_folder_are_checked_again(specs):
    load(specs)
    (specs / "flowSpecs").rename(specs / "connectionSpecs")
    assert load(specs) == load_specs(specs)
    assert load(specs).warnings


def test_a_target_s_verdict_is_not_taken_for_another_s(specs):
    write(specs, **{"x-reconciler": PATCHED})
    for _ in range(2):
        assert load(specs, "prod", ["prod", "stage"]).specs[0].name == "OnProd"
        with pytest.raises(InputError, match="stage"):
            load(specs, "stage", ["prod", "stage"])
        with pytest.raises(InputError, match="target stage"):
            load(specs, "prod", ["prod"])


def test_two_files_with_one_id_are_reported_from_the_cache_too(specs):
    load(specs)
    shutil.copy(specs / "flowSpecs/a.yaml", specs / "flowSpecs/b.yaml")
    for _ in range(2):
        with pytest.raises(InputError, match=r"b\.yaml:1:8: error: the id"):
            load(specs)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_broken_file_is_a_miss_and_replaced(specs, content):
    load(specs)
    database(specs).write_bytes(content)
    assert load(specs).specs
    assert is_remembered(specs)


def test_damage_in_the_middle_of_the_file_is_a_miss(specs):
    load(specs)
    size = database(specs).stat().st_size
    with database(specs).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    assert load(specs) == load_specs(specs)


@pytest.mark.parametrize(
    "text",
    [
        *("{", "null", "[1]", '{"flowSpec": [1]}', '{"flowSpec": 1}', "[" * 9999),
        *("{}\nx", '{}\n"a"', "{}\n1\t1", '{}\n"a"\t', GOOD),
    ],
)
def test_an_entry_with_a_wrong_checksum_is_a_miss(specs, text):
    load(specs)
    with sqlite3.connect(database(specs)) as connection:
        connection.execute("UPDATE texts SET text = ?", (text,))
        if text != GOOD:  # that one has the checksum of another
            connection.execute("UPDATE texts SET checksum = ?", (cache_store._checksum(text),))
    connection.close()
    assert load(specs) == load_specs(specs)


def test_a_folder_that_others_can_write_to_is_not_used(specs):
    load(specs)
    (specs.parent / "cache").chmod(0o777)
    assert open_store() is None
    assert load(specs).specs


@pytest.mark.parametrize("place", ["a-file", "a-file/below"])
def test_nothing_is_cached_if_the_folder_cannot_be_created(specs, monkeypatch, place):
    (specs.parent / "a-file").touch()
    monkeypatch.setattr(os, "environ", {cache_store.FOLDER_VARIABLE: str(specs.parent / place)})
    assert open_store() is None
    assert load(specs).specs


def test_the_default_folder_is_that_of_the_platform(monkeypatch, tmp_path):
    monkeypatch.delenv(cache_store.FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    opened = open_store()
    opened.close({b"k": "text"})
    assert [path.name for path in tmp_path.rglob(FILE)] == [FILE]


def test_a_locked_cache_is_waited_for_and_then_skipped(specs, monkeypatch):
    monkeypatch.setattr(cache_store, "_PATIENCE", 0.01)
    load(specs)
    other = sqlite3.connect(database(specs), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    write(specs, name="Other")
    assert load(specs).specs[0].name == "Other"
    other.execute("COMMIT")
    other.close()
    assert not is_remembered(specs)


@pytest.mark.parametrize("attempt", range(10))
def test_concurrent_runs_lose_no_entry(tmp_path, monkeypatch, attempt):
    monkeypatch.setattr(cache_store, "_PATIENCE", 600)  # a busy machine is no reason to lose one
    file, together = tmp_path / f"{attempt}.db", threading.Barrier(6)

    def work(number):
        together.wait()  # to create the file at once is what is most likely to fail
        for turn in range(5):
            CacheStore(file).close({b"%d %d" % (number, turn): f"{number} {turn}"})

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    store = CacheStore(file)
    keys = [(number, turn) for number in range(6) for turn in range(5)]
    assert [key for key in keys if store.get(b"%d %d" % key) != f"{key[0]} {key[1]}"] == []
    store.close({})


def test_the_least_recently_used_entries_are_evicted(tmp_path, monkeypatch):
    monkeypatch.setattr(cache_store, "MOST_BYTES", 400_000)
    file = tmp_path / FILE
    CacheStore(file).close({b"old": "o" * 100_000, b"used": "u" * 100_000})
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE texts SET day = 1")
    connection.close()
    opened = CacheStore(file)
    assert opened.get(b"used")
    opened.close({})
    CacheStore(file).close({b"new": "n" * 90_000})
    CacheStore(file).close({b"newer": "N" * 150_000})
    opened = CacheStore(file)
    assert [key for key in (b"old", b"used", b"new", b"newer") if opened.get(key)] == [b"newer"]
    opened.close({})
    assert file.stat().st_size < 400_000


def test_no_cache_neither_reads_nor_writes_the_cache(repo):
    cache = repo.path.with_name("repo-cache")
    assert repo.run("plan", "--no-cache").code == 0
    assert not cache.exists()
    assert repo.run("plan", RECONCILER_NO_CACHE="1").code == 0
    assert not cache.exists()
    first = repo.run("plan")
    assert (cache / FILE).exists()
    assert repo.run("plan") == first == repo.run("plan", "--no-cache")
    assert repo.run("drift").code == 2
    assert repo.run("apply", "--yes").code == 0


def test_another_version_of_reconciler_or_python_starts_with_an_empty_cache(specs, monkeypatch):
    load(specs)
    from reconciler.desired import cache

    cache._this_program.cache_clear()
    monkeypatch.setattr(sys, "version", "4.0")
    assert not is_remembered(specs)
    cache._this_program.cache_clear()


def test_another_version_of_an_installed_package_starts_with_an_empty_cache(
    specs, monkeypatch, tmp_path
):
    load(specs)
    from reconciler.desired import cache

    (tmp_path / "packages" / "jsonschema-99.0.dist-info").mkdir(parents=True)
    cache._this_program.cache_clear()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "packages")])
    assert not is_remembered(specs)
    cache._this_program.cache_clear()
