#!/usr/bin/env python3
"""Feeds vgraph files that somebody damaged or made up, for a time or a number of them, and says what went wrong.

usage: Tests/Tools/fuzz.py [--seconds N | --count N] [--kinds media,assets,...] [--seed N] [--jobs N] [--finds FOLDER]

  media     mutated films of 21 formats, through `vgraph check`
  assets    mutated pictures, clips and sounds of 16 formats that a spec names, through validate
  fonts     mutated fonts that a spec names
  captions  mutated WebVTT and SubRip files
  yaml      mutated specs, props and pipelines
  archives  mutated archives, through `vgraph cache import`
  state     mutated state files and records of a cache that is then built on

The time is $VGRAPH_FUZZ_SECONDS or a minute. What counts as a find: vgraph dies by a signal, takes longer than 30 s, has more than 1 GB
of memory with its workers, ends with a status that it does not document, gives no report where `check` owes one, or D01 passes where
ffmpeg decodes fewer pictures than it does of the file before it was damaged. Each find is kept as a file
with the seed that made it, and made smaller where that can be done without judging again (bytes that need not differ are put back).
Status 1 when there was one."""
import argparse, multiprocessing, os, random, resource, shutil, signal, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VGRAPH = os.environ.get("VGRAPH", ROOT + "/.build/release/vgraph")
SECONDS, MEMORY = 30, 1 << 30

PICTURES = "-f lavfi -i testsrc2=size=96x64:rate=10:duration=1".split()
SOUND = "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=1".split()
FILMS = {
    "h264.mp4": "-c:v libx264 -bf 2 -c:a aac", "h264.mkv": "-c:v libx264 -bf 2 -c:a aac", "h264.flv": "-c:v libx264 -c:a aac",
    "h264.ts": "-c:v libx264 -c:a aac", "fragments.mp4": "-c:v libx264 -g 5 -c:a aac -movflags frag_keyframe+empty_moov",
    "hevc.mp4": "-c:v libx265 -x265-params log-level=none -an", "hevc.mkv": "-c:v libx265 -x265-params log-level=none -an",
    "av1.mp4": "-c:v libaom-av1 -cpu-used 8 -an", "av1.mkv": "-c:v libaom-av1 -cpu-used 8 -an", "vp9.webm": "-c:v libvpx-vp9 -deadline realtime -c:a libopus",
    "vp8.webm": "-c:v libvpx -deadline realtime -c:a libvorbis", "part2.mp4": "-c:v mpeg4 -bf 2 -c:a aac", "part2.avi": "-c:v mpeg4 -c:a mp3",
    "mpeg2.ts": "-r 25 -c:v mpeg2video -bf 2 -c:a mp2", "mpeg2.mpg": "-r 25 -c:v mpeg2video -bf 2 -c:a mp2", "theora.ogv": "-c:v libtheora -c:a libvorbis",
    "prores.mov": "-c:v prores_ks -an", "jpeg.mov": "-c:v mjpeg -an", "flash.flv": "-c:v flv1 -ar 44100 -c:a mp3", "a.gif": "-an",
    "ffv1.mkv": "-c:v ffv1 -an",
}
ASSETS = {
    "a.png": ("image", PICTURES, "-frames:v 1"), "a.jpg": ("image", PICTURES, "-frames:v 1"), "a.webp": ("image", PICTURES, "-frames:v 1 -c:v libwebp"),
    "a.wav": ("sound", SOUND, ""), "a.mp3": ("sound", SOUND, ""), "a.flac": ("sound", SOUND, ""), "a.ogg": ("sound", SOUND, "-c:a libvorbis"),
    "a.m4a": ("sound", SOUND, "-c:a aac"), "a.aac": ("sound", SOUND, "-c:a aac"), "a.opus": ("sound", SOUND, "-c:a libopus"), "a.aiff": ("sound", SOUND, ""),
    "a.bmp": ("image", PICTURES, "-frames:v 1"), "a.tif": ("image", PICTURES, "-frames:v 1"), "a.svg": ("image", None, ""),
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="64"><rect width="50" height="20" fill="#f80"/><image href="a.png"/></svg>\n'
SPEC = "version: 1\nvideo: { size: 64x36, fps: 5 }\n%s\nscenes:\n  - { id: s, duration: 1s, layers: [ %s ] }\n%s"


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], check=True, stdout=subprocess.DEVNULL)


def corpus(folder):
    """Made anew by each run: nothing binary is kept in the repository."""
    for name, words in FILMS.items():
        sound = [] if "-an" in words else SOUND
        ffmpeg(*PICTURES, *sound, *words.split(), "-threads", "1", folder + "/" + name)
    for name, (_, source, words) in ASSETS.items():
        if source: ffmpeg(*source, *words.split(), folder + "/" + name)
        else: open(folder + "/" + name, "w").write(SVG)
    open(folder + "/a.vtt", "w").write("WEBVTT\n\n1\n00:00.000 --> 00:00.600\nHello <b>there</b>\n\n00:00.600 --> 00:01.000 line:0\nAgain\n")
    open(folder + "/a.srt", "w").write("1\n00:00:00,000 --> 00:00:00,600\nHello\n\n2\n00:00:00,600 --> 00:00:01,000\nAgain\n")
    fonts = subprocess.run(["fc-list", "-f", "%{file}\n"], capture_output=True, text=True).stdout.split("\n")
    font = next((f for f in sorted(fonts) if f.lower().endswith((".ttf", ".otf")) and 0 < os.path.getsize(f) < 1 << 20), None)
    if font: shutil.copy(font, folder + "/a.ttf")


def mutated(data, random, text=False):
    """A copy with a few bytes changed, a piece gone, doubled, zeroed or put elsewhere, or its end cut off."""
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4, 16))):
        if not data: break
        at, size = random.randrange(len(data)), min(len(data), 1 << random.randrange(1, 12))
        how = random.randrange(9)
        if how <= 2: data[at] ^= 1 << random.randrange(8)
        elif how == 3: data[at] = random.choice(b"\0\1\x7f\x80\xff:-#&*{}[]\"'\n\t %") if text else random.randrange(256)
        elif how == 4: del data[at:at + size]
        elif how == 5: data[at:at] = data[at:at + size]
        elif how == 6: data[at:at + size] = bytes(min(size, len(data) - at))
        elif how == 7: data[at:at + 4] = random.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1", b"\x80\0\0\0"))
        elif random.randrange(4) == 0: del data[at:]
        else: data[at:at + size] = random.randbytes(min(size, len(data) - at))
    return bytes(data)


class Run:
    """vgraph with its workers: how it ended, how long it took and how much memory the biggest process of them had."""
    def __init__(self, folder, *arguments):
        begun = time.monotonic()
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            # A process between, so that its children's peak is that of this run alone.
            child = subprocess.Popen([VGRAPH, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     start_new_session=True)
            try: text, status = child.communicate(timeout=SECONDS)[0], child.returncode
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                text, status = child.communicate()[0], "hang"
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
            with os.fdopen(write, "wb") as pipe: pipe.write(repr((status, peak, text.decode("utf-8", "replace"))).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as pipe: self.status, self.peak, self.text = eval(pipe.read())
        os.waitpid(pid, 0)
        self.seconds = time.monotonic() - begun

    def fault(self, allowed):
        if self.status == "hang": return f"took longer than {SECONDS} s"
        if self.status < 0: return f"was killed by signal {-self.status}"
        if self.status not in allowed: return f"ended with status {self.status}"
        if self.peak > MEMORY: return f"had {self.peak >> 20} MB of memory"


def pictures(path):
    """How many ffmpeg decodes."""
    run = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-i", path, "-map", "0:v:0", "-vsync", "passthrough", "-f", "framecrc", "-"],
                         capture_output=True, timeout=60)
    return sum(1 for line in run.stdout.split(b"\n") if line and not line.startswith(b"#"))


def media(folder, corpus, random, counts):
    name = random.choice(sorted(FILMS))
    data = mutated(open(corpus + "/" + name, "rb").read(), random)
    path = folder + "/" + name
    open(path, "wb").write(data)
    run = Run(folder, "check", "--json", name)
    fault = run.fault((0, 3))
    at = run.text.find('"id":"D01"')
    if not fault and at < 0: fault = "gave no report"
    if not fault and '"verdict":"pass"' in run.text[at:run.text.find("}", at)]:
        if name not in counts: counts[name] = pictures(corpus + "/" + name)
        count = pictures(path)
        if count < counts[name]: fault = f"passes D01 where ffmpeg decodes {count} pictures of {counts[name]}"
    return fault, path, name


def in_spec(folder, head, layer, tail=""):
    open(folder + "/x.video.yaml", "w").write(SPEC % (head, layer, tail))
    return Run(folder, "build", "-q", "x.mp4:validate")


def assets(folder, corpus, random, counts):
    name = random.choice(sorted(ASSETS) + ["h264.mp4", "vp9.webm"])
    kind = ASSETS.get(name, ("image",))[0]
    path = folder + "/" + name
    open(path, "wb").write(mutated(open(corpus + "/" + name, "rb").read(), random))
    if kind == "image": run = in_spec(folder, f"assets: {{ a: {name} }}", "{ image: a }")
    else: run = in_spec(folder, f"assets: {{ a: {name} }}", '{ text: "x" }', "audio: { tracks: [ { asset: a } ] }\n")
    return run.fault((0, 1, 2)), path, name


def fonts(folder, corpus, random, counts):
    path = folder + "/a.ttf"
    if not os.path.exists(corpus + "/a.ttf"): return None, path, "a.ttf"
    open(path, "wb").write(mutated(open(corpus + "/a.ttf", "rb").read(), random))
    return in_spec(folder, "theme: { fonts: { body: a.ttf } }", '{ text: "Hello" }').fault((0, 1, 2)), path, "a.ttf"


def captions(folder, corpus, random, counts):
    name = random.choice(("a.vtt", "a.srt"))
    path = folder + "/" + name
    open(path, "wb").write(mutated(open(corpus + "/" + name, "rb").read(), random, text=True))
    return in_spec(folder, "", '{ text: "x" }', f"captions: {{ from: {name} }}\n").fault((0, 1, 2)), path, name


def yaml(folder, corpus, random, counts):
    name = random.choice(("x.video.yaml", "x.props.yaml", "pipelines/p.yaml"))
    os.makedirs(folder + "/pipelines", exist_ok=True)
    texts = {"x.video.yaml": SPEC % ("props: { a: { type: string, default: b } }", '{ text: "Hello {{a}}" }', "cta: { text: Go, hold: 1s }\n"),
             "x.props.yaml": "a: words\n",
             "pipelines/p.yaml": 'pipeline: p\ntarget: "{name}.out"\nstages:\n  a: { run: ["true", $out], output: "{name}.out", timeout: 1s }\n'}
    for file, text in texts.items(): open(folder + "/" + file, "w").write(text)
    path = folder + "/" + name
    open(path, "wb").write(mutated(texts[name].encode(), random, text=True))
    return Run(folder, "build", "-n", "x.out" if "pipelines" in name else "x.mp4").fault((0, 1, 2)), path, name


def built(corpus):
    """A workspace that has been built, made once."""
    folder = corpus + "/built"
    if not os.path.exists(folder):
        os.makedirs(folder)
        in_spec(folder, "", '{ text: "Hello" }')
        Run(folder, "cache", "export", "--for", "x.mp4:validate", "a.tar")
    return folder


def archives(folder, corpus, random, counts):
    source, path = built(corpus) + "/a.tar", folder + "/a.tar"
    if not os.path.exists(source): return None, path, "a.tar"
    open(path, "wb").write(mutated(open(source, "rb").read(), random))
    return Run(folder, "cache", "import", "a.tar").fault((0, 1, 2, 4)), path, "a.tar"


def state(folder, corpus, random, counts):
    shutil.copytree(built(corpus), folder, dirs_exist_ok=True)
    files = [os.path.join(d, f) for d, _, names in os.walk(folder + "/cache") for f in names]
    path = random.choice(sorted(files))
    data = open(path, "rb").read()
    os.remove(path)
    open(path, "wb").write(mutated(data, random))
    return Run(folder, "build", "-q", "x.mp4:validate").fault((0, 1, 4)), path, os.path.relpath(path, folder).replace("/", "_")


KINDS = dict(media=media, assets=assets, fonts=fonts, captions=captions, yaml=yaml, archives=archives, state=state)


def smaller(before, after):
    """The differences between two files of one size, as (place, byte); a find of another size stays as it is."""
    return [(i, b) for i, (a, b) in enumerate(zip(before, after)) if a != b] if len(before) == len(after) else []


def minimise(kind, corpus, name, data, fault):
    """Puts bytes back as long as the fault stays, a half of them at a time."""
    if kind != "media": return data
    before = open(corpus + "/" + name, "rb").read()
    left, end = smaller(before, data), time.monotonic() + 60
    step = len(left) // 2
    while step and time.monotonic() < end:
        for start in range(0, len(left), step):
            trial = left[:start] + left[start + step:]
            made = bytearray(before)
            for place, byte in trial: made[place] = byte
            with tempfile.TemporaryDirectory() as folder:
                open(folder + "/" + name, "wb").write(made)
                now = Run(folder, "check", "--json", name).fault((0, 3))
            if now == fault:
                left, data = trial, bytes(made)
                break
        else: step //= 2
    return data


def one(task):
    """One file: its kind and name, how long it took, and what was wrong."""
    kind, seed, place, finds = task
    with tempfile.TemporaryDirectory(dir=place) as folder:
        begun = time.monotonic()
        fault, path, name = KINDS[kind](folder, place + "/corpus", random.Random(seed), COUNTS)
        seconds, kept = time.monotonic() - begun, None
        if fault:
            os.makedirs(finds, exist_ok=True)
            kept = f"{finds}/{kind}-{seed}-{name}"
            open(kept, "wb").write(minimise(kind, place + "/corpus", name, open(path, "rb").read(), fault))
    return kind, name, seed, seconds, fault, kept


COUNTS = {}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=float(os.environ.get("VGRAPH_FUZZ_SECONDS", 60)))
    arguments.add_argument("--count", type=int)
    arguments.add_argument("--kinds", default=",".join(KINDS))
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--finds", default=tempfile.gettempdir() + "/vgraph-finds")
    given = arguments.parse_args()
    kinds, finds, slowest, most, formats, told = given.kinds.split(","), [], 0, {}, {}, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vgraph-fuzz-") as place:
        os.makedirs(place + "/corpus")
        corpus(place + "/corpus")
        if {"archives", "state"} & set(kinds): built(place + "/corpus")
        end = time.monotonic() + given.seconds

        def tasks():
            done = 0
            while done < given.count if given.count is not None else time.monotonic() < end:
                yield kinds[done % len(kinds)], given.seed + done, place, given.finds
                done += 1

        with multiprocessing.Pool(given.jobs) as pool:
            # A pool takes all that it is offered; what it is offered waits for what it has done.
            offered, running = tasks(), []
            while True:
                while len(running) < given.jobs + 1 and (task := next(offered, None)): running.append(pool.apply_async(one, (task,)))
                if not running: break
                kind, name, seed, seconds, fault, kept = running.pop(0).get()
                slowest, most[kind], formats[name] = max(slowest, seconds), most.get(kind, 0) + 1, formats.get(name, 0) + 1
                if fault:
                    finds.append(fault)
                    print(f"{kind} {name}, seed {seed}: {fault}; kept as {kept}", flush=True)
                if time.monotonic() > told + 60:
                    told = time.monotonic()
                    print(f"  {sum(most.values())} files, {len(finds)} finds, slowest {slowest:.1f} s", flush=True)
            # Its end by signals does not come where a caller has them blocked.
            pool.close()
            pool.join()
    count = ", ".join(f"{n} {k}" for k, n in most.items())
    print(f"{sum(most.values())} files ({count}), {len(finds)} finds, slowest {slowest:.1f} s; seed {given.seed}")
    if given.count is None or given.count > 1000: print("by format: " + ", ".join(f"{n} {k}" for k, n in sorted(formats.items())))
    return 1 if finds else 0


if __name__ == "__main__": sys.exit(main())
