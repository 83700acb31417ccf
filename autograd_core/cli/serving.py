"""A server for one person on this machine: a page behind a secret address, and formulas as its only input.

It listens on 127.0.0.1, answers only those who know the random word in the address and name it as their host,
which other sites in the same browser cannot do, and serves no files.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = "127.0.0.1"
LARGEST = 64 * 1024
"""So many bytes a question may have."""

SECONDS = 20
"""So long a connection may say nothing."""

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Answer = Callable[[str, Mapping[str, Any]], Mapping[str, str]]


class Explorer(ThreadingHTTPServer):
    """The server."""

    daemon_threads = True

    def __init__(self, port: int, page: str, answer: Answer) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.page, self.answer = page.encode(), answer
        self.word = secrets.token_urlsafe(18)
        self.hosts = {f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost")}

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.word}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Explorer
    server_version, sys_version = "autograd-core", ""
    timeout = SECONDS

    def do_GET(self) -> None:  # the name that http.server calls
        if self._admitted() and self._known_word(""):
            self._send(HTTPStatus.OK, self.server.page, "text/html; charset=utf-8")

    def do_POST(self) -> None:  # the name that http.server calls
        if not (self._admitted() and self._known_word("formula")):
            return
        question = self._question()
        if question is not None:
            found = json.dumps(self.server.answer(*question), ensure_ascii=True)
            self._send(HTTPStatus.OK, found.encode(), "application/json")

    def _admitted(self) -> bool:
        """Whether the browser came by this address: a name that was pointed here by others is another one."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        origins = {None, *(f"http://{name}" for name in self.server.hosts)}
        if host in self.server.hosts and origin in origins:
            return True
        self._refuse(HTTPStatus.FORBIDDEN, "this page is for the one who started it")
        return False

    def _known_word(self, path: str) -> bool:
        if secrets.compare_digest(self.path.encode(), f"/{self.server.word}/{path}".encode()):
            return True
        self._refuse(
            HTTPStatus.NOT_FOUND, "there is nothing here; the whole address was printed in the terminal"
        )
        return False

    def _question(self) -> tuple[str, Mapping[str, Any]] | None:
        """The formula, and where inputs were moved to."""
        if self.headers.get_content_type() != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a question is JSON")
            return None
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "a question says how long it is")
            return None
        if len(length) > 9 or int(length) > LARGEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a question has at most {LARGEST} bytes")
            return None
        try:
            asked = json.loads(self.rfile.read(int(length)).decode())
            formula, moved = asked["formula"], asked.get("moved", {})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            formula = moved = None
        if not isinstance(formula, str) or not isinstance(moved, dict):
            self._refuse(HTTPStatus.BAD_REQUEST, 'a question is {"formula": "…", "moved": {…}}')
            return None
        return formula, moved

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self.close_connection = True
        self._send(status, f"{why}\n".encode(), "text/plain; charset=utf-8")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", POLICY),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal is for the address alone."""
