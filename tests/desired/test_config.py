"""`specs/reconciler.yaml`: targets, limits and errors in them."""

import pytest

from reconciler.desired.config import load_config
from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.safety import Removals, Safety

REAL = "    url: https://example.org/api/\n    imsOrg: o@AdobeOrg\n    sandbox: s\n"


def config(tmp_path, text):
    (tmp_path / "reconciler.yaml").write_text(text)
    return load_config(tmp_path)


def test_a_target_is_a_url_an_organisation_and_a_sandbox(tmp_path):
    target = config(tmp_path, f"targets:\n  prod:\n{REAL}").target(None)
    assert (target.url, target.sandbox) == ("https://example.org/api", "s")
    assert target.ims_org == "o@AdobeOrg"
    assert target.ims_url == "https://ims-na1.adobelogin.com"
    assert target.emulator is None


def test_an_emulated_target_needs_nothing_else(tmp_path):
    target = config(tmp_path, "targets: {local: {emulator: x.db}}").target("local")
    assert (target.emulator, target.url) == ("x.db", "emulator:x.db")


def test_credentials_are_names_of_variables(tmp_path):
    text = f"targets:\n  prod:\n{REAL}    credentials: {{clientId: {{env: PROD_ID}}}}\n"
    variables = config(tmp_path, text).target("prod").credentials
    assert (variables.client_id, variables.client_secret) == ("PROD_ID", "ADOBE_CLIENT_SECRET")


def test_limits_apply_to_all_targets_and_can_be_overridden_for_one(tmp_path):
    text = (
        "targets:\n  a: {emulator: a}\n  b: {emulator: b, safety: {maxChanges: 1, minSpecs: 2}}\n"
        "safety: {removals: ask, maxChangedPercent: 30}\n"
    )
    found = config(tmp_path, text)
    assert found.safety_for("a") == Safety(Removals.ASK, None, 30.0, 10)
    assert found.safety_for("b") == Safety(Removals.ASK, 1, 30.0, 2)


def test_a_limit_with_a_decimal_point_is_a_limit(tmp_path):
    text = "targets: {a: {emulator: a}}\nsafety: {maxChanges: 1.0, minSpecs: 2.0}\n"
    assert config(tmp_path, text).safety == Safety(max_changes=1, min_specs=2)


def test_without_a_default_one_of_several_targets_must_be_named(tmp_path):
    found = config(tmp_path, "targets: {b: {emulator: x}, a: {emulator: y}}")
    with pytest.raises(ReconcilerError, match="choose one of a, b"):
        found.target(None)
    with pytest.raises(ReconcilerError, match=r"target 'c' not found in .*, which has a, b"):
        found.target("c")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "1:1", "has no 'targets'"),
        ("- a\n", "1:1", "expected an object, got a list"),
        ("targets: {}\n", "1:10", "is not valid"),
        ("targets: {a: {emulator: x}}\ndefaultTarget: b\n", "2:16", "target b not found"),
        ("targets: {a: {emulator: x}}\ntarget: b\n", "2:1", "Did you mean 'targets'?"),
        ("targets: {a: {emulator: x}}\nzzz: b\n", "2:1", "Known: defaultTarget"),
        ("targets: {a: {emulator: x}, A: {emulator: y}}\n", "1:32", "from a only in case"),
        (f"targets:\n  a:\n{REAL}".replace("@AdobeOrg", ""), "4:13", "Example: 1234@AdobeOrg."),
        (f"targets:\n  a:\n{REAL}".replace("box: s", "box: S"), "5:14", "all in lower case"),
        ("targets: {a: {sandbox: x}}\n", "1:14", "url, imsOrg and sandbox, or emulator"),
        ("targets: {a/b: {emulator: x}}\n", "1:10", "is not valid"),
        ('targets: {"a\\n": {emulator: x}}\n', "1:10", "is not valid"),
        (
            'targets:\n  a:\n    credentials: {apiKey: {env: "ADOBE_KEY\\n"}}\n    emulator: x\n',
            "3:33",
            "{env: NAME}",
        ),
        (
            "targets: {a: {emulator: x, credentials: {clientSecret: hunter2}}}\n",
            "1:56",
            "{env: NAME}",
        ),
        (
            "targets: {a: {emulator: x}}\nsafety: {removals: maybe}\n",
            "2:20",
            "must be one of reviewed",
        ),
        ("targets: [\n", "1:10", "the [ opened here is never closed"),
        ("targets: \udce9\n", "1:10", "not UTF-8"),
    ],
)
def test_an_error_is_reported_at_its_line(tmp_path, text, place, message):
    (tmp_path / "reconciler.yaml").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InputError) as raised:
        load_config(tmp_path)
    assert f"reconciler.yaml:{place}: error: " in str(raised.value)
    assert message in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://example.org", "in the clear"),
        ("http://127.0.0.1.example.org", "in the clear"),
        ("ftp://example.org", "not an http"),
        ("example.org", "not an http"),
        ("https://user:pw@example.org", "more than a scheme"),
        ("https://example.org/?a=b", "more than a scheme"),
        ("https://[::1", "not a URL"),
    ],
)
def test_a_url_that_would_leak_credentials_is_refused(tmp_path, url, message):
    with pytest.raises(InputError, match=message):
        config(tmp_path, f"targets: {{a: {{url: '{url}', imsOrg: o@AdobeOrg, sandbox: s}}}}")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.9:80", "[::1]:8080"])
def test_plain_http_is_for_loopback(tmp_path, host):
    config(tmp_path, f"targets: {{a: {{url: 'http://{host}', imsOrg: o@AdobeOrg, sandbox: s}}}}")


def test_a_folder_without_a_config_is_an_error(tmp_path):
    with pytest.raises(ReconcilerError, match="--specs"):
        load_config(tmp_path)
