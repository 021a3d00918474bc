"""Real SMTP servers that take, refuse, put off and die."""

import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

TAKEN = "250 2.0.0 Ok: queued as 4F1"


class Server:
    """What a server does with what it is given, and what it has taken."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.to_sender = "250 Ok"
        self.to_recipient = "250 Ok"
        self.to_data = TAKEN
        self.dies_after_data = False
        self.was_encrypted: list[bool] = []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 -- as aiosmtpd asks
        """Answer who it is from."""
        del server, session
        if self.to_sender.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.to_sender

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- as aiosmtpd asks
        """Answer who the mail is for."""
        del server, session, options
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- as aiosmtpd asks
        """Take the mail, or not."""
        if self.to_data.startswith("250"):
            self.taken.append(envelope.content)
            self.was_encrypted.append(session.ssl is not None)
        if self.dies_after_data:
            server.transport.abort()
        return self.to_data


class OnAnyPort(Controller):
    """A controller that looks whether its server answers where it listens, and not at port 0."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def served(server: Server, **more: object) -> Iterator[int]:
    """Run a server; the port that it listens on."""
    controller = OnAnyPort(server, hostname="127.0.0.1", port=0, **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def refusing_server(greeting: str) -> Iterator[int]:
    """Run a server that greets each connection with these words and hangs up; its port."""

    class Greeting(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(f"{greeting}\r\n".encode())

    with socketserver.TCPServer(("127.0.0.1", 0), Greeting) as server:
        running = Thread(target=server.serve_forever, daemon=True)
        running.start()
        yield server.server_address[1]
        server.shutdown()
        running.join()


def tls_context(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return what a server at localhost encrypts with, and the certificate to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # By whichever clock it is looked at: the one of the tests, or the machine's.
        .not_valid_before(now - timedelta(days=730))
        .not_valid_after(now + timedelta(days=730))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "server.pem", folder / "server.key"
    trusted.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted
