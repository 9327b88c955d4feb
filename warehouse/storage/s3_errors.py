"""What an object store's errors mean for a dataset's root, and what to do about them.

Here belong those sentences. Which step met the error is said by whoever took it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator


def _failures() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError

    return OSError, BotoCoreError, ClientError


@contextmanager
def s3_errors_named(action: str, where: str) -> Iterator[None]:
    """Turn a store's error into one line that names the object."""
    try:
        yield
    except _failures() as error:
        raise SourceError(f"cannot {action} {where}: {_advice(error)}") from error


def _advice(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such object or bucket; check the root's name"
    if isinstance(error, PermissionError):
        return "access denied; check the credentials and the bucket's policy"
    if type(error).__name__ == "NoCredentialsError":
        return "no credentials; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    return (str(error) or type(error).__name__).partition("\n")[0]
