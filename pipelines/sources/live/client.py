"""One request at a time, with pauses, retried with growing waits until patience runs out.

This module sends requests with `httpx` and `tenacity`. What may be requested lives in `robots`, the
checks of an answer in `response_checks`, where redirects may lead in `live_site`, and how long one
exchange may take in `deadline`.
"""

from __future__ import annotations

import random
import ssl
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.clock import now
from pipelines.errors import SourceError
from pipelines.sources.archive import Exchange
from pipelines.sources.limits import MOST_FILE_BYTES, MOST_ROBOTS_BYTES, MOST_SILENT_ADDRESSES
from pipelines.sources.live.deadline import Deadline

if TYPE_CHECKING:
    import httpx
    import tenacity

    from pipelines.sources.politeness import Politeness

AGAIN = frozenset({429, 500, 502, 503, 504, *range(520, 528)})
"""The statuses of passing troubles; from 520 on, content networks answer for their origin."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EVIDENCE = MOST_ROBOTS_BYTES
"""How much is kept of a body that is too large."""


@dataclass(eq=False)
class _AgainError(Exception):
    """An exchange that may succeed if it is tried again."""

    reason: str
    wait: float = 0.0
    exchange: Exchange | None = None


class PoliteClient:
    """Sends requests to one host within the rules; one run has one client."""

    def __init__(self, address: str, rules: Politeness) -> None:
        self.rules = rules
        self.interval = rules.interval
        self._loopback = (urlsplit(address).hostname or "") in _LOOPBACK
        self._secure = urlsplit(address).scheme == "https"
        self._patience = rules.patience
        self._answered: float | None = None
        self._turned_away: str | None = None
        self._silent = 0
        self._deadline = Deadline()
        self._heads: list[httpx.Response] = []
        self.asked = 0

    def get(self, url: str, conditions: tuple[tuple[str, str], ...] = ()) -> Exchange:
        """Return an answer, whatever its status; redirects are not followed.

        A request is repeated after a status of `AGAIN`, as long as patience lasts.

        Args:
            url: The address.
            conditions: Headers that make the request conditional.

        Raises:
            SourceError: No answer came, the site has told this run to stay away, or it has not
                answered for several addresses in a row.
        """
        if self._turned_away:
            raise SourceError(f"{url}: not requested, because {self._turned_away}")
        try:
            exchange: Exchange = self._retrying()(self._once, url, conditions)
        except _AgainError as error:
            if error.exchange is not None:
                self._heed(url, error.exchange)
                return error.exchange
            self._count_silence()
            raise SourceError(
                f"{url}: no answer ({error.reason}); is the address right, and the site up? "
                "The last good data stays; build again later"
            ) from error
        self._silent = 0
        return exchange

    def close(self) -> None:
        """Close the connection."""
        self._deadline.close()
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        rules = self.rules
        # Certificates matter over https alone; reading their list takes as long as ten requests.
        trusted = True if self._secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx.Client(
            verify=trusted,
            timeout=httpx.Timeout(rules.timeout),
            headers={"User-Agent": rules.user_agent, "Accept-Encoding": "gzip, deflate"},
            follow_redirects=False,
            event_hooks={"response": [self._heads.append]},
            limits=httpx.Limits(max_connections=1),
            trust_env=not self._loopback,  # a proxy has no business between a machine and itself
        )

    def _retrying(self) -> tenacity.Retrying:
        import tenacity

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_AgainError),
            wait=self._wait,
            stop=self._enough,
            sleep=time.sleep,
            before_sleep=self._spend,
            reraise=True,
        )

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = _error_of(state)
        growing = min(2.0 ** (state.attempt_number - 1), self.rules.longest_wait)
        jittered = growing * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        return max(error.wait, self.interval) + (jittered if not error.wait else 0.0)

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        out_of_patience = state.upcoming_sleep > self._patience
        return out_of_patience or state.attempt_number >= self.rules.attempts

    def _spend(self, state: tenacity.RetryCallState) -> None:
        self._patience -= state.upcoming_sleep

    def _heed(self, url: str, exchange: Exchange) -> None:
        """Send no more requests in this run if the site wants to be left alone."""
        if exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
            asked = exchange.header("Retry-After")
            until = f"; it says Retry-After: {asked}" if asked else ""
            self._turned_away = f"{url} answered 429 Too Many Requests{until}"

    def _count_silence(self) -> None:
        """Send no more requests in this run if address after address does not answer."""
        self._silent += 1
        if self._silent >= MOST_SILENT_ADDRESSES:
            self._turned_away = f"the last {self._silent} addresses gave no answer"

    def _once(self, url: str, conditions: tuple[tuple[str, str], ...]) -> Exchange:
        import httpx

        self._pause()
        self.asked += 1
        began = time.monotonic()
        try:
            with self._deadline.within(self.rules.deadline):
                exchange = self._exchange(url, conditions)
        except httpx.TransportError as error:
            self._patience -= time.monotonic() - began
            reason = self._too_long if self._deadline.passed else _reason(error)
            if "CERTIFICATE" in reason:
                raise SourceError(
                    f"{url}: its certificate cannot be trusted ({reason}); do not continue before "
                    "you know why"
                ) from error
            raise _AgainError(reason) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise SourceError(f"{url}: cannot be requested ({_reason(error)})") from error
        finally:
            self._answered = time.monotonic()
        if exchange.truncated in ("disconnect", "time") or exchange.status in AGAIN:
            self._patience -= time.monotonic() - began
            reason = exchange.truncated or f"{exchange.status} {exchange.reason}"
            raise _AgainError(reason, _asked_wait(exchange), exchange)
        return exchange

    @property
    def _too_long(self) -> str:
        return f"it takes longer than {self.rules.deadline:g} s"

    def _pause(self) -> None:
        if self._answered is not None:
            time.sleep(max(0.0, self._answered + self.interval - time.monotonic()))

    def _exchange(self, url: str, conditions: tuple[tuple[str, str], ...]) -> Exchange:
        import httpx

        self._heads.clear()
        try:
            with self._client.stream(
                "GET", url, headers=dict(conditions), extensions={"trace": self._deadline.note}
            ) as answer:
                exchange = _begun(url, answer)
                if _is_too_long(exchange):
                    return replace(exchange, truncated="length")
                body, truncated = self._body(answer)
        except httpx.RemoteProtocolError:
            # httpx parses the target of a redirect, though it follows none, and fails on nonsense.
            if not self._heads or "Location" not in self._heads[0].headers:
                raise
            return _begun(url, self._heads[0])
        return replace(exchange, body=body, truncated=truncated)

    def _body(self, answer: httpx.Response) -> tuple[bytes, str | None]:
        """Receive a body until it ends, or until it is too large, too slow or broken off."""
        import httpx

        parts, size = [], 0
        try:
            for part in answer.iter_raw():
                parts.append(part)
                size += len(part)
                if size > MOST_FILE_BYTES:
                    return b"".join(parts)[:_EVIDENCE], "length"
        except httpx.TimeoutException:
            return b"".join(parts), "time"
        except httpx.TransportError:
            return b"".join(parts), "time" if self._deadline.passed else "disconnect"
        return b"".join(parts), "time" if self._deadline.passed else None


def _begun(url: str, answer: httpx.Response) -> Exchange:
    """Return an exchange whose body has not been received yet."""
    return Exchange(
        url=url,
        at=now(),
        request=_texts(answer.request.headers.raw),
        status=answer.status_code,
        reason=answer.reason_phrase,
        headers=_texts(answer.headers.raw),
        body=b"",
    )


def _error_of(state: tenacity.RetryCallState) -> _AgainError:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, _AgainError) else _AgainError("")


def _is_too_long(exchange: Exchange) -> bool:
    """Return whether an answer declares a larger body than is read."""
    promised = exchange.header("Content-Length") or ""
    return promised.isdecimal() and float(promised) > MOST_FILE_BYTES


def _asked_wait(exchange: Exchange) -> float:
    """Return the seconds that `Retry-After` asks for, as a number or a date; 0 if it does not."""
    text = (exchange.header("Retry-After") or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError, IndexError):
        return 0.0


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _texts(raw: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
