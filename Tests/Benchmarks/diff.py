#!/usr/bin/env python3
"""What `vgraph diff` costs beside a build with nothing to do: a film of 10 minutes, twice, with one caption changed.

    Tests/Benchmarks/diff.py [--keep DIR]

The film is a real one, 120 scenes and 240 captions of 640x360 with sound (two to five minutes to make, once). Compared
are the two runs, the two git revisions, and the revision before with the folder.
Figures: processor time of the whole process tree (median of 5), least wall time, and the ratio to the build with nothing to do.
Wants .build/release/vgraph, ffmpeg, git.
"""
import argparse, os, pathlib, resource, shutil, statistics, subprocess, sys, tempfile, time

import run as bench

VGRAPH = bench.VGRAPH


def measured(command, folder, accept):
    """CPU seconds and wall seconds of a command and its children."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in accept:
        sys.exit(f"{' '.join(map(str, command))} exited {done.returncode}:\n{done.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def git(folder, *words):
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", default=None)
    options = parser.parse_args()
    os.environ["XDG_DATA_HOME"] = "/nonexistent"  # no reviewers
    scratch = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="vgraph-diff-"))
    folder = scratch / "long"
    try:
        if not folder.exists():
            bench.long_film(folder)
            (folder / ".gitignore").write_text("cache\n*.mp4\n*.html\n*.srt\n*.vtt\n")
            git(folder, "init", "-q", ".")
            spec = folder / "long.video.yaml"
            for word in ("here", "now"):
                spec.write_text(spec.read_text().replace("Part 60 begins here.", f"Part 60 begins {word}."))
                git(folder, "add", "-A")
                git(folder, "commit", "-qm", word)
                # A worker may be slow on a machine that does other things too; what it made is kept.
                for accept in ((0, 1, 3), (0, 3)):
                    measured([VGRAPH, "build", "long.mp4"], folder, accept)
                last = max((folder / "cache/runs").iterdir(), key=lambda file: file.stat().st_mtime_ns)
                with open(scratch / "runs", "a") as out: out.write(last.stem + "\n")
        time.sleep(2.1)  # past the window in which a signature proves nothing
        measured([VGRAPH, "build", "long.mp4"], folder, (0, 3))
        null, pair = None, (scratch / "runs").read_text().split()
        for name, words, accept in (
            ("nothing to do", ["build", "long.mp4"], (0, 3)),
            ("diff, runs", ["diff", *pair, "long.mp4"], (0, 1)),
            ("diff, revisions", ["diff", "HEAD~1", "HEAD", "long.mp4"], (0, 1)),
            ("diff, folder", ["diff", "HEAD~1", ".", "long.mp4"], (0, 1)),
            ("start alone", ["--version"], (0,)),
        ):
            runs = [measured([VGRAPH, *words], folder, accept) for _ in range(5)]
            cpu, wall = statistics.median(r[0] for r in runs) * 1e3, min(r[1] for r in runs) * 1e3
            null = null or (cpu, wall)
            print(f"{name:16} cpu {cpu:8.1f} ms   wall {wall:8.1f} ms   {cpu / null[0]:7.1f}x   wall {wall / null[1]:7.1f}x (goal of diff < 3)", flush=True)
    finally:
        if not options.keep: shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
