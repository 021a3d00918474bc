"""A small application, to look at the worker of the web server alone."""

from http import HTTPStatus


def application(environ, start_response):
    """Answer with as many octets as the path says; read the body where it is posted to /read."""
    path = environ["PATH_INFO"].strip("/")
    status, body = HTTPStatus.OK, b"."
    if path.isdigit():
        body = b"." * int(path)
    elif path == "read":
        body = b"%d octets" % len(environ["wsgi.input"].read())
    elif path == "refuse":
        status = HTTPStatus.BAD_REQUEST
    headers = [("Content-Length", str(len(body))), ("X-Path", path)]
    start_response(f"{status} {status.phrase}", headers)
    return [body]
