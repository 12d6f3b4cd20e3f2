"""Tokens that expire during a run, and redirects to another host, over real HTTP."""

import asyncio

import pytest
from builders import ID, TARGET
from faults.course import ONE_BY_ONE, apply_hooks, both_ways, each_request, is_converged, plan_now
from faults.injection import Fault, FaultKind, with_faults

from reconciler.applying.run import apply_plan
from reconciler.emulator.app import create_app
from reconciler.emulator.ims import Tokens
from reconciler.live.connect import connect
from reconciler.model.errors import LiveError
from reconciler.model.targets import Target
from reconciler.planning.results import Result

CLIENT = {
    "ADOBE_CLIENT_ID": "the-client",
    "ADOBE_CLIENT_SECRET": "the-secret",
    "ADOBE_SCOPES": "openid",
}
TOKEN = {"ADOBE_ACCESS_TOKEN": "the-token", "ADOBE_API_KEY": "the-key"}


def carry_out(plan, url, environ):
    target = Target("local", url, TARGET.ims_org, "prod", ims_url=url)

    async def story():
        async with connect(target, environ, settings=ONE_BY_ONE, read_only=False) as service:
            return await apply_plan(plan, service, apply_hooks())

    return asyncio.run(story())


class Revoking:
    """Revokes every issued token before the nth request for a spec."""

    def __init__(self, app, tokens, nth):
        self._app, self._tokens, self._nth = app, tokens, nth
        self._count = self.issued = 0

    async def __call__(self, scope, receive, send):
        if scope["path"].startswith("/ims/"):
            self.issued += 1
        else:
            self._count += 1
            if self._count == self._nth:
                self._tokens.revoke_all()
        await self._app(scope, receive, send)


@both_ways
@each_request
def test_a_token_that_expires_during_a_run_is_renewed_and_nothing_is_written_twice(
    scene, over_http, position, etags
):
    store, desired, base = scene
    tokens = Tokens(strict=True)
    app = Revoking(create_app(store, etags=etags, tokens=tokens), tokens, position)
    outcomes = carry_out(plan_now(store, desired, base), over_http(app), CLIENT)
    assert [outcome.result for outcome in outcomes] == [Result.APPLIED] * 2
    assert app.issued == 2
    assert [store.get("flowSpecs", wanted.id).revision for wanted in desired] == [2, 1]


class Elsewhere:
    """Another host: records its requests, and answers each with success."""

    def __init__(self):
        self.requests = []

    async def __call__(self, scope, receive, send):
        self.requests.append((scope, await receive()))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


@each_request
@pytest.mark.parametrize("after", [False, True], ids=["not done", "done"])
def test_a_redirect_to_another_host_is_not_followed_and_no_credentials_go_there(
    scene, over_http, position, after
):
    store, desired, base = scene
    elsewhere = Elsewhere()
    fault = Fault(
        FaultKind.REDIRECT,
        location=f"{over_http(elsewhere)}/flowSpecs/{ID}",
        nth=position,
        after=after,
    )
    url = over_http(with_faults(create_app(store), [fault]))
    plan = plan_now(store, desired, base)
    if position <= len(plan.to_write):
        with pytest.raises(LiveError, match="not followed"):
            carry_out(plan, url, TOKEN)
    else:
        outcomes = carry_out(plan, url, TOKEN)
        failed = [outcome for outcome in outcomes if not outcome.is_good]
        assert [outcome.result for outcome in failed] == [Result.FAILED]
        assert "not followed" in failed[0].message
    assert elsewhere.requests == []

    assert all(outcome.is_good for outcome in carry_out(plan_now(store, desired, base), url, TOKEN))
    assert all(is_converged(store, wanted, base) for wanted in desired)
