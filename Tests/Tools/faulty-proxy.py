#!/usr/bin/env python3
"""A proxy between a client of S3 and its server that does one wrong thing to films.

usage: faulty-proxy.py SERVER_PORT FAULT      prints its own port

FAULT: none; cut-put: half of a body, then the line is dead; refuse-put: 500; lose-put: 200, and nothing is stored;
wrong-get: another byte in the middle; cut-get: half of a body.
"""
import http.client
import http.server
import sys

server, fault = int(sys.argv[1]), sys.argv[2]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def forward(self):
        wrong = fault if self.path.endswith(".mp4") else "none"
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        put = self.command == "PUT"
        if put and wrong == "refuse-put":
            self.send_response(500)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if put and wrong == "lose-put":
            self.send_response(200)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        upstream = http.client.HTTPConnection("127.0.0.1", server, timeout=20)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "expect":
                upstream.putheader(name, value)
        if put and wrong == "cut-put":
            upstream.endheaders(body[: len(body) // 2])
            upstream.sock.close()
            self.close_connection = True
            return
        upstream.endheaders(body or None)
        answer = upstream.getresponse()
        data = answer.read()
        if not put and answer.status == 200 and wrong == "wrong-get":
            data = data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1:]
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if not put and answer.status == 200 and wrong == "cut-get":
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)
            return
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_PUT = do_HEAD = forward


listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(listener.server_address[1], flush=True)
listener.serve_forever()
