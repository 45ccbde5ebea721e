"""One kept connection of a client, with nothing hidden: bytes out, bytes in."""

import json
import socket

from processes import BenchFailure


def post(path, body, fields=""):
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n{fields}\r\n".encode() + body


class KeptConnection:
    def __init__(self, port, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""

    def exchange(self, request):
        """Sends the bytes of a request; returns status and body of the answer, which must have a Content-Length."""
        self.socket.sendall(request)
        head = self.read_until(b"\r\n\r\n").decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        return int(head.split(" ", 2)[1]), self.read(int(fields["content-length"]))

    def read_until(self, mark):
        while mark not in self._unread:
            self._receive()
        taken, _, self._unread = self._unread.partition(mark)
        return taken + mark

    def read(self, count):
        while len(self._unread) < count:
            self._receive()
        taken, self._unread = self._unread[:count], self._unread[count:]
        return taken

    def take_unread(self):
        """Forgets what was received and not read; returns how many bytes that were."""
        count, self._unread = len(self._unread), b""
        return count

    def _receive(self):
        part = self.socket.recv(1 << 16)
        if not part:
            raise ConnectionError("closed")
        self._unread += part

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def require_ok(connection, request):
    status, body = connection.exchange(request)
    if status != 200:
        raise BenchFailure(f"a request was answered with {status}: {body[:300]!r}")
    return body
