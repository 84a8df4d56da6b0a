"""Serves the specimens to the browser: pages from a table, static files from where Django finds them, strict policy."""

import mimetypes
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.contrib.staticfiles import finders

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)


class Quiet(WSGIRequestHandler):
    """Says nothing on the terminal."""

    def log_message(self, *args):
        """Keep quiet."""


class Server:
    """Pages by path; a page is a function of the query and the request's headers. Posts are kept in `posts`."""

    def __init__(self):
        self.pages = {}
        self.posts = []
        self.httpd = make_server("127.0.0.1", 0, self.answer, handler_class=Quiet)
        self.url = f"http://localhost:{self.httpd.server_port}"
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()

    def answer(self, environ, start_response):
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "POST":
            self.posts.append((path, environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()))
        if path.startswith("/static/"):
            return self.static(path.removeprefix("/static/"), start_response)
        page = self.pages.get(path)
        body = page(parse_qs(urlsplit("?" + environ["QUERY_STRING"]).query), environ).encode() if page else b"missing"
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", POLICY)]
        start_response("200 OK" if page else "404 Not Found", headers)
        return [body]

    def static(self, name, start_response):
        found = finders.find(name)
        if not found:
            start_response("404 Not Found", [])
            return [b""]
        start_response("200 OK", [("Content-Type", mimetypes.guess_type(name)[0] or "application/octet-stream")])
        return [Path(found).read_bytes()]

    def stop(self):
        self.httpd.shutdown()
        self.httpd.server_close()
