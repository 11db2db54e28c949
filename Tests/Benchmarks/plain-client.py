#!/usr/bin/env python3
"""A plain client of a remote cache, which vgraph-remote is measured against: it moves files of the same sizes with as many
connections, signs and checks nothing that its protocol does not ask for, and prints seconds as JSON.

usage: plain-client.py s3 URL FOLDER COUNT      boto3, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; bucket 'films'
       plain-client.py reapi HOST:PORT FOLDER COUNT      grpcio; blobs go in batches, which the API has, and results one by one

FOLDER holds the files 0 to COUNT-1, which are small, 'entry' and 'big'.
"""
import concurrent.futures, hashlib, json, os, pathlib, sys, tempfile, time, uuid

kind, url, folder, count = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
THREADS = 16
PIECE = 1 << 20


def measured(work, items):
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(work, items):
            pass
    return time.perf_counter() - start


def s3():
    import boto3, botocore.config
    config = botocore.config.Config(max_pool_connections=THREADS, s3={"addressing_style": "path"})
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", config=config)
    entry = (folder / "entry").read_bytes()

    def put(n):
        client.put_object(Bucket="films", Key=f"plain/cas/{n:064x}", Body=(folder / str(n)).read_bytes())
        client.put_object(Bucket="films", Key=f"plain/ac/{n:064x}", Body=entry)

    def get(n):
        (out / f"c{n}").write_bytes(client.get_object(Bucket="films", Key=f"plain/cas/{n:064x}")["Body"].read())
        (out / f"a{n}").write_bytes(client.get_object(Bucket="films", Key=f"plain/ac/{n:064x}")["Body"].read())

    def put_big(_):
        with open(folder / "big", "rb") as file:
            client.put_object(Bucket="films", Key="plain/cas/big", Body=file)

    def get_big(_):
        with open(out / "big", "wb") as file:
            for piece in client.get_object(Bucket="films", Key="plain/cas/big")["Body"].iter_chunks(PIECE):
                file.write(piece)

    return put, get, range(count), range(count), put_big, get_big


def reapi():
    import grpc

    def varint(n):
        out = b""
        while n >= 0x80:
            out, n = out + bytes([n & 0x7f | 0x80]), n >> 7
        return out + bytes([n])

    def field(number, value):
        if isinstance(value, int):
            return varint(number << 3) + varint(value)
        value = value.encode() if isinstance(value, str) else value
        return varint(number << 3 | 2) + varint(len(value)) + value

    def fields(message):
        at = 0

        def number():
            nonlocal at
            value, shift = 0, 0
            while True:
                byte = message[at]
                at, value, shift = at + 1, value | (byte & 0x7f) << shift, shift + 7
                if byte < 0x80:
                    return value

        while at < len(message):
            key = number()
            if key & 7 == 0:
                yield key >> 3, number()
            else:
                size = number()
                yield key >> 3, message[at:at + size]
                at += size

    def digest(sum, size):
        return field(1, sum) + field(2, size)

    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    # One connection for each thread, as vgraph-remote has.
    channels = [grpc.insecure_channel(url, options + [("grpc.use_local_subchannel_pool", 1), ("number", n)]) for n in range(THREADS)]
    package = "/build.bazel.remote.execution.v2."

    def calls(method, how="unary_unary"):
        return [getattr(channel, how)(method) for channel in channels]

    update, batch = calls(package + "ActionCache/UpdateActionResult"), calls(package + "ContentAddressableStorage/BatchUpdateBlobs")
    result, read = calls(package + "ActionCache/GetActionResult"), calls(package + "ContentAddressableStorage/BatchReadBlobs")
    write_stream, read_stream = calls("/google.bytestream.ByteStream/Write", "stream_unary"), calls("/google.bytestream.ByteStream/Read", "unary_stream")
    entry = (folder / "entry").read_bytes()
    known = {}

    def action(n):
        return digest(hashlib.sha256(f"plain {n}".encode()).hexdigest(), 100)

    def put_batch(first):
        request = b""
        for n in range(first, min(count, first + 500)):
            content = (folder / str(n)).read_bytes()
            known[n] = digest(hashlib.sha256(content).hexdigest(), len(content))
            request += field(2, field(1, known[n]) + field(2, content))
        batch[first // 500 % THREADS](request)

    def put_result(n):
        value = field(2, field(1, f"out/{n}") + field(2, known[n])) + field(5, entry)
        update[n % THREADS](field(2, action(n)) + field(3, value))

    def put(work):
        put_batch(work[1]) if work[0] == "batch" else put_result(work[1])

    def get(work):
        if work[0] == "result":
            (out / f"a{work[1]}").write_bytes(result[work[1] % THREADS](field(2, action(work[1]))))
            return
        first = work[1]
        answer = read[first // 500 % THREADS](b"".join(field(2, known[n]) for n in range(first, min(count, first + 500))))
        for n, (_, response) in enumerate(fields(answer), first):
            (out / f"c{n}").write_bytes(dict(fields(response)).get(2, b""))

    def named():
        sum = hashlib.sha256()
        with open(folder / "big", "rb") as file:
            while piece := file.read(PIECE):
                sum.update(piece)
        return f"{sum.hexdigest()}/{os.path.getsize(folder / 'big')}"

    def put_big(_):
        size, name = os.path.getsize(folder / "big"), named()

        def pieces():
            with open(folder / "big", "rb") as file:
                at = 0
                while piece := file.read(PIECE):
                    head = field(1, f"uploads/{uuid.uuid4()}/blobs/{name}") if at == 0 else b""
                    yield head + (field(2, at) if at else b"") + (field(3, 1) if at + len(piece) == size else b"") + field(10, piece)
                    at += len(piece)

        write_stream[0](pieces())
        known["big"] = name

    def get_big(_):
        with open(out / "big", "wb") as file:
            for message in read_stream[0](field(1, f"blobs/{known['big']}")):
                file.write(dict(fields(message))[10])

    firsts = [("batch", n) for n in range(0, count, 500)]
    results = [("result", n) for n in range(count)]
    return put, get, firsts, results, put_big, get_big


# What it wrote stays: who removes thousands of files makes the next one wait for inodes.
out = pathlib.Path(tempfile.mkdtemp(dir=folder.parent))
put, get, first, second, put_big, get_big = {"s3": s3, "reapi": reapi}[kind]()
if kind == "s3":
    up, down = measured(put, first), measured(get, first)
else:
    # A result may name only blobs that are there.
    up = measured(put, first) + measured(put, second)
    down = measured(get, second + first)
assert (out / f"c{count - 1}").read_bytes() == (folder / str(count - 1)).read_bytes()
big_up, big_down = measured(put_big, [0]), measured(get_big, [0])
assert (out / "big").stat().st_size == (folder / "big").stat().st_size
print(json.dumps({"up": up, "down": down, "big_up": big_up, "big_down": big_down}))
