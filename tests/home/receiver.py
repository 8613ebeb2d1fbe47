"""Another program that is told of changes: a real server on this machine, which answers what a test wants."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Thread
from typing import Any, NamedTuple


class Message(NamedTuple):
    """A request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def kinds(self) -> list[str]:
        return [change["kind"] for change in self.content["changes"]]

    @property
    def cursors(self) -> list[int]:
        return [int(change["cursor"]) for change in self.content["changes"]]


class Receiver:
    """`answers` are used up one by one, then everything is answered 204. An answer is a status, with headers or
    without, or a function that is called with the handler and may do anything.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.answers: list[Any] = []
        self.url = ""

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.messages.append(Message(handler.path, headers, body))
        answer = self.answers.pop(0) if self.answers else 204
        if callable(answer):
            do: Callable[[BaseHTTPRequestHandler], None] = answer
            do(handler)
            return
        status, more = answer if isinstance(answer, tuple) else (answer, {})
        handler.send_response(status)
        for name, value in {"Content-Length": "0", **more}.items():
            handler.send_header(name, value)
        handler.end_headers()


@contextmanager
def receiving(host: str = "127.0.0.1", context: SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver at `url`, until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.handle(self)

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *args: Any) -> None:
            # The client went away, which some tests want.
            pass

    with Server((host, 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https" if context else "http"
        receiver.url = f"{scheme}://localhost:{server.server_address[1]}/hook"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield receiver
        finally:
            server.shutdown()
