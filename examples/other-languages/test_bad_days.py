"""Throttled, revoked, broken: three bad days of a sign-in, with pytest and nothing else.

Needs kinde-mock in the PATH, or its path in KINDE_MOCK.
"""

import http.client
import json
import os
import subprocess
import urllib.error
import urllib.request

import pytest

# ---------------------------------------------------------------------------- the application under test


class PleaseSignIn(Exception):
    pass


class OutOfOrder(Exception):
    pass


class ComeBackIn(Exception):
    def __init__(self, seconds):
        self.seconds = seconds


def greeting(kinde_url, access_token):
    """What the front page says; kinde_url is a setting of the application."""
    request = urllib.request.Request(
        f"{kinde_url}/oauth2/v2/user_profile", headers={"Authorization": f"Bearer {access_token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return f"Hello, {json.load(answer)['given_name']}!"
    except urllib.error.HTTPError as error:
        if error.code == 403:
            raise PleaseSignIn from None
        if error.code == 429:
            raise ComeBackIn(int(error.headers["RateLimit-Reset"])) from None
        raise OutOfOrder from error
    except (OSError, http.client.HTTPException) as error:
        raise OutOfOrder from error


# ---------------------------------------------------------------------------- the fake, to copy into conftest.py


class Kinde:
    """A fake Kinde; its attributes are the members of the program's first line."""

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

    def script(self, operation, *replies):
        self.admin("POST", "/scripts", {"operation": operation, "replies": replies})


@pytest.fixture(scope="session")
def program():
    """One program for the whole suite: it is ready in milliseconds."""
    command = [os.environ.get("KINDE_MOCK", "kinde-mock"), "serve", "--listen", "127.0.0.1:0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        yield Kinde(json.loads(process.stdout.readline()))
        process.terminate()


@pytest.fixture
def kinde(program):
    """A scope for each test: its own port, tokens, clock and scripts, so that tests may run side by side."""
    scope = Kinde(program.admin("POST", "/scopes"))
    yield scope
    program.admin("DELETE", f"/scopes/{scope.scope}")


# ---------------------------------------------------------------------------- the tests


def test_signed_in(kinde):
    assert greeting(kinde.base_url, kinde.access_token) == "Hello, John!"


def test_throttled_once(kinde):
    kinde.script("get_user_profile_v2", {"answer": "throttled", "reset_after": 2})
    with pytest.raises(ComeBackIn) as caught:
        greeting(kinde.base_url, kinde.access_token)
    assert caught.value.seconds == 2
    assert greeting(kinde.base_url, kinde.access_token) == "Hello, John!"


def test_revoked(kinde):
    kinde.admin("POST", "/tokens/revoke", {"token": kinde.access_token})
    with pytest.raises(PleaseSignIn):
        greeting(kinde.base_url, kinde.access_token)


def test_expired_without_waiting(kinde):
    kinde.admin("PATCH", "/clock", {"advance": 86_400})
    with pytest.raises(PleaseSignIn):
        greeting(kinde.base_url, kinde.access_token)


@pytest.mark.parametrize(
    "fault",
    [
        {"cut": {"by": "rst"}},
        {"cut": {"by": "fin"}},
        {"cut": {"by": "rst", "after_body": 10}},
    ],
)
def test_connection_broken(kinde, fault):
    kinde.script("get_user_profile_v2", {"faults": [fault]})
    with pytest.raises(OutOfOrder):
        greeting(kinde.base_url, kinde.access_token)
    assert greeting(kinde.base_url, kinde.access_token) == "Hello, John!"


def test_kinde_is_down(kinde):
    kinde.admin("PUT", "/connections", {"accept": False})
    with pytest.raises(OutOfOrder):
        greeting(kinde.base_url, kinde.access_token)
    kinde.admin("PUT", "/connections", {"accept": True})
    assert greeting(kinde.base_url, kinde.access_token) == "Hello, John!"
