#!/usr/bin/env python3
"""Faults planted in a good film, and who finds them: `check FILE --spec S` in the delivered file, a build and its gate in the
encoder's output. Usage: faults.py VGRAPH [FOLDER [file|gate]]. Prints a line a fault and the counts; exit 1 when one is missed or a good
file is refused."""
import array, json, math, os, random, subprocess, sys, tempfile, wave

SPEC = """version: 1
video: { size: 1280x720, fps: 30, background: { linear: ["#203060", "#401030"] }, language: en }
theme: { fonts: { body: [Inter, sans-serif] }, colors: { accent: "#f0c040" } }
assets: { voice: voice.wav, bed: bed.wav }
scenes:
  - id: hook
    duration: 4s
    layers:
      - { shape: rect, size: [120px, 80px], at: [20%, 72%], fill: accent, animate: { x: [20%, 80%] } }
      - { text: "Only 40 left", style: title, at: [center, 30%] }
  - id: offer
    duration: 4s
    background: "#f4f0e8"
    layers:
      - { shape: ellipse, size: [200px, 200px], at: [75%, 35%], fill: "#206040", animate: { scale: [1, 1.5] } }
      - { text: "Aurora costs $49", style: { size: 7%, color: "#203040" }, at: [40%, 60%], start: 0.5s }
captions:
  - { start: 0.4s, end: 2.2s, text: "Forty lamps are left" }
  - { start: 2.4s, end: 3.9s, text: "and then they are gone" }
  - { start: 4.6s, end: 6.4s, text: "Aurora lights your desk" }
  - { start: 6.6s, end: 7.9s, text: "for forty nine dollars" }
audio:
  tracks: [ { asset: voice, start: 0.4s }, { asset: bed, loop: true, gain: -20dB, duck: { under: voice, by: 9dB } } ]
  loudness: { integrated: -16LUFS, true_peak: -1dBTP }
cta: { text: "Order Aurora today", url: "https://example.com", hold: 3s }
"""
RATE = 24000


def syllables(seed, seconds):
    """Speech in all but sense: voiced stretches of changing pitch and colour, with pauses between words."""
    dice, out = random.Random(seed), []
    while len(out) < seconds * RATE:
        for _ in range(dice.randint(1, 3)):
            length, pitch, formants = int(dice.uniform(0.09, 0.2) * RATE), dice.uniform(90, 220), [dice.uniform(300, 900), dice.uniform(1000, 2600)]
            bend, phase = dice.uniform(-0.3, 0.3), 0.0
            for n in range(length):
                phase += 2 * math.pi * pitch * (1 + bend * n / length) / RATE
                value = sum(math.sin(k * phase) / (1 + min(abs(k * pitch - f) for f in formants) / 120) for k in range(1, 14))
                out.append(0.16 * value * math.sin(math.pi * n / length) ** 0.5)
        out += [0.0] * int(dice.uniform(0.05, 0.25) * RATE)
    return out[: int(seconds * RATE)]


def sound(path, samples):
    with wave.open(path, "wb") as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(RATE)
        file.writeframes(array.array("h", [max(-32767, min(32767, int(x * 32767))) for x in samples]).tobytes())


def run(*words):
    return subprocess.run(words, capture_output=True, text=True)


# Name, filter of the pictures, filter of the sound; in the delivered file.
FILTERS = [
    ("text covered", "drawbox=x=340:y=160:w=600:h=110:t=fill:color=0x29305a:enable='lt(t,4)'", None),
    ("caption missing", "drawbox=x=300:y=600:w=680:h=100:t=fill:color=0x3b1438:enable='between(t,0.3,2.3)'", None),
    ("text nobody planned", "drawtext=text=DRAFT:x=60:y=60:fontsize=60:fontcolor=white", None),
    ("placeholder on screen", "drawtext=text={{name}}:x=60:y=60:fontsize=40:fontcolor=white:enable='gt(t,4)'", None),
    ("black for 1 s", "drawbox=t=fill:color=black:enable='between(t,5,6)'", None),
    ("white flash", "drawbox=t=fill:color=white:enable='between(t,2.5,2.53)'", None),
    ("4 s frozen", "loop=loop=119:size=1:start=30,select='lte(n,149)+gt(n,268)',setpts=N/30/TB", None),
    ("every second picture doubled", "select='not(mod(n,2))',fps=30", None),
    ("picture covered", "drawbox=x=800:y=120:w=380:h=280:t=fill:color=0x806040:enable='between(t,4.2,7.8)'", None),
    ("picture stretched", "scale=1500:720,crop=1280:720", None),
    ("picture mirrored", "hflip", None),
    ("other colours", "hue=h=40", None),
    ("a second missing", "select='not(between(n,60,89))',setpts=N/30/TB", None),
    ("a channel silent", None, "pan=stereo|c0=c0|c1=0*c1"),
    ("clipped", None, "volume=14dB,aformat=sample_fmts=s16"),
    ("clipped and turned down", None, "volume=16dB,aformat=sample_fmts=s16,volume=-13dB"),
    ("voice missing", None, "volume=0:enable='between(t,2.4,4)'"),
    ("sound late", None, "adelay=400:all=1"),
    ("a word beeped over", None, "volume=0.05:enable='between(t,1.1,1.8)'"),
]
# Name, what is written otherwise in the spec that the film was made from.
SPECS = [
    ("a wrong digit", "Only 40", "Only 48"), ("a wrong price", "$49", "$44"), ("a wrong letter", "Aurora lights", "Aurara lights"),
    ("a wrong word", "lamps are left", "lamps were left"), ("another language", "and then they are gone", "und dann sind sie weg"),
    ("a caption left out", '  - { start: 4.6s, end: 6.4s, text: "Aurora lights your desk" }\n', ""),
    ("a caption a second late", "start: 4.6s, end: 6.4s", "start: 5.6s, end: 6.5s"), ("a title late", "start: 0.5s", "start: 2s"),
    ("text cut at the edge", "at: [40%, 60%], start", "at: [2%, 60%], start"), ("another voice", "voice.wav", "other.wav"),
    ("a wrong word spoken", "voice.wav", "slip.wav"), ("no music", "gain: -20dB", "gain: -80dB"), ("scenes in another order", None, None),
]
GOOD = [("again at CRF 18", ["-crf", "18"]), ("at CRF 23", ["-crf", "23"]), ("at CRF 28, ultrafast", ["-crf", "28", "-preset", "ultrafast"]),
        ("sound at 96 kbit/s", ["-crf", "23", "-b:a", "96k"]), ("half a dB quieter", ["-crf", "23", "-af", "volume=-0.5dB"]),
        ("at 44.1 kHz", ["-crf", "23", "-ar", "44100"])]


def main():
    vgraph, folder = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    voice = syllables(1, 7.4)
    sound("voice.wav", voice), sound("other.wav", syllables(2, 7.4))
    slip = list(voice)
    slip[int(2.0 * RATE) : int(2.7 * RATE)] = syllables(3, 0.7)[: int(2.7 * RATE) - int(2.0 * RATE)]
    sound("slip.wav", slip)
    sound("bed.wav", [0.3 * sum(math.sin(2 * math.pi * f * n / RATE) for f in (220, 277, 330)) / 3 for n in range(2 * RATE)])
    open("good.video.yaml", "w").write(SPEC)
    built = run(vgraph, "build", "good.mp4")
    if built.returncode: sys.exit(built.stdout + built.stderr)

    def check(name):
        told = run(vgraph, "check", name, "--spec", "good.video.yaml", "--json")
        results = json.loads(told.stdout.splitlines()[-1])["results"] if told.stdout else []
        return told.returncode, [x["id"] for x in results if x["verdict"] in ("fail", "not_run")], [x["id"] for x in results if x["verdict"] == "warn"]

    found, refused, missed = 0, 0, []
    def tell(kind, name, file):
        code, fails, warns = check(file)
        print(f"{kind:6} {name:30} exit {code}  fail {' '.join(fails) or '-'}  warn {' '.join(warns) or '-'}", flush=True)
        return code

    base = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart"]
    encode = lambda name, extra: run("ffmpeg", "-v", "error", "-y", "-i", "good.mp4", "-map", "0:v", "-map", "0:a", *base, *extra, name)
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    if only == "gate": GOOD.clear(), SPECS.clear()
    for name, extra in GOOD:
        encode("again.mp4", extra)
        refused += tell("good", name, "again.mp4") != 0
    for name, video, audio in [] if only == "gate" else FILTERS:
        done = encode("faulty.mp4", (["-vf", video] if video else []) + (["-af", audio] if audio else []))
        if done.returncode: sys.exit(f"{name}: {done.stderr}")
        found += (code := tell("fault", name, "faulty.mp4")) == 3
        if code != 3: missed.append(name)
    for name, old, new in SPECS:
        text = SPEC.replace(old, new) if old else None
        if text is None:
            head, rest = SPEC.split("  - id: hook")
            hook, rest = rest.split("  - id: offer")
            offer, tail = rest.split("captions:")
            text = head + "  - id: offer" + offer + "  - id: hook" + hook + "captions:" + tail
        assert text != SPEC, name
        # What proofreading would stop is let through: the file is what is looked at.
        open("faulty.video.yaml", "w").write(text + "acceptance: { checks: { P05.frame: warn } }\n")
        if os.path.exists("faulty.mp4"): os.remove("faulty.mp4")
        run(vgraph, "build", "faulty.mp4")
        found += (code := tell("fault", name, "faulty.mp4")) == 3
        if code != 3: missed.append(name)

    # Faults that a stage of the pipeline makes: the gate has the last word.
    here = os.path.dirname(os.path.abspath(__file__))
    pipeline = open(os.path.join(here, "..", "..", "pipelines", "video.yaml")).read()
    os.makedirs("pipelines", exist_ok=True)
    def build(kind, name, spoil, wired):
        open("pipelines/video.yaml", "w").write(wired.replace("stages:\n", "stages:\n  spoil: " + json.dumps(spoil) + "\n", 1))
        told = run(vgraph, "build", "good.mp4", "--json")
        events = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
        failed = [e["diagnostic"]["message"] for e in events if e.get("event") == "node" and e.get("outcome") == "failed" and "diagnostic" in e]
        gate = run(vgraph, "show", "good.mp4:gate")
        ids = [key for key, value in json.loads(gate.stdout)["checks"].items() if value in ("fail", "not_run")] if gate.stdout else []
        print(f"{kind:6} {name:30} exit {told.returncode}  fail {' '.join(ids) or '-'} {' '.join(failed)[:90]}", flush=True)
        return told.returncode

    program = lambda taken, kind, video, audio, codec: {
        "run": ["ffmpeg", "-v", "error", "-i", taken] + (["-vf", video] if video else []) + (["-af", audio] if audio else []) + codec + ["$out"],
        "outputs": {kind: {"file": "spoilt.mp4", "type": kind}}}
    after = base[:-2] + ["-movflags", "+faststart"]
    joined = ["-c:v", "libx264", "-preset", "superfast", "-crf", "20", "-pix_fmt", "yuv420p", "-threads", "1", "-x264-params", "stitchable=1:open-gop=0:keyint=120",
              "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0", "-an", "-video_track_timescale", "15360"]
    gated, wanted = 0, []
    # The pictures as they were, so that no other check has a reason to look.
    copied = ["-c:v", "copy"] + after[after.index("-c:a"):]
    sounds = [] if only == "file" else [(f"{name}, pictures copied", audio) for name, _, audio in FILTERS if audio]
    sounds += [] if only == "file" else [("another word, pictures copied", "areverse,atrim=0:1,areverse,apad=whole_dur=11")]
    for name, audio in sounds:
        code = build("mux", name, program("$mux", "media", None, audio, copied), pipeline.replace("media: $mux", "media: $spoil"))
        gated += code == 3
        if code != 3: wanted.append(name)
    for name, video, audio in [] if only == "file" else FILTERS:
        code = build("mux", name, program("$mux", "media", video, audio, after), pipeline.replace("media: $mux", "media: $spoil"))
        gated += code == 3
        if code != 3: wanted.append(name)
    encoded = [(n, v) for n, v, a in FILTERS if v and n not in ("4 s frozen", "a second missing", "white flash")]
    encoded += [("a wrong digit", "drawbox=x=640:y=180:w=60:h=80:t=fill:color=0x293058,drawtext=text=8:x=650:y=190:fontsize=64:fontcolor=white")]
    if only == "file": encoded = []
    for name, video in encoded:
        video = video.split(":enable")[0] if "enable" in video else video
        spoil = program("$each", "stream", video, None, joined) | {"each": "$encode"}
        code = build("encode", name, spoil, pipeline.replace("segments: $encode", "segments: $spoil").replace("each: $encode, frames", "each: $spoil, frames"))
        gated += code == 3
        if code != 3: wanted.append(name + " (encode)")
    total = 0 if only == "file" else len(FILTERS) + len(encoded) + len(sounds)
    if total: print(f"the gate of a build finds {gated} of {total}" + (f"; missed: {', '.join(wanted)}" if wanted else ""))
    if only != "gate": print(f"check --spec finds {found} of {len(FILTERS) + len(SPECS)}, refuses {refused} of {len(GOOD)} good files" + (f"; missed: {', '.join(missed)}" if missed else ""))
    sys.exit(1 if missed or refused or wanted else 0)


main()
