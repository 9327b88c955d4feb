"""What an object store's errors mean for a dataset's root, and what to do about them.

This module holds those sentences. The caller says which step met the error.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator


def _failures() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError

    # A malformed endpoint or bucket's name is a plain ValueError there, and a redirect to another
    # region is followed until Python's stack is used up.
    return OSError, ValueError, RecursionError, BotoCoreError, ClientError


@contextmanager
def s3_errors_named(action: str, where: str) -> Iterator[None]:
    """Turn a store's error in the block into a `SourceError` that names the object.

    Args:
        action: What was tried, as in "read".
        where: The object or root, for the message.
    """
    try:
        yield
    except _failures() as error:
        raise SourceError(f"cannot {action} {where}: {_advice(error)}") from error


_ELSEWHERE = (
    "PermanentRedirect",
    "IllegalLocationConstraint",
    "AuthorizationHeaderMalformed",
    "RecursionError",
)
_MEANINGS = (
    (
        ("ExpiredToken", "TokenRefreshRequired", "RequestExpired", "token has expired"),
        "the credentials have expired; log in again and run the command again",
    ),
    (
        ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "NoCredentialsError"),
        "no valid credentials; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    ),
    (
        _ELSEWHERE,
        "the bucket is in another region, or at another endpoint; set AWS_REGION to its own",
    ),
    (
        ("Invalid endpoint", "EndpointConnectionError", "Invalid IPv6 URL"),
        "the endpoint cannot be reached; check AWS_ENDPOINT_URL",
    ),
    (
        ("Invalid bucket name", "InvalidBucketName"),
        "a bucket cannot have that name; check the root's name",
    ),
)
"""Words of an error, or the name of its type, and what they mean; the first that fits counts."""


def _advice(error: Exception) -> str:
    words = _words(error)
    for known, meaning in _MEANINGS:
        if any(word in words for word in known):
            return meaning
    if isinstance(error, FileNotFoundError):
        return "there is no such object or bucket; check the root's name"
    if isinstance(error, PermissionError):
        return "access denied; check the credentials and the bucket's policy"
    return _first_line(error)


def _words(error: BaseException) -> str:
    """Return the texts of an error and of its causes; the library rewrites some errors."""
    said: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(said) < _DEEPEST:
        said.append(f"{type(seen).__name__} {seen}")
        seen = seen.__cause__
    return " ".join(said)


_DEEPEST = 10


def _first_line(error: BaseException) -> str:
    """Return the first line of an error's text, or its name where it has none."""
    return (str(error) or type(error).__name__).partition("\n")[0]
