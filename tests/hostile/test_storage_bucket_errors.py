"""An object store that refuses: each answer is one line, and the right one."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from tests.loopback import running
from tests.warehouse.conftest import NOW, a_release
from warehouse.database.query import run_sql
from warehouse.storage.roots import open_root
from warehouse.versions import newest, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow


@contextmanager
def _refusing(status: int, code: str) -> Iterator[str]:
    class Refusing(BaseHTTPRequestHandler):
        def _refuse(self) -> None:
            body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _refuse  # noqa: N815 - the library's names

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as above
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    import s3fs

    def use(endpoint: str) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        s3fs.S3FileSystem.clear_instance_cache()

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    yield use
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (404, "NoSuchBucket", "no such object or bucket"),
        (400, "ExpiredToken", "the credentials have expired"),
        (403, "InvalidAccessKeyId", "no valid credentials"),
        (403, "SignatureDoesNotMatch", "no valid credentials"),
        (403, "AccessDenied", "access denied"),
        (301, "PermanentRedirect", "the bucket is in another region"),
        (400, "AuthorizationHeaderMalformed", "the bucket is in another region"),
    ],
)
def test_a_refusal_is_one_line_that_says_what_to_do(
    credentials: Callable[[str], None], status: int, code: str, sentence: str
) -> None:
    with _refusing(status, code) as endpoint:
        credentials(endpoint)
        root = "s3://some-bucket/data"
        for act in (
            lambda: newest(root),
            lambda: publish(root, [a_release()], source="a test", now=NOW),
        ):
            with pytest.raises(SourceError, match=sentence) as caught:
                act()
            assert "\n" not in str(caught.value)
            assert "s3://some-bucket/data" in str(caught.value)


@pytest.mark.parametrize("endpoint", ["not an address", "http://", "http://[::1", "ftp://x"])
def test_a_malformed_endpoint_is_one_line(
    credentials: Callable[[str], None], endpoint: str
) -> None:
    credentials(endpoint)
    with pytest.raises(SourceError, match=r"s3://some-bucket/data.*endpoint") as caught:
        newest("s3://some-bucket/data")
    assert "\n" not in str(caught.value)


def test_a_bucket_that_is_missing_is_no_dataset_that_is_missing(
    credentials: Callable[[str], None],
) -> None:
    with _refusing(404, "NoSuchBucket") as endpoint:
        credentials(endpoint)
        with pytest.raises(SourceError, match="no such object or bucket"):
            run_sql("s3://some-bucket/data", "SELECT 1")
        assert open_root("s3://some-bucket/data").describe() == "s3://some-bucket/data"
