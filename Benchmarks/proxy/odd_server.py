"""A model server that is slow, streams, or misbehaves, as the path asks it to: odd_server.py, prints its port.

    /upload?mebibytes=M     reads the body at M MiB a second, answers with the number of bytes
    /download?bytes=N       answers with N bytes as fast as they are taken
    /stream?chunks=N&pause=S  N chunks, one every S seconds, each the time it was sent at; 0 of them: an empty body
    /wait?seconds=S         answers after S seconds
    /error                  answers 500
    /break                  promises 100 000 bytes, sends 1 000 and resets the connection
    /garbage                sends what is no answer
    /close                  answers, and closes the connection
"""

import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

BLOCK = bytes(1 << 18)


class OddHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        split = urlsplit(self.path)
        self._asked = {name: float(values[0]) for name, values in parse_qs(split.query).items()}
        oddity = ODDITIES.get(split.path.rsplit("/", 1)[-1])
        if oddity is None:
            self._answer(404, b"")
            return
        oddity(self)

    do_GET = do_POST

    def log_message(self, *_):
        pass

    def _read_body(self, per_second=None):
        """Reads the request's body; returns how many bytes it had."""
        count, start = 0, time.monotonic()
        for part in self._body_parts():
            count += part
            if per_second:
                time.sleep(max(0, start + count / per_second - time.monotonic()))
        return count

    def _body_parts(self):
        """Yields how many bytes were read."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            yield from self._read_parts(int(self.headers.get("Content-Length", 0)))
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield from self._read_parts(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _read_parts(self, left):
        while left:
            part = self.rfile.read1(min(left, len(BLOCK)))
            if not part:
                raise ConnectionError("the body ended early")
            left -= len(part)
            yield len(part)

    def _answer(self, status, body, close=False):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def upload(self):
        self._answer(200, str(self._read_body(self._asked["mebibytes"] * (1 << 20))).encode())

    def download(self):
        self._read_body()
        left = int(self._asked["bytes"])
        self.send_response(200)
        self.send_header("Content-Length", str(left))
        self.end_headers()
        while left:
            part = BLOCK[:min(left, len(BLOCK))]
            self.wfile.write(part)
            left -= len(part)

    def stream(self):
        self._read_body()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(int(self._asked["chunks"])):
            data = b"data: %d\n\n" % time.monotonic_ns()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            time.sleep(self._asked["pause"])
        self.wfile.write(b"0\r\n\r\n")

    def wait(self):
        self._read_body()
        time.sleep(self._asked["seconds"])
        self._answer(200, b"late")

    def error(self):
        self._read_body()
        self._answer(500, b"no")

    def break_off(self):
        self._read_body()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + bytes(1_000))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def garbage(self):
        self._read_body()
        self.wfile.write(b"\x00\x01\x02 this is no answer\r\n\r\n")
        self.close_connection = True

    def close(self):
        self._read_body()
        self._answer(200, b"bye", close=True)


ODDITIES = {
    "upload": OddHandler.upload, "download": OddHandler.download, "stream": OddHandler.stream, "wait": OddHandler.wait,
    "error": OddHandler.error, "break": OddHandler.break_off, "garbage": OddHandler.garbage, "close": OddHandler.close,
}


class OddServer(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True

    def handle_error(self, *_):
        pass  # Clients that leave are part of the load.


if __name__ == "__main__":
    threading.stack_size(1 << 18)
    server = OddServer(("127.0.0.1", 0), OddHandler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
