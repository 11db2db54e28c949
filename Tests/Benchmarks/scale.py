#!/usr/bin/python3
"""What more machines would gain: a recorded build, replayed on N workers.

  scale.py SPEC_FOLDER TARGET        records a cold build with -j1, checks the model against real builds with one and two
                                     workers, then prints wall time against N, with the critical path and the bytes moved

The model: nodes start when what they need is there: those that lead to a file before those that judge one, what runs once before
a list, the longest way to the end first, as in the engine; what a worker does beside a node is part of it. A node on a remote
worker pays a latency and the transfer of the inputs that this worker does not have, at the worker's bandwidth; all transfers
share the server's. Nodes below a threshold stay on the first machine. Times are those of the recorded build; with --cpu they
are its processor times, which other work on the machine hardly changes, and no real build is held against them.

`used` is the share of the workers' time that is work, `paid` what all of them cost from start to end, `MB/s` what the cache's
server sends: the network binds where that comes near --server."""
import argparse, collections, heapq, json, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
VGRAPH = os.environ.get("VGRAPH", str(ROOT / ".build/release/vgraph"))


# Stages whose work is done beside another's, by the same worker (Work/Companion).
COMPANIONS = {"encode": "render"}


class Graph:
    """Nodes with seconds, bytes that they make, what they wait for, and those of them that make files of the workspace."""

    def __init__(self, seconds, made, needs, files):
        self.seconds, self.made, self.needs, self.files = seconds, made, needs, files
        self.waiting = collections.defaultdict(list)
        for node, before in needs.items():
            for other in before: self.waiting[other].append(node)

    def longest_way(self):
        """Seconds from the start of each node to the end of the graph."""
        way, order, left = {}, [], {node: len(self.needs[node]) for node in self.seconds}
        ready = [node for node, count in left.items() if count == 0]
        while ready:
            node = ready.pop()
            order.append(node)
            for after in self.waiting[node]:
                left[after] -= 1
                if left[after] == 0: ready.append(after)
        for node in reversed(order):
            way[node] = self.seconds[node] + max((way[after] for after in self.waiting[node]), default=0)
        return way

    def order(self):
        """What tells which of two nodes starts first: the lesser."""
        leads, todo = set(), list(self.files)
        while todo:
            node = todo.pop()
            if node in leads: continue
            leads.add(node)
            todo += self.needs[node]
        way = self.longest_way()
        return {node: (2 if node not in leads else 1 if "[" in node else 0, -way[node]) for node in self.seconds}

    def together(self):
        """The same graph with nodes that the engine does beside others as one with these."""
        instead = {}
        for node in self.seconds:
            for follower, leader in COMPANIONS.items():
                other = node.replace(f":{follower}[", f":{leader}[")
                if other != node and other in self.needs[node]: instead[node] = other
        seconds, made, needs = {}, {}, {}
        for node in self.seconds:
            name = instead.get(node, node)
            seconds[name] = seconds.get(name, 0) + self.seconds[node]
            made[name] = made.get(name, 0) + self.made[node]
            needs.setdefault(name, set()).update({instead.get(before, before) for before in self.needs[node]} - {name})
        return Graph(seconds, made, needs, self.files)

    def repeated(self, times, families):
        """The same graph with the elements of families as often as `times`: a longer film."""
        seconds, made, needs, copies = {}, {}, {}, {}
        for node in self.seconds:
            stage = node.rsplit(":", 1)[-1].split("[")[0]
            copies[node] = [f"{node}#{i}" for i in range(times)] if stage in families else [node]
        for node, names in copies.items():
            for i, name in enumerate(names):
                seconds[name], made[name] = self.seconds[node], self.made[node]
                needs[name] = {other for before in self.needs[node] for other in ([copies[before][i]] if len(copies[before]) > 1 and len(names) > 1 else copies[before])}
                # One node over a longer film takes longer: the sound, the file, its check, the plan.
                if len(names) == 1:
                    seconds[name] *= times
                    made[name] *= times
        return Graph(seconds, made, needs, {name for node in self.files for name in copies[node]})

    def variants(self, count, own):
        """`count` films that share all but the nodes for which `own` holds."""
        seconds, made, needs = {}, {}, {}
        for i in range(count):
            for node in self.seconds:
                name = f"{node}@{i}" if own(node) else node
                if name in seconds: continue
                seconds[name], made[name] = self.seconds[node], self.made[node]
                needs[name] = {f"{other}@{i}" if own(other) else other for other in self.needs[node]}
        return Graph(seconds, made, needs, {f"{node}@{i}" for node in self.files for i in range(count)})


def replay(graph, workers, latency=0.0, bandwidth=float("inf"), server=float("inf"), cheap=0.0):
    """Returns wall seconds and bytes moved. Worker 0 is the machine that asks: it pays no latency."""
    order, left = graph.order(), {node: len(graph.needs[node]) for node in graph.seconds}
    # Those that stay on the first machine, and those that any worker may take.
    stay, go = [], []

    def add(node):
        heapq.heappush(stay if workers > 1 and graph.seconds[node] < cheap else go, (order[node], node))

    for node, count in left.items():
        if count == 0: add(node)
    free, running, now, moved = list(range(workers)), [], 0.0, 0
    has = [set() for _ in range(workers)]
    while stay or go or running:
        while free and (go or stay and free[0] == 0):
            if free[0] == 0 and stay and (not go or stay[0] <= go[0]):
                node = heapq.heappop(stay)[1]
            elif go:
                node = heapq.heappop(go)[1]
            else:
                break
            worker = heapq.heappop(free)
            cost, fetched = graph.seconds[node], 0
            if worker != 0:
                fetched = sum(graph.made[other] for other in graph.needs[node] if other not in has[worker]) + graph.made[node]
                cost += latency + fetched / bandwidth
                has[worker].update(graph.needs[node])
                has[worker].add(node)
            moved += fetched
            heapq.heappush(running, (now + cost, worker, node))
        now, worker, node = heapq.heappop(running)
        heapq.heappush(free, worker)
        for after in graph.waiting[node]:
            left[after] -= 1
            if left[after] == 0: add(after)
    # The server cannot send more than it can.
    return max(now, moved / server), moved


def run(folder, cache, *words):
    environment = dict(os.environ, VGRAPH_CACHE=cache, XDG_DATA_HOME="/nonexistent")
    return subprocess.run([VGRAPH, *words], cwd=folder, env=environment, capture_output=True, text=True)


def built(folder, target, jobs, cpu=False):
    """A cold build with so many workers: its wall seconds, its graph and the records of its nodes.

    cpu: nodes take their processor time instead of the wall time."""
    cache = tempfile.mkdtemp(prefix="scale-")
    try:
        start = time.monotonic()
        made = run(folder, cache, "build", target, f"-j{jobs}", "-q", "--overwrite")
        wall = time.monotonic() - start
        if made.returncode not in (0, 3): sys.exit(made.stderr)
        known = json.loads(run(folder, cache, "graph", target, "--all", "--format", "json").stdout)
        edges, files = known["edges"], {node["id"] for node in known["nodes"] if node["output"]}
        lines = [json.loads(line) for line in run(folder, cache, "log", "last", "--json").stdout.splitlines()]
        seconds, made = {}, {}
        for line in lines:
            if "node" not in line: continue
            seconds[line["node"]] = line["seconds"]
            key, size = line["key"] or "", 0
            record = pathlib.Path(cache, "records", key[:2], key[2:] + ".json")
            if key and record.exists():
                result = json.loads(record.read_text().splitlines()[0])
                size = sum(blob["size"] for output in result["outputs"] for blob in output["blobs"])
                if cpu: seconds[line["node"]] = result["cost"]["cpu"]
            made[line["node"]] = size
        needs = {node: set() for node in seconds}
        for edge in edges:
            if edge["from"] in seconds and edge["to"] in seconds: needs[edge["to"]].add(edge["from"])
        return wall, Graph(seconds, made, needs, files & set(seconds)).together()
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def table(name, graph, options):
    total, path = sum(graph.seconds.values()), max(graph.longest_way().values())
    print(f"\n{name}: {len(graph.seconds)} nodes, {total:.1f} s of work, critical path {path:.2f} s, at most {total / path:.1f} times as fast")
    print("| workers | wall s | speed-up | used | paid machine s | MB moved | MB/s |\n|---|---|---|---|---|---|---|")
    one = None
    for workers in options.workers:
        wall, moved = replay(graph, workers, options.latency, options.bandwidth * 1e6, options.server * 1e6, options.cheap)
        one = one or wall
        print(f"| {workers} | {wall:.2f} | {one / wall:.1f} | {100 * total / (wall * workers):.0f} % "
              f"| {wall * workers:.0f} | {moved / 1e6:.1f} | {moved / 1e6 / wall:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("target")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=lambda text: [int(word) for word in text.split(",")], default=[1, 2, 4, 8, 16, 32, 100])
    parser.add_argument("--latency", type=float, default=0.05, help="seconds for an action on another machine")
    parser.add_argument("--bandwidth", type=float, default=100, help="MB/s of a worker")
    parser.add_argument("--server", type=float, default=1000, help="MB/s of the cache's server")
    parser.add_argument("--cheap", type=float, default=0.03, help="seconds below which a node stays on the first machine")
    parser.add_argument("--cpu", action="store_true", help="processor times of one build; no check against real builds")
    options = parser.parse_args()
    if options.cpu: return tables(built(options.folder, options.target, 1, cpu=True)[1], options)
    builds = [built(options.folder, options.target, 1) for _ in range(options.runs)]
    wall = statistics.median(build[0] for build in builds)
    graph = min(builds, key=lambda build: abs(build[0] - wall))[1]
    # What the engine does itself beside the nodes: starting, reading, writing what is kept.
    beside = max(0, wall - replay(graph, 1)[0])
    print(f"{beside:.2f} s beside the nodes\n\n| workers | real s | replayed s | difference |\n|---|---|---|---|")
    pairs = [built(options.folder, options.target, 2) for _ in range(options.runs)]
    # Two workers of one machine share its memory and its clock, so each node takes longer. Machines do not share theirs.
    slower = statistics.median(sum(two.seconds.values()) for _, two in pairs) / sum(graph.seconds.values())
    for jobs, real, factor in [(1, wall, 1), (2, statistics.median(pair[0] for pair in pairs), slower)]:
        replayed = replay(Graph({node: seconds * factor for node, seconds in graph.seconds.items()}, graph.made, graph.needs, graph.files), jobs)[0] + beside
        print(f"| {jobs} | {real:.2f} | {replayed:.2f} | {100 * (replayed / real - 1):+.0f} % |")
    print(f"\nnodes take {slower:.2f} times as long beside another worker of the same machine")
    tables(graph, options)


def tables(graph, options):
    table(options.target, graph, options)
    families = {node.rsplit(":", 1)[-1].split("[")[0] for node in graph.seconds if "[" in node}
    table("30 times as long", graph.repeated(30, families), options)
    segment = lambda node: "[0]" in node or "[" not in node
    table("10,000 variants of one segment", graph.variants(10_000, segment), options)


if __name__ == "__main__": main()
