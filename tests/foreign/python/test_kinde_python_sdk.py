"""Kinde's own Python SDK, unchanged, against the program: the three operations and each documented error."""

import json
import os
import subprocess
import urllib.request

import pytest
from kinde_sdk.frontend import ApiClient, Configuration
from kinde_sdk.frontend.api.o_auth_api import OAuthApi
from kinde_sdk.frontend.exceptions import (
    ApiException,
    BadRequestException,
    ForbiddenException,
    UnauthorizedException,
)


class Kinde:
    def __init__(self, ready):
        self.__dict__.update(ready)

    def admin(self, method, path, body=None):
        request = urllib.request.Request(
            self.admin_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.admin_token}"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def api(self, access_token=None):
        token = access_token or self.access_token
        return OAuthApi(ApiClient(Configuration(host=self.base_url, access_token=token)))

    def throttle(self, operation):
        reply = {"answer": "throttled", "reset_after": 7}
        self.admin("POST", "/scripts", {"operation": operation, "reply": reply})


@pytest.fixture
def kinde():
    program = subprocess.Popen(
        [os.environ["KINDE_MOCK"], "serve", "--listen", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE
    )
    try:
        yield Kinde(json.loads(program.stdout.readline()))
    finally:
        program.terminate()
        assert program.wait(10) == 0


def throttled(call):
    with pytest.raises(ApiException) as caught:
        call()
    assert caught.value.status == 429
    assert caught.value.headers["RateLimit-Reset"] == "7"
    return caught.value


def test_profile(kinde):
    user = kinde.api().get_user_profile_v2()
    assert (user.name, user.email) == ("John Snow", "john.snow@example.com")
    assert user.sub == user.id == "kp_c3143a4b50ad43c88e541d9077681782"
    with pytest.raises(ForbiddenException):
        kinde.api("unknown").get_user_profile_v2()
    with pytest.raises(ForbiddenException):
        kinde.api(kinde.m2m_access_token).get_user_profile_v2()
    kinde.throttle("get_user_profile_v2")
    throttled(kinde.api().get_user_profile_v2)


def test_introspection(kinde):
    api = kinde.api(kinde.m2m_access_token)
    answer = api.token_introspection(kinde.refresh_token, token_type_hint="refresh_token")
    assert (answer.active, answer.aud, answer.client_id) == (True, [], kinde.client_id)
    assert answer.exp - answer.iat == 1_296_000
    dead = api.token_introspection("unknown")
    assert dead.to_dict() == {"active": False}
    with pytest.raises(UnauthorizedException) as caught:
        api.token_introspection("")
    assert caught.value.data.error == "invalid_request"
    with pytest.raises(ForbiddenException):
        kinde.api("unknown").token_introspection(kinde.access_token)
    kinde.throttle("token_introspection")
    throttled(lambda: api.token_introspection(kinde.access_token))


def test_revocation(kinde):
    api = kinde.api()
    own = dict(client_id=kinde.client_id, client_secret=kinde.client_secret)
    with pytest.raises(BadRequestException) as caught:
        api.token_revocation(token="", **own)
    assert caught.value.data.errors[0].code == "INVALID_REQUEST"
    with pytest.raises(UnauthorizedException) as caught:
        api.token_revocation(client_id=kinde.client_id, client_secret="wrong", token=kinde.refresh_token)
    assert caught.value.data.error == "invalid_client"
    with pytest.raises(ForbiddenException) as caught:
        api.token_revocation(client_id=kinde.frontend_client_id, token=kinde.refresh_token)
    assert caught.value.data.errors[0].code == "INVALID_CREDENTIALS"
    kinde.throttle("token_revocation")
    refused = throttled(lambda: api.token_revocation(token=kinde.refresh_token, **own))
    assert refused.data.errors[0].message

    # None of these revoked it; this does, and the sign-in's access token goes with it.
    assert kinde.api(kinde.m2m_access_token).token_introspection(kinde.refresh_token).active
    assert api.token_revocation(token=kinde.refresh_token, token_type_hint="refresh_token", **own) is None
    assert not kinde.api(kinde.m2m_access_token).token_introspection(kinde.refresh_token).active
    with pytest.raises(ForbiddenException):
        api.get_user_profile_v2()


def test_it_keeps_to_the_documentation(kinde):
    api = kinde.api()
    api.get_user_profile_v2()
    api.token_introspection(kinde.access_token)
    api.token_revocation(kinde.client_id, kinde.access_token, kinde.client_secret)
    assert kinde.admin("GET", "/lint") == {"lint": []}
