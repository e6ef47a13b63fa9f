"""What every test here needs: the program, and a browser that fills in its form."""

import html
import json
import os
import re
import subprocess
import urllib.request
from contextlib import contextmanager

import requests

CALLBACK = "http://localhost:3999/callback"


class Kinde:
    """The program's first line, and its admin API."""

    def __init__(self, ready):
        self.__dict__.update(ready)

    def admin(self, method, path, body=None):
        request = urllib.request.Request(
            self.admin_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.admin_token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or "null")

    def browse(self, url):
        """Follows `url` to the application's callback, and fills in the form on the way."""
        browser = requests.Session()
        shown = browser.get(url, timeout=10, allow_redirects=False)
        assert shown.status_code == 200, shown.text
        form = {
            "csrf": re.search(r'name="csrf" value="([^"]*)"', shown.text)[1],
            "p_email": self.user_email,
            "p_password": self.user_password,
        }
        action = html.unescape(re.search(r'action="([^"]*)"', shown.text)[1])
        back = browser.post(requests.compat.urljoin(url, action), form, timeout=10, allow_redirects=False)
        assert back.status_code == 302, back.text
        return back.headers["location"]


@contextmanager
def program():
    child = subprocess.Popen(
        [os.environ["KINDE_MOCK"], "serve", "--listen", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE
    )
    try:
        yield Kinde(json.loads(child.stdout.readline()))
    finally:
        child.terminate()
        assert child.wait(10) == 0
