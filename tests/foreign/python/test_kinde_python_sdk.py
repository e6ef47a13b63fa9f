"""Kinde's own Python SDK, unchanged, against the program: the three operations and each documented error."""

import pytest
from kinde_sdk.frontend import ApiClient, Configuration
from kinde_sdk.frontend.api.o_auth_api import OAuthApi
from kinde_sdk.frontend.exceptions import (
    ApiException,
    BadRequestException,
    ForbiddenException,
    UnauthorizedException,
)


def api(kinde, access_token=None):
    token = access_token or kinde.access_token
    return OAuthApi(ApiClient(Configuration(host=kinde.base_url, access_token=token)))


def throttle(kinde, operation):
    reply = {"answer": "throttled", "reset_after": 7}
    kinde.admin("POST", "/scripts", {"operation": operation, "reply": reply})


def throttled(call):
    with pytest.raises(ApiException) as caught:
        call()
    assert caught.value.status == 429
    assert caught.value.headers["RateLimit-Reset"] == "7"
    return caught.value


def test_profile(kinde):
    user = api(kinde).get_user_profile_v2()
    assert (user.name, user.email) == ("John Snow", "john.snow@example.com")
    assert user.sub == user.id == "kp_c3143a4b50ad43c88e541d9077681782"
    with pytest.raises(ForbiddenException):
        api(kinde, "unknown").get_user_profile_v2()
    with pytest.raises(ForbiddenException):
        api(kinde, kinde.m2m_access_token).get_user_profile_v2()
    throttle(kinde, "get_user_profile_v2")
    throttled(api(kinde).get_user_profile_v2)


def test_introspection(kinde):
    oauth = api(kinde, kinde.m2m_access_token)
    answer = oauth.token_introspection(kinde.refresh_token, token_type_hint="refresh_token")
    assert (answer.active, answer.aud, answer.client_id) == (True, [], kinde.client_id)
    assert answer.exp - answer.iat == 1_296_000
    dead = oauth.token_introspection("unknown")
    assert dead.to_dict() == {"active": False}
    with pytest.raises(UnauthorizedException) as caught:
        oauth.token_introspection("")
    assert caught.value.data.error == "invalid_request"
    with pytest.raises(ForbiddenException):
        api(kinde, "unknown").token_introspection(kinde.access_token)
    throttle(kinde, "token_introspection")
    throttled(lambda: oauth.token_introspection(kinde.access_token))


def test_revocation(kinde):
    oauth = api(kinde)
    own = dict(client_id=kinde.client_id, client_secret=kinde.client_secret)
    with pytest.raises(BadRequestException) as caught:
        oauth.token_revocation(token="", **own)
    assert caught.value.data.errors[0].code == "INVALID_REQUEST"
    with pytest.raises(UnauthorizedException) as caught:
        oauth.token_revocation(client_id=kinde.client_id, client_secret="wrong", token=kinde.refresh_token)
    assert caught.value.data.error == "invalid_client"
    with pytest.raises(ForbiddenException) as caught:
        oauth.token_revocation(client_id=kinde.frontend_client_id, token=kinde.refresh_token)
    assert caught.value.data.errors[0].code == "INVALID_CREDENTIALS"
    throttle(kinde, "token_revocation")
    refused = throttled(lambda: oauth.token_revocation(token=kinde.refresh_token, **own))
    assert refused.data.errors[0].message

    # None of these revoked it; this does, and the sign-in's access token goes with it.
    assert api(kinde, kinde.m2m_access_token).token_introspection(kinde.refresh_token).active
    assert oauth.token_revocation(token=kinde.refresh_token, token_type_hint="refresh_token", **own) is None
    assert not api(kinde, kinde.m2m_access_token).token_introspection(kinde.refresh_token).active
    with pytest.raises(ForbiddenException):
        oauth.get_user_profile_v2()


def test_it_keeps_to_the_documentation(kinde):
    oauth = api(kinde)
    oauth.get_user_profile_v2()
    api(kinde, kinde.m2m_access_token).token_introspection(kinde.access_token)
    oauth.token_revocation(kinde.client_id, kinde.access_token, kinde.client_secret)
    assert kinde.admin("GET", "/lint") == {"lint": []}
