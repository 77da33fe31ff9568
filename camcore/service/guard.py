"""What every request passes: host and origin, key, size of the body; and the headers every answer gets.

Host and Origin are held against the names of this service, so that a page of another site can neither use it from a
visitor's browser (CSRF) nor pose as it by a name that resolves to it (DNS rebinding).
"""

from __future__ import annotations

import hashlib
import hmac
import time
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from camcore.findings import Finding
from camcore.service.problems import problem
from camcore.service.settings import Settings

COOKIE = "camcore-session"
SESSION = 12 * 3600
"""How long, s, a browser that gave the key need not give it again."""
BODY_SLACK = 200_000
"""Bytes of a request beside its drawing: fields, boundaries."""
OPEN = ("/api/v1/session", "/api/v1/health")
"""What needs no key, beside the page."""

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
CSP += "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer with what is against it."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        against = self._against(scope, headers)
        if against:
            return await problem([against])(scope, receive, _with_headers(send))
        body = _Body(receive, self.settings.most_bytes + BODY_SLACK)
        try:
            await self.app(scope, body.receive, _with_headers(send))
        except _TooLargeError:
            await problem([_too_large(body.most)])(scope, receive, _with_headers(send))

    def _against(self, scope: Scope, headers: Headers) -> Finding | None:
        return self._foreign(headers) or self._unknown(scope, headers) or self._heavy(headers)

    def _foreign(self, headers: Headers) -> Finding | None:
        """E950 for a host that is not this one, or an origin that is another."""
        host = _name(headers.get("host", ""))
        allowed = self.settings.allowed_hosts
        if allowed is not None and host not in allowed:
            return Finding("E950", f"this service does not go by the name {host!r}", "start it with --allow-host NAME")
        origin = headers.get("origin")
        if origin is not None and _name(urlsplit(origin).netloc) != host:
            return Finding("E950", f"a page of {origin!r} may not use this service", "use it from its own page")
        return None

    def _unknown(self, scope: Scope, headers: Headers) -> Finding | None:
        """E947 for a request for more than the page that does not carry the key."""
        path = scope["path"]
        if self.settings.key is None or not path.startswith("/api/") or path in OPEN:
            return None
        if has_key(headers, self.settings.key):
            return None
        return Finding("E947", "the key is missing or wrong", "send it as X-API-Key, or as Authorization: Bearer")

    def _heavy(self, headers: Headers) -> Finding | None:
        size, most = headers.get("content-length", ""), self.settings.most_bytes + BODY_SLACK
        return _too_large(most) if size.isdecimal() and int(size) > most else None


def _name(host: str) -> str:
    """Host without its port."""
    return host[1 : host.find("]")] if host.startswith("[") else host.rsplit(":", 1)[0].lower()


def has_key(headers: Headers, key: str) -> bool:
    """Whether a request carries the key, or a session that was given for it; compared in constant time."""
    bearer = headers.get("authorization", "")
    said = headers.get("x-api-key") or (bearer[7:] if bearer[:7].lower() == "bearer " else "")
    return same_key(said, key) or _live(_cookie(headers), key)


def same_key(said: str, key: str) -> bool:
    """Whether two keys are the same, in a time that tells nothing about them."""
    return hmac.compare_digest(hashlib.sha256(said.encode()).digest(), hashlib.sha256(key.encode()).digest())


def session(key: str, now: float | None = None) -> str:
    """A proof that the key was given, good for SESSION seconds."""
    until = str(int((time.time() if now is None else now) + SESSION))
    return f"{until}.{_seal(until, key)}"


def _seal(until: str, key: str) -> str:
    return hmac.new(key.encode(), f"camcore session {until}".encode(), "sha256").hexdigest()


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _live(proof: str, key: str) -> bool:
    until, _, seal = proof.partition(".")
    if not (until.isascii() and until.isdecimal()) or len(until) > 12:
        return False
    return hmac.compare_digest(seal.encode(), _seal(until, key).encode()) and int(until) > time.time()


class _TooLargeError(Exception):
    """More came than may."""


class _Body:
    """Counts what comes in, for requests that do not say how long they are. Mutable."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self.most, self.seen = receive, most, 0

    async def receive(self) -> Message:
        message = await self._receive()
        self.seen += len(message.get("body", b""))
        if self.seen > self.most:
            raise _TooLargeError
        return message


def _too_large(most: int) -> Finding:
    return Finding("E948", f"the request is larger than {most:,} bytes", "send a smaller drawing")


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sent
