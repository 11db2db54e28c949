#!/usr/bin/python3
"""A proxy between vgraph-remote and a real server of caches that does one wrong thing.

usage: faulty-remote.py KIND SERVER_PORT FAULT ONLY      prints its own port

KIND: http (also S3), grpc, or tcp (gRPC below its messages).
FAULT: none; wrong-bytes: another bit in the middle; short: half of a body, with a length that fits; cut: half of a body,
then the line is dead; endless: more and more bytes; errors: 500, or INTERNAL; redirect: to elsewhere; stall: no answer;
vanish: half of a body, then the whole proxy is gone; brief (tcp): a line ends that was silent for 0.2 s; refuse: 403, or PERMISSION_DENIED; full: 507, or
RESOURCE_EXHAUSTED; FROM=TO: who asks for one name gets what has the other, both of one length.
ONLY: results, blobs or all: whose answers are wrong. With puts, what is written too.
"""
import http.client
import http.server
import os
import socket
import sys
import threading
import time

kind, server, fault, only = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]


def flipped(data):
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:] if data else data


def exchanged(text):
    if "=" in fault:
        source, target = fault.split("=")
        one, other = (source, target) if isinstance(text, str) else (source.encode(), target.encode())
        return text.replace(one, other)
    return text


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, status, headers=(), data=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        part = "results" if "/ac/" in self.path else "blobs"
        put = self.command == "PUT"
        wrong = fault if only in ("all", part) else "none"
        if wrong == "errors":
            return self.answer(500)
        if wrong == "redirect":
            return self.answer(302, [("Location", "http://127.0.0.1:1" + self.path)])
        if wrong == "stall":
            time.sleep(3600)
        if put and wrong == "refuse":
            return self.answer(403)
        if put and wrong == "full":
            return self.answer(507)
        upstream = http.client.HTTPConnection("127.0.0.1", server, timeout=20)
        upstream.putrequest(self.command, exchanged(self.path), skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders(body or None)
        answer = upstream.getresponse()
        data = answer.read()
        length = answer.getheader("Content-Length") or "0"
        if put or answer.status != 200 or self.command == "HEAD":
            self.send_response(answer.status)
            self.send_header("Content-Length", length if self.command == "HEAD" else str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)
            return
        if wrong == "wrong-bytes":
            data = flipped(data)
        if wrong == "short":
            data = data[: len(data) // 2]
        if wrong == "endless":
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            while True:
                self.wfile.write(data + b"\0" * (1 << 20))
        if wrong in ("cut", "vanish"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            if wrong == "vanish":
                os._exit(0)
            self.close_connection = True
            self.connection.shutdown(2)
            return
        self.answer(200, data=data)

    do_GET = do_PUT = do_HEAD = forward


def relay():
    """Cuts the line, or all lines, after so many bytes from the server: few for results, more for blobs."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    most = 80 if only in ("all", "results") else 200_000

    def serve(client):
        if fault == "stall":
            time.sleep(3600)
        if fault == "redirect":
            client.recv(1000)
            client.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
            client.shutdown(1)
            while client.recv(1 << 16):
                pass
            return
        upstream = socket.create_connection(("127.0.0.1", server), timeout=0.2 if fault == "brief" else None)

        def upwards():
            try:
                while data := client.recv(1 << 16):
                    upstream.sendall(data)
            except OSError:
                pass
            upstream.close()

        threading.Thread(target=upwards, daemon=True).start()
        count = 0
        try:
            while data := upstream.recv(1 << 14):
                count += len(data)
                if fault in ("cut", "vanish") and count > most:
                    if fault == "vanish":
                        os._exit(0)
                    break
                client.sendall(data)
        except OSError:
            pass
        client.close()
        upstream.close()

    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


def grpc_proxy():
    import concurrent.futures
    import grpc

    channel = grpc.insecure_channel(f"127.0.0.1:{server}", options=[("grpc.max_receive_message_length", -1)])

    class Handler(grpc.GenericRpcHandler):
        def service(self, call):
            method = call.method
            name = method.split("/")[-1]
            part = "results" if "ActionCache" in method else "blobs"
            wrong = fault if only in ("all", part) and "GetCapabilities" not in method else "none"

            def serve(requests, context):
                writes = name in ("UpdateActionResult", "BatchUpdateBlobs", "Write", "FindMissingBlobs")
                if wrong == "errors":
                    context.abort(grpc.StatusCode.INTERNAL, "something went wrong")
                if writes and wrong == "refuse":
                    context.abort(grpc.StatusCode.PERMISSION_DENIED, "not you")
                if writes and wrong == "full":
                    context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no space")
                metadata = [(k, v) for k, v in context.invocation_metadata() if k.startswith("build.")]
                answers = channel.stream_stream(method)(
                    (exchanged(request) for request in requests), metadata=metadata)
                try:
                    messages = list(answers)
                except grpc.RpcError as error:
                    context.abort(error.code(), error.details())
                if writes:
                    yield from messages
                    return
                if wrong == "wrong-bytes":
                    messages = [flipped(message) for message in messages]
                if wrong == "short":
                    # A shorter list of pieces, or half of a message, which may be none.
                    half = len(messages) // 2
                    messages = messages[:half] if half else [messages[0][: len(messages[0]) // 2]]
                if wrong == "endless":
                    if name != "Read":
                        yield messages[0] + b"\x7a\x80\x80\x80\x20" + b"\0" * (64 << 20)
                        return
                    while True:
                        yield from messages
                yield from messages

            return grpc.stream_stream_rpc_method_handler(serve)

    listener = grpc.server(
        concurrent.futures.ThreadPoolExecutor(32), handlers=[Handler()],
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)])
    port = listener.add_insecure_port("127.0.0.1:0")
    listener.start()
    print(port, flush=True)
    listener.wait_for_termination()


if kind == "http":
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
    print(listener.server_address[1], flush=True)
    listener.serve_forever()
elif kind == "tcp":
    relay()
else:
    grpc_proxy()
