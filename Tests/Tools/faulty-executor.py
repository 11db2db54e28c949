#!/usr/bin/python3
"""A proxy between vgraph-remote and a real server that executes, which does one wrong thing.

usage: faulty-executor.py SERVER_PORT FAULT LOG     prints its own port; LOG gets the name of each call of Execution

FAULT: none; cut: the first stream of Execute breaks after its first message; forget: so does each, and no operation is
known again; queue: every action waits for a machine; failure-kept: the server's cache of actions gets exit status 127 for
each action before it is asked for; nothing-kept: the same with status 0 and no outputs; nothing: status 0 and no outputs;
other-bytes: another bit in what is read; other-outputs: a reply that names an output which no stage has; other-files: a
reply that names files which did not come; unsent: a reply that says it read /etc/passwd; lost: every operation ends
because its machine was lost; lost-inputs: the first action of each kind lacks an input; silent: no answer to Execute, and
none to anything else from then on; vanish: as soon as an action runs, the proxy is gone.
"""
import concurrent.futures
import hashlib
import json
import os
import sys
import threading
import time

import grpc

server, fault, log = int(sys.argv[1]), sys.argv[2], open(sys.argv[3], "a", buffering=1)
REAPI = "build.bazel.remote.execution.v2."


def varint(number):
    out = b""
    while True:
        byte, number = number & 127, number >> 7
        out += bytes([byte | (128 if number else 0)])
        if not number:
            return out


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def parse(data):
    at, fields = 0, []

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            fields.append((key >> 3, number()))
        else:
            length = number() if key & 7 == 2 else {1: 8, 5: 4}[key & 7]
            fields.append((key >> 3, data[at:at + length]))
            at += length
    return fields


def digest(data):
    return field(1, hashlib.sha256(data).hexdigest()) + field(2, len(data))


def any_of(name, data):
    return field(1, "type.googleapis.com/" + REAPI + name) + field(2, data)


def done(response):
    """An operation that has ended with an ExecuteResponse."""
    return field(1, "faulty") + field(3, 1) + field(5, any_of("ExecuteResponse", response))


def flipped(data):
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:] if data else data


# What this proxy made itself, by SHA-256.
own = {}


def keep(data):
    own[hashlib.sha256(data).hexdigest()] = data
    return digest(data)


def forged(outcome):
    """An action that ended well and left the reply that we like."""
    outcome = {"discovered": [], "diagnostics": [], **outcome}
    reply = keep(json.dumps({"id": 0, "outcome": outcome}).encode())
    file = keep(b"anything")
    top = field(1, field(1, "frames.json") + field(2, file)) + field(1, field(1, "outcome.json") + field(2, reply))
    tree = keep(field(1, top))
    result = field(3, field(1, "out") + field(3, tree))
    return done(field(1, result))


channel = grpc.insecure_channel(f"127.0.0.1:{server}", options=[("grpc.max_receive_message_length", -1)])
lock, seen, state = threading.Lock(), set(), {"cuts": 0, "silent": False}


def execute(request, call, context):
    action = next(value for number, value in parse(request) if number == 6)
    skips = any(number == 3 and value for number, value in parse(request))
    log.write("Execute" + (" anew" if skips else "") + "\n")
    if fault == "queue":
        metadata = field(2, any_of("ExecuteOperationMetadata", field(1, 2)))
        while context.is_active():
            yield field(1, "faulty/queued") + metadata
            time.sleep(0.2)
        return
    if fault == "silent":
        state["silent"] = True
        while context.is_active():
            time.sleep(0.2)
        return
    if fault == "lost":
        yield field(1, "faulty") + field(3, 1) + field(4, field(1, 14) + field(2, "the machine was lost"))
        return
    if fault == "nothing":
        yield done(field(1, b""))
        return
    if fault == "other-outputs":
        yield forged({"outputs": {"bogus": ["frames.json"]}})
        return
    if fault == "other-files":
        yield forged({"outputs": {"frames": ["../../frames.json"]}})
        return
    if fault == "unsent":
        yield forged({
            "outputs": {"frames": ["frames.json"]},
            "discovered": [{"path": "/etc/passwd", "digest": "0" * 32}],
        })
        return
    if fault == "lost-inputs":
        with lock:
            first = action not in seen
            seen.add(action)
        if first:
            yield done(field(3, field(1, 5) + field(2, "an input is missing")))
            return
    if fault in ("failure-kept", "nothing-kept") and not skips:
        kept = field(4, 127) if fault == "failure-kept" else field(5, "nothing was made")
        channel.unary_unary(f"/{REAPI}ActionCache/UpdateActionResult")(field(2, action) + field(3, kept))
    for message in call(request):
        yield message
        if fault == "vanish":
            os._exit(0)
        with lock:
            cuts = fault == "forget" or (fault == "cut" and state["cuts"] == 0)
            state["cuts"] += 1 if cuts else 0
        if cuts:
            context.abort(grpc.StatusCode.UNAVAILABLE, "cut")


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        method = details.method
        name = method.split("/")[-1]

        def serve(requests, context):
            metadata = [(k, v) for k, v in context.invocation_metadata() if k.startswith("build.")]
            try:
                if name == "Execute":
                    upstream = channel.unary_stream(method)
                    yield from execute(next(requests), lambda request: upstream(request, metadata=metadata), context)
                    return
                if name in ("WaitExecution", "CancelOperation"):
                    log.write(name + "\n")
                if name == "WaitExecution" and fault == "forget":
                    context.abort(grpc.StatusCode.NOT_FOUND, "it is not known")
                if name == "CancelOperation" and fault == "queue":
                    next(requests)
                    yield b""
                    return
                while state["silent"] and context.is_active():
                    time.sleep(0.2)
                if name == "BatchReadBlobs" and own:
                    request = next(requests)
                    wanted = [value for number, value in parse(request) if number == 2]
                    hashes = [dict(parse(value))[1].decode() for value in wanted]
                    if all(text in own for text in hashes):
                        yield b"".join(
                            field(1, field(1, value) + field(2, own[text])) for value, text in zip(wanted, hashes))
                        return
                    requests = iter([request])
                for message in channel.stream_stream(method)(requests, metadata=metadata):
                    yield flipped(message) if fault == "other-bytes" and name in ("BatchReadBlobs", "Read") else message
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())

        return grpc.stream_stream_rpc_method_handler(serve)


listener = grpc.server(
    concurrent.futures.ThreadPoolExecutor(64), handlers=[Handler()],
    options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)])
port = listener.add_insecure_port("127.0.0.1:0")
listener.start()
print(port, flush=True)
listener.wait_for_termination()
