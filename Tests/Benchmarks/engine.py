#!/usr/bin/env python3
"""The engine against ninja on one layered graph: the same files, the same program, in turn, in the same minutes.

    Tests/Benchmarks/engine.py [--nodes 10000] [--rounds 5] [--peers ninja,samu] [--only null,edit,...] [--keep DIR]
    Tests/Benchmarks/engine.py --scale          1,000, 10,000 and 100,000 nodes, ours alone

Ten layers of nodes; each reads two files of the layer before; a last node reads the whole last layer. The program drops
lines that begin with '#' and writes a hash of the rest. Ours is a pipeline of command stages, run without a sandbox;
ninja's rules have `restat` (a node that writes nothing new stops the change there).

null        nothing to do                                       verify   the same with --verify-outputs (if there is such a flag)
touch       every source touched, content equal                 comment  an edit that leaves its readers' output equal (2 nodes)
edit        an edit that changes the cone above it (65 + 1)      full     everything, from nothing
ask         after such an edit and before its build: -n, why --json, why, graph; ninja's question is -n
Figures: processor time of the whole process tree (median), least wall time, peak memory of the process itself.
Wants .build/release/vgraph, ninja, cc. `touch` is also held against hashing the sources with xxhsum; `hash` hashes 500 MB.
"""
import argparse, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
VGRAPH = pathlib.Path(os.environ.get("VGRAPH", HERE.parent.parent / ".build/release/vgraph"))
STEP = r"""
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <stdlib.h>
static char buffer[1 << 16];
int main(int count, char **words) {
    int at = 1, keep = 0;
    if (count > 1 && !strcmp(words[1], "-r")) { keep = 1; at = 2; }
    if (count - at < 2) return 2;
    const char *out = words[at++];
    uint64_t hash = 1469598103934665603ull;
    for (; at < count; at++) {
        int file = open(words[at], O_RDONLY), start = 1, skip = 0;
        if (file < 0) { perror(words[at]); return 1; }
        ssize_t got;
        while ((got = read(file, buffer, sizeof buffer)) > 0)
            for (ssize_t i = 0; i < got; i++) {
                if (start) { skip = buffer[i] == '#'; start = 0; }
                if (buffer[i] == '\n') start = 1;
                if (!skip) { hash ^= (unsigned char)buffer[i]; hash *= 1099511628211ull; }
            }
        close(file);
    }
    char text[32];
    int size = snprintf(text, sizeof text, "%016llx\n", (unsigned long long)hash);
    if (keep) {
        int file = open(out, O_RDONLY);
        if (file >= 0) {
            ssize_t got = read(file, buffer, sizeof buffer);
            close(file);
            if (got == size && !memcmp(buffer, text, size)) return 0;
        }
    }
    int file = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0) { perror(out); return 1; }
    if (write(file, text, size) != size) return 1;
    return close(file);
}
"""


# Starts a program and says what it used: a child of Python would count Python's own memory as its peak.
METER = r"""
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
extern char **environ;
int main(int count, char **words) {
    struct timespec from, to;
    struct rusage own, all;
    pid_t child;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (posix_spawnp(&child, words[1], 0, 0, words + 1, environ)) return 127;
    wait4(child, &status, 0, &own);
    clock_gettime(CLOCK_MONOTONIC, &to);
    getrusage(RUSAGE_CHILDREN, &all);
    FILE *out = fdopen(3, "w");
    fprintf(out, "%.6f %.6f %ld\n", (to.tv_sec - from.tv_sec) + (to.tv_nsec - from.tv_nsec) * 1e-9,
            all.ru_utime.tv_sec + all.ru_stime.tv_sec + (all.ru_utime.tv_usec + all.ru_stime.tv_usec) * 1e-6, own.ru_maxrss);
    fclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
"""
METER_PROGRAM = None


class Run:
    def __init__(self, wall, cpu, memory, output):
        self.wall, self.cpu, self.memory, self.output = wall, cpu, memory, output


def run(command, folder, accept=(0,)):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as figures:
        words = [str(METER_PROGRAM)] + [str(word) for word in command]
        # The meter reports on descriptor 3.
        done = subprocess.run(["sh", "-c", f'exec "$@" 3>&{figures.fileno()}', "sh"] + words, cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                              pass_fds=[figures.fileno()])
        out.seek(0)
        figures.seek(0)
        text = out.read().decode(errors="replace")
        if done.returncode not in accept:
            sys.exit(f"{' '.join(map(str, command))} exited {done.returncode}:\n{text[-2000:]}")
        wall, cpu, memory = figures.read().split()
        return Run(float(wall), float(cpu), int(memory) / 1024, text)


def node(layer, i):
    return f"src/{i}" if layer == 0 else f"out/{layer}/{i}"


def write_sources(folder, width):
    (folder / "src").mkdir(parents=True)
    for i in range(width):
        (folder / "src" / str(i)).write_text("".join(f"{i:06d} {k:08d} ".ljust(63, "x") + "\n" for k in range(16)))


class Ours:
    name = "vgraph"

    def __init__(self, folder, nodes, layers=10):
        self.folder, self.nodes, self.width = folder, nodes, nodes // layers
        write_sources(folder, self.width)
        (folder / "pipelines").mkdir()
        with open(folder / "pipelines/layers.yaml", "w") as out:
            step = f"[{folder.parent / 'step'}, $out, $in]"
            out.write("pipeline: layers\ntarget: all.txt\nstages:\n")
            for l in range(1, layers + 1):
                for i in range(self.width):
                    first, second = i, (i + 1) % self.width
                    files = f"src/{first}, src/{second}" if l == 1 else f"$n{l-1}-{first}, $n{l-1}-{second}"
                    out.write(f"  n{l}-{i}: {{ run: {step}, inputs: [{files}] }}\n")
            tops = ", ".join(f"$n{layers}-{i}" for i in range(self.width))
            out.write(f"  all: {{ run: {step}, inputs: [{tops}], output: all.txt }}\n")

    def build(self, *flags):
        return run([VGRAPH, "build", "--no-sandbox", "-j", "2", "all.txt", *flags], self.folder)

    def clear(self):
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        (self.folder / "all.txt").unlink(missing_ok=True)

    def ran(self, result):
        import re
        found = re.search(r"(\d+) ran", result.output)
        return int(found.group(1)) if found else 0


class Ninja:
    def __init__(self, folder, nodes, layers=10, program="ninja"):
        self.name, self.folder, self.width, self.program = program, folder, nodes // layers, program
        write_sources(folder, self.width)
        with open(folder / "build.ninja", "w") as out:
            out.write(f"rule s\n  command = {folder.parent / 'step'} -r $out $in\n  restat = 1\n")
            for l in range(1, layers + 1):
                for i in range(self.width):
                    out.write(f"build {node(l, i)}: s {node(l - 1, i)} {node(l - 1, (i + 1) % self.width)}\n")
            out.write("build all.txt: s " + " ".join(node(layers, i) for i in range(self.width)) + "\ndefault all.txt\n")

    def build(self, *flags):
        return run([self.program, "-j2"] + (["-v"] if flags else []), self.folder)

    def clear(self):
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        for name in ("all.txt", ".ninja_log", ".ninja_deps"):
            (self.folder / name).unlink(missing_ok=True)

    def ran(self, result):
        return None


def edit(engine, round, comment):
    path = engine.folder / "src" / str(engine.width // 2)
    with open(path, "a") as out:
        out.write(f"{'#' if comment else ''}{round} {time.time_ns()}\n")


def touch(engine):
    for i in range(engine.width):
        os.utime(engine.folder / "src" / str(i))


def median(values):
    return statistics.median(values)


def line(case, engine, runs, first=None, ran=None):
    cpu, wall, memory = median([r.cpu for r in runs]) * 1e3, min(r.wall for r in runs) * 1e3, max(r.memory for r in runs)
    ratio = "" if first is None else f"   ours is {first / cpu:5.2f}x"
    count = "" if ran is None else f"   {ran} nodes ran"
    print(f"{case:8} {engine.name:8} cpu {cpu:9.1f} ms   wall {wall:9.1f} ms   memory {memory:6.1f} MB{ratio}{count}", flush=True)
    return cpu


def settle():
    time.sleep(2.1)          # past the window in which a signature proves nothing


def compare(engines, rounds, wanted):
    ours = engines[0]
    def cases(case, prepare, rounds, flags=()):
        if wanted and case not in wanted:
            return
        runs = {e.name: [] for e in engines}
        ran = None
        for round in range(rounds):
            for e in engines:
                prepare(e, round)
                result = e.build(*flags)
                runs[e.name].append(result)
                if e is ours: ran = ours.ran(result)
        mine = line(case, ours, runs[ours.name], ran=ran)
        for e in engines[1:]:
            line(case, e, runs[e.name], first=mine)

    def fresh(e, _): e.clear()
    cases("full", fresh, 1 if ours.nodes > 2000 else 3)
    for e in engines: e.build()
    settle()
    for e in engines: e.build()
    cases("null", lambda e, r: None, rounds * 3)
    cases("comment", lambda e, r: edit(e, r, True), rounds)
    cases("edit", lambda e, r: edit(e, r, False), rounds)
    if not wanted or "ask" in wanted:
        for e in engines: edit(e, 99, False)
        for words in (["build", "-n", "--no-sandbox", "all.txt"], ["why", "--no-sandbox", "--json", "all.txt"],
                      ["why", "--no-sandbox", "all.txt"], ["graph", "--no-sandbox", "all.txt"]):
            class Asked: name = " ".join(words[:2])
            line("ask", Asked, [run([VGRAPH, *words], ours.folder) for _ in range(rounds)])
        for e in engines[1:]: line("ask", e, [run([e.program, "-n"], e.folder) for _ in range(rounds)])
        for e in engines: e.build()
    settle()
    for e in engines: e.build()
    cases("touch", lambda e, r: touch(e), rounds)
    if not wanted or "touch" in wanted:
        hashing = [run(["sh", "-c", "xxhsum -H2 src/* > /dev/null"], ours.folder) for _ in range(rounds)]
        class Hash: name = "xxhsum"
        line("touch", Hash, hashing)
    cases("verify", lambda e, r: None, rounds * 2, flags=("--verify-outputs",))


def measure_hash(scratch, rounds):
    """500 MB of assets, hashed for the first time: ours as one stage's input, xxhsum with as many threads.

    In the sandbox, where a program gets links: without it, each input is copied besides."""
    folder = scratch / "hash"
    (folder / "assets").mkdir(parents=True)
    (folder / "pipelines").mkdir()
    (folder / "pipelines/p.yaml").write_text("pipeline: p\ntarget: count.txt\nstages:\n  count: { run: [sh, -c, \"echo $$# > $$0\", $out, $in], inputs: [\"assets/*\"], output: count.txt }\n")
    for i in range(10):
        (folder / "assets" / f"{i}.bin").write_bytes(os.urandom(1 << 20) * 50)
    ours, theirs = [], []
    for _ in range(rounds):
        shutil.rmtree(folder / "cache", ignore_errors=True)
        ours.append(run([VGRAPH, "build", "count.txt"], folder))
        theirs.append(run(["sh", "-c", "xxhsum -H2 assets/* > /dev/null"], folder))
    class A: name = "vgraph"
    class B: name = "xxhsum"
    mine = line("hash", A, ours)
    line("hash", B, theirs, first=mine)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default="ninja")
    parser.add_argument("--only", default="")
    parser.add_argument("--scale", action="store_true")
    parser.add_argument("--keep", default=None)
    options = parser.parse_args()
    scratch = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="vgraph-engine-"))
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        global METER_PROGRAM
        METER_PROGRAM = scratch / "meter"
        for name, text in (("step", STEP), ("meter", METER)):
            (scratch / f"{name}.c").write_text(text)
            subprocess.run(["cc", "-O2", "-static", "-o", str(scratch / name), str(scratch / f"{name}.c")], check=True)
        wanted = set(options.only.split(",")) - {""}
        if options.scale:
            for nodes in (1000, 10000, 100000):
                print(f"# {nodes} nodes")
                compare([Ours(scratch / f"ours-{nodes}", nodes)], 3, {"full", "null", "comment", "edit", "ask", "touch"})
                shutil.rmtree(scratch / f"ours-{nodes}")
            return
        peers = [p for p in options.peers.split(",") if p and shutil.which(p)]
        folder = lambda name: scratch / f"{name}-{options.nodes}"
        for name in ["ours"] + peers: shutil.rmtree(folder(name), ignore_errors=True)
        compare([Ours(folder("ours"), options.nodes)] + [Ninja(folder(p), options.nodes, program=p) for p in peers], options.rounds, wanted)
        if not wanted or "hash" in wanted: measure_hash(scratch, 3)
    finally:
        if not options.keep: shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
