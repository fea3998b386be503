"""A school's OpenID Connect server for tests: the whole code flow, with PKCE, over HTTP on this machine."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "coursework", "of this test only"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class School:
    """Signs everybody in as `person`, without asking; what it says of itself and of people can be bent."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.issuer_in_token: str | None = None
        self.audience = CLIENT_ID
        self.lifetime = 300
        self.answer_to_code: int = 200
        self._codes: dict[str, dict[str, str]] = {}
        school = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                school.get(self)

            def do_POST(self) -> None:
                school.post(self)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def get(self, request: BaseHTTPRequestHandler) -> None:
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        if path == "/.well-known/openid-configuration":
            ends = {f"{end}_endpoint": f"{self.url}/{end}" for end in ("authorization", "token", "userinfo")}
            _answer(request, {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **ends})
        elif path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key(), as_dict=True)
            _answer(request, {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]})
        elif path == "/authorization":
            self._authorize(request, {name: values[0] for name, values in query.items()})
        elif path == "/userinfo" and request.headers["Authorization"] == "Bearer a-token":
            _answer(request, self.person)
        else:
            request.send_error(404)

    def _authorize(self, request: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "profile", "email"}
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        request.send_response(302)
        request.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        request.end_headers()

    def post(self, request: BaseHTTPRequestHandler) -> None:
        sent = parse_qs(request.rfile.read(int(request.headers["Content-Length"])).decode())
        asked = self._codes.pop(sent["code"][0], None)
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = (
            asked is not None
            and proof == asked["code_challenge"]
            and sent["redirect_uri"][0] == asked["redirect_uri"]
            and sent["client_secret"][0] == CLIENT_SECRET
        )
        if not known or self.answer_to_code != 200:
            request.send_error(self.answer_to_code if self.answer_to_code != 200 else 400)
            return
        now = int(time.time())
        token = {
            "iss": self.issuer_in_token or self.url,
            "aud": self.audience,
            "sub": self.person.get("sub", ""),
            "iat": now,
            "exp": now + self.lifetime,
        }
        signed = jwt.encode(token, _KEY, algorithm="RS256", headers={"kid": "1"})
        _answer(request, {"access_token": "a-token", "token_type": "Bearer", "expires_in": 300, "id_token": signed})


def _answer(request: BaseHTTPRequestHandler, content: dict[str, Any]) -> None:
    data = json.dumps(content).encode()
    request.send_response(200)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


@contextmanager
def running_school() -> Iterator[School]:
    """Run one until the block ends."""
    school = School()
    thread = Thread(target=school.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield school
    finally:
        school.server.shutdown()
        school.server.server_close()
        thread.join()
