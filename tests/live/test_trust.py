"""Credentials are sent to Adobe and to hosts that the environment trusts, and to no other."""

import httpx
import pytest

from reconciler.live.trust import require_trusted_host, require_trusted_variables
from reconciler.model.errors import CredentialsError


def host(url, **environ):
    require_trusted_host(httpx.URL(url), "prod", environ)


@pytest.mark.parametrize(
    "url",
    [
        "https://platform.adobe.io",
        "https://adobe.io",
        "https://PLATFORM.Adobe.IO.",
        "https://ims-na1.adobelogin.com/x",
        "http://localhost:80",
        "https://127.0.0.9",
        "http://[::1]:8080",
    ],
)
def test_hosts_of_adobe_and_loopback_are_trusted(url):
    host(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://adobe.io.example.org",
        "https://evil-adobe.io",
        "https://adobe.com",
        "https://adobe.io:443@example.org",
        "https://example.org;.adobe.io",
        "https://example.org%2f.adobe.io",
        "https://\u0430dobe.io",
        "https://localhost.example.org",
        "https://0.0.0.0",
        "https://169.254.169.254",
    ],
)
def test_any_other_host_is_not(url):
    with pytest.raises(CredentialsError, match="set RECONCILER_TRUSTED_HOSTS="):
        host(url)


@pytest.mark.parametrize("listed", ["example.org", "a.b, EXAMPLE.org", "a.b\nexample.org"])
def test_a_host_that_the_environment_lists_is_trusted(listed):
    host("https://example.org/api", RECONCILER_TRUSTED_HOSTS=listed)


def test_a_listed_host_does_not_cover_the_hosts_below_it():
    with pytest.raises(CredentialsError):
        host("https://a.example.org", RECONCILER_TRUSTED_HOSTS="example.org")
    host("https://a.example.org", RECONCILER_TRUSTED_HOSTS="*.example.org")
    with pytest.raises(CredentialsError):
        host("https://aexample.org", RECONCILER_TRUSTED_HOSTS="*.example.org")


def test_variables_of_adobe_are_trusted_and_others_if_the_environment_lists_them():
    require_trusted_variables(["ADOBE_CLIENT_ID", "PROD_ADOBE_SECRET"], "prod", {})
    with pytest.raises(CredentialsError, match="RECONCILER_TRUSTED_ENV=AWS_SECRET_ACCESS_KEY"):
        require_trusted_variables(["ADOBE_X", "AWS_SECRET_ACCESS_KEY"], "prod", {})
    require_trusted_variables(["TOKEN"], "prod", {"RECONCILER_TRUSTED_ENV": "OTHER, TOKEN"})
    with pytest.raises(CredentialsError):
        require_trusted_variables(["TOKENS"], "prod", {"RECONCILER_TRUSTED_ENV": "TOKEN"})
