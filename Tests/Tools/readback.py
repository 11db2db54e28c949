#!/usr/bin/env python3
"""Plants faults into a short film and says which the text and speech reviewers catch, and what they say of good films.

usage: Tests/Tools/readback.py [--vgraph PATH]     needs ffmpeg, espeak-ng and `vgraph reviewers install`

The good film is built once; its claims are held against the pictures and the sound of each variant. Variants of texts
are built by vgraph with other values, the rest is done to the finished film with ffmpeg.
"""
import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

SPEC = """
version: 1
video: { size: 960x540, fps: 25, background: "#10162b", language: en, title: "The garden report" }
props:
  plants: { type: string, default: "167 plants in bloom" }
  water: { type: string, default: "40% less water" }
  caption: { type: string, default: "This spring our garden grew to 167 plants." }
  join: { type: string, default: "Join us on Saturday" }
  font: { type: string, default: Inter }
theme:
  fonts: { body: ["{{font}}", sans-serif] }
  styles:
    head: { size: 10%, weight: 700, color: white }
    small: { size: 5%, weight: 500, color: "#9fb4ff" }
    caption: { size: 5%, weight: 500, color: white, padding: [0.7em, 0.34em], background: "#000000c0" }
assets: { v1: v1.wav, v2: v2.wav, v3: v3.wav }
scenes:
  - id: intro
    duration: 4s
    layers:
      - { text: "The garden report", style: head, at: [center, 40%], enter: { slide: up, for: 0.4s } }
      - { text: "{{plants}}", style: small, at: [center, 56%], start: 0.5s, enter: { fade: true, for: 0.4s } }
    captions: [{ start: 0.3s, end: 3.6s, text: "{{caption}}" }]
    transition: { crossfade: 0.4s }
  - id: water
    duration: 4s
    layers: [{ text: "{{water}}", style: head, at: [center, 45%], enter: { zoom: 0.9, for: 0.4s } }]
    captions: [{ start: 0.5s, end: 3.7s, text: "We use 40 percent less water than last year." }]
  - id: join
    duration: 4s
    layers: [{ text: "{{join}}", style: head, at: [center, 45%], enter: { fade: true, for: 0.4s } }]
    captions: [{ start: 0.3s, end: 3.6s, text: "Come and join us on Saturday morning." }]
captions: { style: caption, position: 88% }
audio:
  tracks:
    - { asset: v1, at: scene.intro.start + 0.4s }
    - { asset: v2, at: scene.water.start + 0.5s }
    - { asset: v3, at: scene.join.start + 0.4s }
  loudness: { integrated: -16LUFS, true_peak: -1dBTP }
cta: { text: "Visit the garden", url: "https://example.com/garden", button: "Plan your visit", hold: 2s }
"""
SCRIPT = ["This spring our garden grew to 167 plants.", "We use 40 percent less water than last year.",
          "Come and join us on Saturday morning."]
STARTS = [0.4, 4.5, 8.4]
WIDTH = 960

# name, what is built or done, the claims of which one has to be contradicted or absent
TEXTS = [
    ("caption dropped", {"filter": "drawbox=0:430:960:100:color=0x10162b:t=fill:enable='lt(t,4)'"}, {"caption.1"}),
    ("wrong word in a caption", {"set": {"caption": "This autumn our garden grew to 167 plants."}}, {"caption.1"}),
    ("wrong number in a caption", {"set": {"caption": "This spring our garden grew to 176 plants."}}, {"caption.1"}),
    ("wrong number in a text", {"set": {"water": "48% less water"}}, {"water.text.1"}),
    ("a digit more in a text", {"set": {"plants": "1670 plants in bloom"}}, {"intro.text.2"}),
    ("polarity turned", {"set": {"water": "40% more water"}}, {"water.text.1"}),
    ("other language", {"set": {"join": "Komm am Samstag"}}, {"join.text.1"}),
    ("text covered all the time", {"filter": "drawbox=100:190:760:110:color=gray:t=fill:enable='between(t,4,8)'"},
     {"water.text.1"}),
    ("text covered for a part", {"filter": "drawbox=100:190:760:110:color=gray:t=fill:enable='between(t,6.5,8)'"},
     {"water.text.1"}),
    ("text cut at its edge", {"filter": "drawbox=0:0:260:540:color=0x10162b:t=fill:enable='between(t,8,12)'"},
     {"join.text.1", "caption.3"}),
    ("black for a second", {"filter": "drawbox=0:0:960:540:color=black:t=fill:enable='between(t,5.5,6.5)'"},
     {"water.text.1"}),
    ("caption one second late", {"filter": "drawbox=0:430:960:100:color=0x10162b:t=fill:enable='lt(t,1.3)'"},
     {"caption.1"}),
    ("words nobody planned", {"filter": "drawtext=text='LOREM IPSUM':fontsize=40:fontcolor=white:x=60:y=40"},
     {"unplanned"}),
    ("a template left open", {"set": {"join": "Join us on {day}"}}, {"join.text.1"}),
]
SPEECH = [
    ("missing sentence", {"say": {1: None}}, {"speech.2"}),
    ("no sound", {"say": {0: None, 1: None, 2: None}}, {"speech.1", "speech.2", "speech.3"}),
    ("another sentence", {"say": {1: "The weather in the mountains was cold and rainy."}}, {"speech.2"}),
    ("other language", {"say": {1: ("de", "Wir verbrauchen vierzig Prozent weniger Wasser als im Vorjahr.")}},
     {"speech.2"}),
    ("wrong number spoken", {"say": {1: "We use 90 percent less water than last year."}}, {"speech.2"}),
    ("wrong name spoken", {"say": {2: "Come and join us on Wednesday morning."}}, {"speech.3"}),
    ("garbled", {"audio": "areverse"}, {"speech.1", "speech.2", "speech.3"}),
]
GOOD = [
    ("as built", {}), ("crf 30", {"filter": "null", "crf": 30}), ("half size", {"filter": "scale=480:270"}),
    ("darker", {"filter": "eq=brightness=-0.06"}), ("noise", {"filter": "noise=alls=8"}),
    ("DejaVu Serif", {"set": {"font": "DejaVu Serif"}}), ("DejaVu Sans Mono", {"set": {"font": "DejaVu Sans Mono"}}),
    ("Noto Sans", {"set": {"font": "Noto Sans"}}),
    ("voice en-us", {"voice": "en-us"}), ("voice en-scotland", {"voice": "en-gb-scotland"}),
    ("voice f3", {"voice": "en-gb+f3"}), ("voice m7", {"voice": "en-us+m7"}),
    ("quiet", {"audio": "volume=-20dB"}), ("44 kHz mono", {"audio": "aresample=22050"}),
]


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit("%s failed:\n%s" % (" ".join(words[:4]), done.stdout[-1500:] + done.stderr[-1500:]))
    return done.stdout


def ffmpeg(*words):
    run("ffmpeg", "-nostdin", "-v", "error", "-y", *words)


class Film:
    def __init__(self, vgraph, folder):
        self.vgraph, self.folder = vgraph, folder
        for index, text in enumerate(SCRIPT):
            run("espeak-ng", "-v", "en-gb", "-s", "150", "-w", "%s/v%d.wav" % (folder, index + 1), text)
        with open(folder + "/film.video.yaml", "w") as file:
            file.write(SPEC)

    def build(self, values):
        words = [w for name, value in values.items() for w in ("--set", "%s=%s" % (name, value))]
        done = subprocess.run([self.vgraph, "build", "film.mp4", *words], cwd=self.folder, capture_output=True, text=True)
        if not os.path.exists(self.folder + "/film.mp4"):
            sys.exit(done.stdout + done.stderr)
        return self.folder + "/film.mp4"

    def request(self):
        return json.loads(run(self.vgraph, "show", "film.mp4:request", cwd=self.folder))

    def picture(self, change):
        film = self.build(change.get("set", {}))
        if "filter" not in change:
            return film
        out = self.folder + "/changed.mp4"
        ffmpeg("-i", film, "-vf", change["filter"], "-c:v", "libx264", "-crf", str(change.get("crf", 20)), "-an", out)
        return out

    def sound(self, change):
        out, parts, filters = self.folder + "/changed.wav", [], []
        for index, text in enumerate(SCRIPT):
            said = change.get("say", {}).get(index, text)
            if said is None:
                continue
            voice, text = said if isinstance(said, tuple) else (change.get("voice", "en-gb"), said)
            file = "%s/said%d.wav" % (self.folder, index)
            run("espeak-ng", "-v", voice, "-s", "150", "-w", file, text)
            filters.append("[%d]adelay=%d[a%d]" % (len(parts), STARTS[index] * 1000, len(parts)))
            parts.append(file)
        if not parts:
            ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "14", out)
            return out
        mix = "".join("[a%d]" % i for i in range(len(parts)))
        filters.append(mix + "amix=inputs=%d:normalize=0:duration=longest,apad=whole_dur=14" % len(parts)
                       + ("," + change["audio"] if "audio" in change else ""))
        ffmpeg(*[w for file in parts for w in ("-i", file)], "-filter_complex", ";".join(filters), "-ac", "1",
               "-ar", "16000", out)
        return out


def ask(name, request, media, python, programs):
    """The observations of one reviewer, and the processor time that it took."""
    with tempfile.TemporaryDirectory() as folder:
        kinds = {"text": ("text", "caption"), "speech": ("speech",)}[name]
        request = json.loads(json.dumps(request))
        request["list"]["claims"] = [c for c in request["list"]["claims"] if c["kind"] in kinds]
        stills = [e for e in request["exhibits"] if e["kind"] == "frame"]
        os.mkdir(folder + "/frames")
        if name == "text":
            chosen = "+".join("eq(n,%d)" % e["frame"] for e in stills)
            ffmpeg("-i", media, "-vf", "select='%s',scale=%d:-1" % (chosen, WIDTH), "-vsync", "0",
                   folder + "/frame%d.png")
            for index, still in enumerate(stills):
                shutil.move("%s/frame%d.png" % (folder, index + 1), folder + "/" + still["file"])
        else:
            shutil.copy(media, folder + "/sound.wav")
        with open(folder + "/request.json", "w") as file:
            json.dump(request, file)
        for file in os.listdir(programs):
            shutil.copy(programs + "/" + file, folder)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = run(python, "-E", "-s", "-B", "-m", name, "request.json", cwd=folder,
                  env={**os.environ, "OMP_NUM_THREADS": "1"})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        lines = [json.loads(line) for line in out.splitlines()][1:]
        return lines, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vgraph", default=root + "/.build/release/vgraph")
    vgraph = os.path.abspath(parser.parse_args().vgraph)
    found = re.search(r"^in (.*)$", run(vgraph, "reviewers"), re.M)
    if not found:
        sys.exit("the reviewers are not installed: vgraph reviewers install")
    python, programs = found[1] + "/bin/python3", root + "/pipelines/reviewers"
    with tempfile.TemporaryDirectory() as folder:
        film = Film(vgraph, folder)
        film.build({})
        request, seconds, total = film.request(), {"text": [], "speech": []}, {"caught": 0, "planted": 0, "alarms": 0}

        def findings(name, change):
            media = film.picture(change) if name == "text" else film.sound(change)
            lines, used = ask(name, request, media, python, programs)
            seconds[name].append(used)
            return lines

        for name, faults in (("text", TEXTS), ("speech", SPEECH)):
            for title, change, wanted in faults:
                lines = findings(name, change)
                wrong = {o["claim"] for o in lines if o["verdict"] in ("contradicts", "absent")}
                total["planted"] += 1
                total["caught"] += bool(wrong & wanted)
                extra = " and " + ", ".join(sorted(wrong - wanted)) if wrong - wanted else ""
                values = [o["measured"] for o in lines if o["claim"] in wanted and "measured" in o]
                print("%-7s %s: %s%s  %s" % (name, title, "caught" if wrong & wanted else "MISSED", extra, values[:1]))
        for title, change in GOOD:
            names = ["speech"] if "voice" in change or "audio" in change else ["text"]
            if not change:
                names = ["text", "speech"]
            for name in names:
                lines = findings(name, change)
                wrong = [o for o in lines if o["verdict"] != "supports"]
                total["alarms"] += bool(wrong)
                worst = min((o["measured"]["mean"] for o in lines if "mean" in o.get("measured", {})), default="")
                print("%-7s good, %s: %s  %s" % (name, title, "nothing" if not wrong else [
                    (o["claim"], o["verdict"], o.get("found")) for o in wrong], worst))
        print("%(caught)d of %(planted)d faults caught, %(alarms)d false alarms" % total, "on %d good films" % len(GOOD))
        for name, used in seconds.items():
            print("%s: %.0f CPU s a minute of film" % (name, sum(used) / len(used) * 60 / 14))


main()
