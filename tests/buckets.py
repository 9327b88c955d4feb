"""An object store for tests: a server that speaks S3's protocol on loopback, with one bucket."""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from tests.loopback import running
from warehouse.storage.roots import open_root

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def a_bucket() -> Iterator[str]:
    """Serve `s3://bucket`, set the environment for it, and return the server's address."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
    from s3fs import S3FileSystem
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    class AtOnce(MotoRequestHandler):
        """Sends a body without waiting for the client to acknowledge the head."""

        disable_nagle_algorithm = True

    # S3 alone: moto's whole server looks through all services of AWS at each request.
    server = make_server(
        "127.0.0.1", 0, create_backend_app("s3"), threaded=True, request_handler=AtOnce
    )
    address = f"http://127.0.0.1:{server.server_port}"
    with running(server), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "someone")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "something")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", address)
        # A process keeps file systems, with the address of an earlier server. All servers have
        # the same buckets; each test has a prefix of its own.
        S3FileSystem.clear_instance_cache()
        with suppress(FileExistsError):
            open_root("s3://bucket").files.mkdir("bucket")
        yield address
