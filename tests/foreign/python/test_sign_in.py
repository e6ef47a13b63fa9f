"""Kinde's own Python SDK, alone and in Flask and FastAPI, and Authlib, unchanged, through their whole flow against the program."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from browser import CALLBACK
from fastapi import FastAPI
from fastapi.testclient import TestClient
from flask import Flask
from joserfc import jwk, jwt
from kinde_fastapi.examples.session import InMemorySessionMiddleware
from kinde_sdk.auth.feature_flags import FeatureFlags
from kinde_sdk.auth.oauth import OAuth
from kinde_sdk.auth.permissions import Permissions
from kinde_sdk.core.framework.framework_factory import FrameworkFactory


@pytest.fixture(autouse=True)
def settings(kinde, monkeypatch, tmp_path):
    monkeypatch.setenv("KINDE_HOST", kinde.issuer)
    monkeypatch.setenv("KINDE_CLIENT_ID", kinde.client_id)
    monkeypatch.setenv("KINDE_CLIENT_SECRET", kinde.client_secret)
    monkeypatch.setenv("KINDE_REDIRECT_URI", CALLBACK)
    monkeypatch.setenv("SECRET_KEY", "of the application's own sessions")
    monkeypatch.setenv("SESSION_FILE_DIR", str(tmp_path))
    # One framework a process, or so the SDK takes it; here are two.
    monkeypatch.setattr(FrameworkFactory, "_framework_instance", None)


def returned(callback):
    return {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}


def signed_out(url):
    out = requests.get(url, allow_redirects=False, timeout=10)
    return out.status_code, out.headers.get("location")


def test_alone(kinde):
    oauth = OAuth()
    url = asyncio.run(oauth.login({"scope": "openid profile email offline"}))
    back = returned(kinde.browse(url))
    signed_in = asyncio.run(oauth.handle_redirect(back["code"], "u1", back["state"]))
    assert signed_in["user"]["email"] == kinde.user_email
    oauth._framework.set_user_id("u1")
    assert oauth.is_authenticated()
    assert oauth.get_user_info()["name"] == "John Snow"
    # Its permissions and flags ask a framework who the user is; without one there are the claims.
    manager = oauth._session_manager.get_token_manager("u1")
    assert manager.get_claim("permissions")["value"] == ["read:todos"]
    flags = manager.get_claim("feature_flags")["value"]
    assert [flags[key]["v"] for key in ("theme", "is_dark_mode", "competitions_limit")] == ["dark", True, 5]
    # Once the token has expired, get_access_token() waits for a lock that it holds itself: refreshed by hand.
    before = manager.get_access_token()
    assert manager.refresh_access_token() != before
    assert oauth.get_user_info()["email"] == kinde.user_email
    last = manager.get_access_token()
    assert signed_out(asyncio.run(oauth.logout("u1"))) == (302, CALLBACK)
    # It revokes its access token when it signs out.
    profile = requests.get(
        f"{kinde.base_url}/oauth2/v2/user_profile", headers={"Authorization": f"Bearer {last}"}, timeout=10
    )
    assert profile.status_code == 403


async def rights():
    """What a view of either framework says of the user's permission and flags."""
    flag = FeatureFlags().get_flag
    return {
        "granted": (await Permissions().get_permission("read:todos"))["isGranted"],
        "flags": [(await flag(key)).value for key in ("theme", "is_dark_mode", "competitions_limit")],
    }


RIGHTS = {"granted": True, "flags": ["dark", True, 5]}


def test_flask(kinde):
    app = Flask("application")
    OAuth(framework="flask", app=app)
    app.get("/rights")(lambda: asyncio.run(rights()))
    browser = app.test_client()
    assert browser.get("/user").status_code == 302
    back = browser.get("/callback", query_string=returned(kinde.browse(browser.get("/login").location)))
    assert back.status_code == 302, back.text
    assert browser.get("/user").json["email"] == kinde.user_email
    assert browser.get("/rights").json == RIGHTS
    assert signed_out(browser.get("/logout").location) == (302, CALLBACK)
    assert browser.get("/user").status_code == 302


def test_fastapi(kinde):
    app = FastAPI()
    OAuth(framework="fastapi", app=app)
    app.add_middleware(InMemorySessionMiddleware)
    app.get("/rights")(rights)
    browser = TestClient(app, base_url="http://localhost:3999", follow_redirects=False)
    shown = browser.get("/login")
    assert shown.status_code == 307, shown.text
    back = browser.get("/callback", params=returned(kinde.browse(shown.headers["location"])))
    assert back.status_code == 307, back.text
    assert browser.get("/user").json()["email"] == kinde.user_email
    assert browser.get("/rights").json() == RIGHTS
    assert signed_out(browser.get("/logout").headers["location"]) == (302, CALLBACK)


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_authlib(kinde, method):
    found = requests.get(f"{kinde.issuer}/.well-known/openid-configuration", timeout=10).json()
    client = OAuth2Session(
        kinde.client_id,
        kinde.client_secret,
        token_endpoint_auth_method=method,
        scope="openid profile email offline",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint=found["token_endpoint"],
    )
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    url, state = client.create_authorization_url(
        found["authorization_endpoint"], code_verifier=verifier, nonce="n-0S6_WzA2Mj"
    )
    tokens = client.fetch_token(
        authorization_response=kinde.browse(url), state=state, code_verifier=verifier, timeout=10
    )
    keys = jwk.KeySet.import_key_set(requests.get(found["jwks_uri"], timeout=10).json())

    def user(tokens, **more):
        token = jwt.decode(tokens["id_token"], keys)
        options = {"iss": {"value": kinde.issuer}, "aud": {"value": kinde.client_id}}
        CodeIDToken(token.claims, token.header, options, {"access_token": tokens["access_token"], **more}).validate()
        return token.claims["email"]

    assert user(tokens, nonce="n-0S6_WzA2Mj") == kinde.user_email
    assert client.get(found["userinfo_endpoint"], timeout=10).json()["email"] == kinde.user_email
    refreshed = client.refresh_token(refresh_token=tokens["refresh_token"], timeout=10)
    assert refreshed["access_token"] != tokens["access_token"]
    assert user(refreshed) == kinde.user_email
    client.revoke_token(found["revocation_endpoint"], refreshed["refresh_token"], timeout=10)
    with pytest.raises(Exception, match="invalid_grant"):
        client.refresh_token(refresh_token=refreshed["refresh_token"], timeout=10)
    end = f"{found['end_session_endpoint']}?post_logout_redirect_uri={CALLBACK}&id_token_hint={tokens['id_token']}"
    assert signed_out(end) == (302, CALLBACK)
