"""Benchmarks of remote caches, for run.py: real servers on loopback, and vgraph-remote against plain clients."""
import json, os, pathlib, resource, shutil, socket, statistics, subprocess, sys, time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CONNECTIONS = 16
# Nothing is removed before the end: ext4 searches long for an inode where thousands were freed in the last minutes, and
# who comes later would pay for it.


def wait_for(port, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"no server on port {port}")


class Server:
    """A server of one kind in a folder of its own: what vgraph calls it, and what a plain client needs."""

    def __init__(self, kind, scratch):
        self.kind, self.folder, self.environment = kind, scratch / kind, {}
        self.folder.mkdir()
        self.port = {"http": 18990, "s3": 18993, "reapi": 18980}[kind]
        self.plain = f"http://127.0.0.1:{self.port}"
        command = getattr(self, kind)()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port)
        if kind == "s3":
            # The bucket can be made once all of its parts know each other.
            sign = ["--aws-sigv4", "aws:amz:us-east-1:s3", "-u", "writer:writersecret"]
            while subprocess.run(["curl", "-sf", *sign, "-X", "PUT", f"{self.plain}/films"], capture_output=True).returncode:
                time.sleep(0.2)

    def installed(self, name):
        folder = ROOT / ".build/remote-servers"
        subprocess.run([str(ROOT / "Tests/Tools/remote-servers"), str(folder)], check=True)
        return str(folder / name)

    def http(self):
        for name in ["data/ac", "data/cas", "data/tmp", "tmp"]:
            (self.folder / name).mkdir(parents=True)
        (self.folder / "nginx.conf").write_text(f"""
{"user root;" if os.geteuid() == 0 else ""} worker_processes 2; daemon off; pid {self.folder}/pid; error_log {self.folder}/log crit;
events {{ worker_connections 512; }}
http {{ access_log off; client_body_temp_path {self.folder}/data/tmp; client_max_body_size 0; sendfile on; tcp_nopush on;
  proxy_temp_path {self.folder}/tmp; fastcgi_temp_path {self.folder}/tmp; uwsgi_temp_path {self.folder}/tmp; scgi_temp_path {self.folder}/tmp;
  server {{ listen 127.0.0.1:{self.port}; root {self.folder}/data; location / {{ dav_methods PUT; create_full_put_path on; }} }} }}
""")
        self.url = self.plain
        return ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def s3(self):
        (self.folder / "data").mkdir()
        (self.folder / "s3.json").write_text(json.dumps({"identities": [{
            "name": "writer", "credentials": [{"accessKey": "writer", "secretKey": "writersecret"}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}))
        self.url = "s3://films/team"
        self.environment = {"VGRAPH_REMOTE_ENDPOINT": self.plain, "AWS_ACCESS_KEY_ID": "writer", "AWS_SECRET_ACCESS_KEY": "writersecret"}
        return [self.installed("weed"), "server", f"-dir={self.folder}/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.port=18994", "-volume.port=18995", "-filer", "-filer.port=18996",
                "-s3", f"-s3.port={self.port}", f"-s3.config={self.folder}/s3.json", "-master.volumeSizeLimitMB=1024", "-volume.max=20"]

    def reapi(self):
        self.url, self.plain = f"grpc://127.0.0.1:{self.port}", f"127.0.0.1:{self.port}"
        return [self.installed("buildbox-casd"), f"--bind=127.0.0.1:{self.port}", "--quota-high=8G", "--reserved=100M", "--log-level=warning", str(self.folder / "cas")]

    def end(self):
        self.process.terminate()
        self.process.wait()


def fresh_copy(folder, to):
    """Another machine: the same files, no cache and no film."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("cache", "*.mp4"))
    return to


def build(bench, folder, target, server, access):
    environment = dict(os.environ, VGRAPH_REMOTE=server.url, VGRAPH_REMOTE_ACCESS=access, XDG_DATA_HOME="/nonexistent", **server.environment)
    start = time.perf_counter()
    done = subprocess.run([str(bench.VGRAPH), "-C", str(folder), "build", "--json", target], capture_output=True, text=True, env=environment)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 3):
        sys.exit(f"vgraph build with {server.url} exited {done.returncode}: {done.stdout[-2000:]}{done.stderr}")
    return seconds, [json.loads(line) for line in done.stdout.splitlines()]


def film(bench, scratch, server, folder, full):
    size = (folder / "long.mp4").stat().st_size
    filled, _ = build(bench, fresh_copy(folder, scratch / "first"), "long.mp4", server, "read-write")
    walls, bytes_down, ran = [], 0, 0
    for _ in range(3):
        wall, events = build(bench, fresh_copy(folder, scratch / "second"), "long.mp4", server, "read-only")
        walls.append(wall)
        ran = events[-1]["ran"]
        bytes_down = sum(event["bytes_down"] for event in events if event["event"] == "remote")
    assert (scratch / "second/long.mp4").read_bytes() == (folder / "long.mp4").read_bytes()
    cold = statistics.median(walls)
    print(f"remote  {server.kind}: cold machine {cold:.2f} s, full build {full:.2f} s: {cold / full * 100:.1f} % (goal <= 5), {ran} nodes ran; "
          f"{bytes_down / 1e6:.2f} MB came, the film has {size / 1e6:.2f} MB: {bytes_down / size:.2f}x (goal <= 1.20); filling it {filled:.2f} s, {filled / full:.2f}x the build", flush=True)


def xxh3(paths):
    """XXH3-128 of files, as vgraph names blobs."""
    out = subprocess.run(["xargs", "-0", "xxhsum", "-q", "-H2"], input="\0".join(map(str, paths)).encode(), capture_output=True, check=True).stdout.decode()
    return [line.split()[0] for line in out.splitlines()]


class Lines:
    """vgraph-remote by its lines, with so many requests under way."""

    def __init__(self, bench, server, window=256):
        self.window = window
        remote = {"name": "bench", "url": server.url, "access": "read-write", "publicKeys": [], "timeout": 60, "concurrency": CONNECTIONS, "executes": False}
        if "VGRAPH_REMOTE_ENDPOINT" in server.environment:
            remote["endpoint"] = server.environment["VGRAPH_REMOTE_ENDPOINT"]
        self.process = subprocess.Popen([str(bench.VGRAPH.parent / "vgraph-remote")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ, **server.environment))
        self.send([json.dumps({"id": 0, "open": {"remotes": [remote], "download": "all"}})])

    def send(self, lines):
        self.process.stdin.write(("\n".join(lines) + "\n").encode())
        self.process.stdin.flush()

    def ask(self, requests):
        """Seconds until all are answered, and the answers."""
        lines = [json.dumps(dict(request, id=n + 1)) for n, request in enumerate(requests)]
        start, answers, sent = time.perf_counter(), [], 0
        while len(answers) < len(lines):
            room = self.window - (sent - len(answers))
            # As the engine does, which hands over what there is whenever answers came.
            if sent < len(lines) and room >= self.window // 8:
                self.send(lines[sent:sent + room])
                sent += room
            answers.append(self.process.stdout.readline())
        seconds = time.perf_counter() - start
        found = [json.loads(line) for line in answers]
        for line in found:
            if "warning" in line:
                sys.exit(f"vgraph-remote warns: {line}")
        return seconds, [line for _, line in sorted((line["id"], line) for line in found)]

    def end(self):
        """Its processor seconds."""
        self.send(['{"finish":{"seconds":1}}'])
        self.process.stdin.close()
        self.process.stdout.read()
        _, _, used = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        return used.ru_utime + used.ru_stime


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def curl(server, scratch, made, count, big):
    """Transfers of files by one curl with as many connections."""
    out = scratch / f"curl-{server.kind}"
    out.mkdir()
    base, more = server.plain, ""
    if server.kind == "s3":
        base, more = f"{server.plain}/films/curl", '\nuser = "writer:writersecret"\naws-sigv4 = "aws:amz:us-east-1:s3"'

    def run(transfers, upload):
        config = scratch / "curl"
        config.write_text("\nnext\n".join(f'url = "{base}/{path}"{more}\n' + (f'upload-file = "{file}"' if upload else f'output = "{file}"') for path, file in transfers))
        start = time.perf_counter()
        subprocess.run(["curl", "-s", "-f", "-Z", "--parallel-max", str(CONNECTIONS), "-K", str(config)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - start

    # For each a blob and an entry, under names that were never there, as in a first build.
    up = run([(f"cas/{n:064x}", made / f"{n}") for n in range(count)] + [(f"ac/{n:064x}", made / "entry") for n in range(count)], True)
    down = run([(f"cas/{n:064x}", out / f"c{n}") for n in range(count)] + [(f"ac/{n:064x}", out / f"a{n}") for n in range(count)], False)
    figures = {"up": up, "down": down}
    if big:
        figures["big_up"] = run([("cas/" + "f" * 64, made / "big")], True)
        figures["big_down"] = run([("cas/" + "f" * 64, out / "big")], False)
    return figures


def plain(server, made, count):
    """The same by plain-client.py; its imports do not count."""
    # Debian's python3 has grpcio.
    python = "/usr/bin/python3" if server.kind == "reapi" else sys.executable
    done = subprocess.run([python, str(HERE / "plain-client.py"), server.kind, server.plain, str(made), str(count)],
                          capture_output=True, text=True, env=dict(os.environ, **server.environment))
    if done.returncode:
        sys.exit(f"plain-client.py {server.kind}: {done.stderr}")
    return json.loads(done.stdout)


def manifest(number):
    return {"stage": "bench", "version": 1, "parameters": {"number": number}, "inputs": [], "tools": {}}


def canonical(number):
    fields = ["manifest 1", "stage", "", "bench", "version", "", "1", "parameter", "number", str(number)]
    return b"".join(len(text.encode()).to_bytes(8, "little") + text.encode() for text in fields)


def record(number, key, blob):
    return {"key": key, "manifest": manifest(number),
            "outputs": [{"name": "out", "type": "out", "fileName": "out.bin", "blobs": [blob]}], "discovered": [], "diagnostics": [], "cost": {"wall": 1, "cpu": 1},
            "origin": {"user": "bench", "host": "bench", "time": "2026-01-01T00:00:00Z", "vgraph": "0.1.0", "node": f"all.out:s[{number}]"}}


class Material:
    """A local cache with many small blobs and a large one, and the records that name them."""

    def __init__(self, scratch, count, big):
        self.count, self.big, self.root = count, big, scratch / "made"
        self.files, manifests = scratch / "blobs", scratch / "manifests"
        for name in ["blobs", "records", "runs", "state", "tmp", "scratch"]:
            (self.root / name).mkdir(parents=True)
        (self.root / "FORMAT").write_text("vgraph cache 2\n")
        self.files.mkdir()
        manifests.mkdir()
        for n in range(count):
            (self.files / f"{n}").write_bytes(os.urandom(2000))
        (self.files / "entry").write_bytes(os.urandom(1200))
        with open(self.files / "big", "wb") as out:
            for _ in range(big >> 20):
                out.write(os.urandom(1 << 20))
        for n in range(count + 1):
            (manifests / f"{n}").write_bytes(canonical(n))
        names = [f"{n}" for n in range(count)] + ["big"]
        digests, keys = xxh3([self.files / name for name in names]), xxh3([manifests / f"{n}" for n in range(count + 1)])
        for name, digest in zip(names, digests):
            (self.root / "blobs" / digest[:2]).mkdir(exist_ok=True)
            os.link(self.files / name, self.root / "blobs" / digest[:2] / digest[2:])
        blobs = [{"digest": digest, "size": (self.files / name).stat().st_size} for name, digest in zip(names, digests)]
        self.records = [record(n, key, blob) for n, (key, blob) in enumerate(zip(keys, blobs))]


def ours(bench, server, scratch, material):
    """What vgraph-remote takes: a build asks for each record before it makes and publishes it."""
    came = scratch / f"came-{server.kind}"
    came.mkdir()
    lines = Lines(bench, server)
    figures, small = {}, material.records[:material.count]
    figures["asked"], answers = lines.ask([{"find": {"manifest": one["manifest"]}} for one in small])
    assert not any(answer["records"] for answer in answers)

    def through(records, up, down):
        figures[up], answers = lines.ask([{"publish": {"record": one, "cache": str(material.root)}} for one in records])
        assert all(answer.get("done") for answer in answers), answers[:2]
        found, answers = lines.ask([{"find": {"manifest": one["manifest"]}} for one in records])
        blobs = [answer["records"][0]["outputs"][0]["blobs"][0] for answer in answers]
        fetched, answers = lines.ask([{"fetch": {"blob": blob, "to": str(came / blob["digest"])}} for blob in blobs])
        assert all(answer.get("done") for answer in answers), answers[:2]
        figures[down] = found + fetched

    through(small, "up", "down")
    assert (came / small[7]["outputs"][0]["blobs"][0]["digest"]).read_bytes() == (material.files / "7").read_bytes()
    figures["cpu"] = lines.end()
    if material.big:
        lines = Lines(bench, server)
        through(material.records[material.count:], "big_up", "big_down")
        figures["big_cpu"] = lines.end()
    return figures


def small(bench, server, scratch, material):
    figures = {}
    # boto3 is what people use, and slow; curl signs too, and knows nothing of buckets.
    for peer in {"http": ["curl"], "s3": ["boto3", "curl"], "reapi": ["grpcio"]}[server.kind]:
        before = children()
        run = (lambda: curl(server, scratch, material.files, material.count, material.big)) if peer == "curl" else (lambda: plain(server, material.files, material.count))
        figures[peer] = dict(run(), cpu=children() - before)
    mine = ours(bench, server, scratch, material)

    def against(name):
        return f"{mine[name]:.2f} s, " + ", ".join(f"{peer} {its[name]:.2f} s: {mine[name] / its[name]:.2f}x" for peer, its in figures.items())

    cpus = ", ".join(f"of {peer} {its['cpu']:.2f} s" for peer, its in figures.items())
    print(f"remote  {server.kind}: {material.count} records with a blob of 2 KB each: up {against('up')}; found and fetched {against('down')} (goals <= 1.50); "
          f"asking for each before takes {mine['asked']:.2f} s; CPU with the large blob {mine['cpu'] + mine.get('big_cpu', 0):.2f} s, {cpus}", flush=True)
    if material.big:
        start = time.perf_counter()
        subprocess.run(["sha256sum", str(material.files / "big")], check=True, stdout=subprocess.DEVNULL)
        sums = time.perf_counter() - start
        print(f"remote  {server.kind}: one blob of {material.big >> 20} MB: up {against('big_up')}; down {against('big_down')} (goals <= 1.50; sha256sum alone takes {sums:.2f} s, and ours hashes both ways)", flush=True)


def measure(scratch, bench):
    folder, full = scratch / "minute", 0
    if os.environ.get("VGRAPH_BENCH_FILM") != "0":
        bench.long_film(folder, scenes=12, size="1920x1080")
        full = statistics.median(bench.cold(folder, "long.mp4")[2] for _ in range(3))
    material = Material(scratch, int(os.environ.get("VGRAPH_BENCH_RECORDS", "10000")), int(os.environ.get("VGRAPH_BENCH_BIG", str(1 << 30))))
    for kind in os.environ.get("VGRAPH_BENCH_KINDS", "http s3 reapi").split():
        server = Server(kind, scratch)
        try:
            if full:
                film(bench, scratch, server, folder, full)
            small(bench, server, scratch, material)
        finally:
            server.end()
