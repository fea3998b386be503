"""The fake platform's HTTP: one threaded server on loopback, requests and replies as plain values."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Request:
    """One request. `form` is the body's where it is a form; names of headers are in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip()

    @property
    def form(self) -> dict[str, str]:
        if self.content_type != "application/x-www-form-urlencoded":
            return {}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def json(self) -> Any:
        """Return the body as JSON, None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Reply:
    """What is answered: text, or anything else as JSON. `reason` stands behind the status; else what is usual does."""

    status: int = 200
    content: Any = ""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None

    @classmethod
    def json(cls, content: Any, status: int = 200, content_type: str = "application/json", **headers: str) -> "Reply":
        return cls(status, json.dumps(content), content_type, headers)

    @classmethod
    def html(cls, content: str, status: int = 200, **headers: str) -> "Reply":
        return cls(status, content, "text/html; charset=utf-8", headers)


Answer = Callable[[Request], Reply]


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1; give the address, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer))
    server.daemon_threads, server.block_on_close = True, False  # browsers keep connections open that they never use
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def handle_one(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            reply = answer(Request(self.command, unquote(parts.path), query, headers, body))
            content = reply.content.encode() if isinstance(reply.content, str) else reply.content
            self.send_response(reply.status, reply.reason)
            for name, value in {"Content-Type": reply.content_type, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one

        def log_message(self, format: str, *args: Any) -> None:
            """Write no log: a test asks `platform.requests` instead."""

    return Handler
