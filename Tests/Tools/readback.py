#!/usr/bin/env python3
"""Plants faults into short films and says which the reviewers catch, and what they say of good films.

usage: Tests/Tools/readback.py [--vgraph PATH] [--only WORDS] [tuned|held-out]
needs ffmpeg, espeak-ng and `vgraph reviewers install`

Each good film is built once; its claims are held against the pictures and the sound of each variant, part by part as a
build does it. Variants of texts are built by vgraph with other values, the rest is done to the finished film with
ffmpeg. The limits of the reviewers were read off the set 'tuned'; those of 'held-out' were not changed for it.
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
import wave

GARDEN = """
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
KESTREL = """
version: 1
video:
  size: 720x1280
  fps: 30
  background: { linear: ["#f7ecd8", "#d9c8a5"], angle: 120 }
  language: en
  title: Kestrel
props:
  name: { type: string, default: "Kestrel 3" }
  price: { type: string, default: "From $249" }
  range: { type: string, default: "12 km on one charge" }
  date: { type: string, default: "In shops on 14 March." }
  caption: { type: string, default: "The folding bike that fits under a desk." }
  url: { type: string, default: "https://kestrel.example/try" }
  font: { type: string, default: "DejaVu Sans" }
theme:
  fonts: { body: ["{{font}}", sans-serif] }
  styles:
    big: { size: 7%, weight: 700, color: "#2b2118" }
    line: { size: 3.4%, weight: 400, color: "#5a3d1e" }
    caption: { size: 3%, weight: 600, color: "#2b2118", background: "#fffffff0", padding: [0.6em, 0.3em] }
assets: { v1: v1.wav, v2: v2.wav, v3: v3.wav }
scenes:
  - id: bike
    duration: 4s
    layers:
      - { text: "{{name}}", style: big, at: [center, 30%], enter: { fade: true, for: 0.3s } }
      - { text: "{{price}}", style: line, at: [center, 40%], start: 0.4s, enter: { slide: left, for: 0.4s } }
    captions: [{ start: 0.4s, end: 3.7s, text: "{{caption}}" }]
  - id: range
    duration: 4s
    layers: [{ text: "{{range}}", style: line, at: [center, 35%], enter: { slide: up, for: 0.3s } }]
    captions: [{ start: 0.4s, end: 3.6s, text: "It never needs charging on the way to work." }]
    transition: { slide: left, for: 0.4s }
  - id: shop
    duration: 4s
    layers: [{ text: "Try it\\nfor a week", style: big, at: [center, 35%] }]
    captions: [{ start: 0.4s, end: 3.4s, text: "{{date}}" }]
captions: { style: caption, position: 80% }
audio:
  tracks:
    - { asset: v1, at: scene.bike.start + 0.4s }
    - { asset: v2, at: scene.range.start + 0.4s }
    - { asset: v3, at: scene.shop.start + 0.4s }
cta: { text: "Book a ride", url: "{{url}}", button: "Find a shop", hold: 2.5s }
"""
WETTER = """
version: 1
video: { size: 1280x720, fps: 25, background: { radial: ["#1d3b53", "#071420"] }, language: de, title: "Stadtwetter" }
props:
  gruss: { type: string, default: "Schöne Grüße aus Köln" }
  wert: { type: string, default: "3,5 Mio. Messwerte am Tag" }
  caption: { type: string, default: "Morgen wird es in der Stadt bis zu 31 Grad heiß." }
  font: { type: string, default: "DejaVu Sans Mono" }
theme:
  fonts: { body: ["{{font}}", serif] }
  styles:
    big: { size: 9%, weight: 600, color: "#ffe9a8" }
    line: { size: 5%, weight: 400, color: "#b9e3ff" }
    caption: { size: 4.6%, weight: 500, color: white, outline: { width: 2px, color: black } }
assets: { v1: v1.wav, v2: v2.wav, v3: v3.wav }
scenes:
  - id: gruss
    duration: 4.2s
    layers: [{ text: "{{gruss}}", style: big, at: [center, 40%], enter: { zoom: 0.8, for: 0.3s } }]
    captions: [{ start: 0.3s, end: 3.9s, text: "{{caption}}" }]
    transition: { crossfade: 0.5s }
  - id: werte
    duration: 4.4s
    layers: [{ text: "{{wert}}", style: line, at: [center, 45%], enter: { fade: true, for: 0.3s } }]
    captions: [{ start: 0.6s, end: 4s, text: "Am Nachmittag ist mit Gewittern zu rechnen." }]
  - id: tipp
    duration: 7s
    layers: [{ text: "Fenster zu!", style: big, at: [center, 40%], enter: { fade: true, for: 0.3s } }]
    captions: [{ start: 0.3s, end: 3.5s, text: "Bitte schließen Sie die Fenster rechtzeitig." }]
captions: { style: caption, position: 88% }
audio:
  tracks:
    - { asset: v1, at: scene.gruss.start + 0.4s }
    - { asset: v2, at: scene.werte.start + 0.7s }
    - { asset: v3, at: scene.tipp.start + 0.4s }
"""

# name, what is built or done, the claims of which one has to be contradicted or absent
GARDEN_TEXTS = [
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
GARDEN_SPEECH = [
    ("missing sentence", {"say": {1: None}}, {"speech.2"}),
    ("no sound", {"say": {0: None, 1: None, 2: None}}, {"speech.1", "speech.2", "speech.3"}),
    ("another sentence", {"say": {1: "The weather in the mountains was cold and rainy."}}, {"speech.2"}),
    ("other language", {"say": {1: ("de", "Wir verbrauchen vierzig Prozent weniger Wasser als im Vorjahr.")}},
     {"speech.2"}),
    ("wrong number spoken", {"say": {1: "We use 90 percent less water than last year."}}, {"speech.2"}),
    ("wrong name spoken", {"say": {2: "Come and join us on Wednesday morning."}}, {"speech.3"}),
    ("garbled", {"audio": "areverse"}, {"speech.1", "speech.2", "speech.3"}),
]
KESTREL_TEXTS = [
    ("a letter of a name", {"set": {"name": "Kestral 3"}}, {"bike.text.1"}),
    ("digits of a price swapped", {"set": {"price": "From $294"}}, {"bike.text.2"}),
    ("another currency", {"set": {"price": "From €249"}}, {"bike.text.2"}),
    ("another unit", {"set": {"range": "12 mi on one charge"}}, {"range.text.1"}),
    ("another day", {"set": {"date": "In shops on 16 March."}}, {"caption.3"}),
    ("the caption of an older film", {"set": {"caption": "The folding bike that fits in a bag."}}, {"caption.1"}),
    ("another address", {"set": {"url": "https://kestrel.example/buy"}}, {"cta.text.3"}),
    ("veiled for its last second",
     {"filter": "drawbox=0:990:720:90:color=0xd9c8a5@0.97:t=fill:enable='between(t,2.8,4)'"},
     {"caption.1"}),
    ("words in a corner for two seconds",
     {"filter": "drawtext=text='SAMPLE':fontsize=34:fontcolor=red:x=520:y=40:enable='between(t,4.4,7)'"},
     {"unplanned"}),
    ("moved out of the picture", {"filter": "crop=720:1280:0:0,pad=1080:1280:360:0,crop=720:1280:0:0"},
     {"bike.text.1", "caption.1", "caption.2"}),
]
KESTREL_SPEECH = [
    ("a word that turns it round", {"say": {1: "It always needs charging on the way to work."}}, {"speech.2"}),
    ("another month", {"say": {2: "In shops on 14 August."}}, {"speech.3"}),
    ("another product", {"say": {0: "The electric car that fits in a garage."}}, {"speech.1"}),
    ("French", {"say": {1: ("fr", "Il ne faut jamais le recharger en route.")}}, {"speech.2"}),
    ("sentences in another order", {"order": [1, 0, 2]}, {"speech.1", "speech.2"}),
    ("two seconds late", {"late": {2: 2.0}}, {"speech.3"}),
    ("too quiet to be heard", {"gain": {1: -70}}, {"speech.2"}),
    ("a voice at the end", {"extra": ("en-us", 12.6, "Terms and conditions apply, see website.")},
     {"unplanned-speech"}),
]
KESTREL_GOOD = [
    ("as built", {}), ("crf 32", {"filter": "null", "crf": 32}), ("brighter", {"filter": "eq=brightness=0.05"}),
    ("DejaVu Serif", {"set": {"font": "DejaVu Serif"}}), ("Inter", {"set": {"font": "Inter"}}),
    ("voice en-us+f4", {"voice": "en-us+f4"}), ("voice en-gb-x-rp", {"voice": "en-gb-x-rp"}),
    ("music under it", {"bed": "sine=f=196:d=16,tremolo=f=3:d=0.6,volume=-16dB"}),
    ("noise of a room", {"bed": "anoisesrc=c=brown:a=0.03:d=16"}),
]
WETTER_TEXTS = [
    ("umlauts lost", {"set": {"gruss": "Schone Grusse aus Koln"}}, {"gruss.text.1"}),
    ("a comma lost", {"set": {"wert": "35 Mio. Messwerte am Tag"}}, {"werte.text.1"}),
    ("a minus too many", {"set": {"caption": "Morgen wird es in der Stadt bis zu -31 Grad heiß."}}, {"caption.1"}),
    ("a minus before a number", {"set": {"wert": "-3,5 Mio. Messwerte am Tag"}}, {"werte.text.1"}),
    ("English", {"set": {"caption": "Tomorrow it will be up to 31 degrees in the city."}}, {"caption.1"}),
    ("gone after a second", {"filter": "drawbox=0:590:1280:100:color=0x0a1a28:t=fill:enable='between(t,1.4,4)'"},
     {"caption.1"}),
]
WETTER_SPEECH = [
    ("missing sentence", {"say": {1: None}}, {"speech.2"}),
    ("two seconds late", {"late": {0: 2.0}}, {"speech.1"}),
    ("a voice at the end", {"extra": ("de", 12.8, "Diese Sendung wurde gesponsert von niemandem.")},
     {"unplanned-speech"}),
    ("wrong number spoken", {"say": {0: "Morgen wird es in der Stadt bis zu 13 Grad heiß."}}, {"speech.1"}),
]
WETTER_GOOD = [
    ("as built", {}), ("crf 30", {"filter": "null", "crf": 30}), ("DejaVu Sans", {"set": {"font": "DejaVu Sans"}}),
    ("noise", {"filter": "noise=alls=6"}), ("voice de+f3", {"voice": "de+f3"}),
    ("music under it", {"bed": "sine=f=147:d=16,tremolo=f=5:d=0.5,volume=-18dB"}),
]
GARDEN_GOOD = [
    ("as built", {}), ("crf 30", {"filter": "null", "crf": 30}), ("half size", {"filter": "scale=480:270"}),
    ("darker", {"filter": "eq=brightness=-0.06"}), ("noise", {"filter": "noise=alls=8"}),
    ("DejaVu Serif", {"set": {"font": "DejaVu Serif"}}), ("DejaVu Sans Mono", {"set": {"font": "DejaVu Sans Mono"}}),
    ("Noto Sans", {"set": {"font": "Noto Sans"}}),
    ("voice en-us", {"voice": "en-us"}), ("voice en-scotland", {"voice": "en-gb-scotland"}),
    ("voice f3", {"voice": "en-gb+f3"}), ("voice m7", {"voice": "en-us+m7"}),
    ("quiet", {"audio": "volume=-20dB"}), ("44 kHz mono", {"audio": "aresample=22050"}),
]

SETS = {
    "tuned": [
        {"name": "garden", "spec": GARDEN, "voice": "en-gb", "seconds": 14, "starts": [0.4, 4.5, 8.4], "script": [
            "This spring our garden grew to 167 plants.", "We use 40 percent less water than last year.",
            "Come and join us on Saturday morning."],
         "text": GARDEN_TEXTS, "speech": GARDEN_SPEECH, "good": GARDEN_GOOD}],
    "held-out": [
        {"name": "kestrel", "spec": KESTREL, "voice": "en-us", "seconds": 14.5, "starts": [0.4, 4.4, 8.4], "script": [
            "The folding bike that fits under a desk.", "It never needs charging on the way to work.",
            "In shops on 14 March."],
         "text": KESTREL_TEXTS, "speech": KESTREL_SPEECH, "good": KESTREL_GOOD},
        {"name": "wetter", "spec": WETTER, "voice": "de", "seconds": 15.5, "starts": [0.4, 4.9, 9.0], "script": [
            "Morgen wird es in der Stadt bis zu 31 Grad heiß.", "Am Nachmittag ist mit Gewittern zu rechnen.",
            "Bitte schließen Sie die Fenster rechtzeitig."],
         "text": WETTER_TEXTS, "speech": WETTER_SPEECH, "good": WETTER_GOOD}],
}
REVIEWERS = {"text": ["text"], "speech": ["speech", "voice"]}
LISTS = {"text": "pictures", "speech": "sentences", "voice": "soundtrack"}


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit("%s failed:\n%s" % (" ".join(words[:4]), done.stdout[-1500:] + done.stderr[-1500:]))
    return done.stdout


def ffmpeg(*words):
    run("ffmpeg", "-nostdin", "-v", "error", "-y", *words)


class Film:
    def __init__(self, vgraph, folder, film):
        self.vgraph, self.folder, self.film = vgraph, folder, film
        os.makedirs(folder)
        for index, text in enumerate(film["script"]):
            run("espeak-ng", "-v", film["voice"], "-s", "150", "-w", "%s/v%d.wav" % (folder, index + 1), text)
        with open(folder + "/film.video.yaml", "w") as file:
            file.write(film["spec"])
        run(vgraph, "build", "-q", "film.mp4:request", cwd=folder)
        self.parts = {name: self.read(name) for name in LISTS}

    def build(self, values):
        words = [w for name, value in values.items() for w in ("--set", "%s=%s" % (name, value))]
        # Without reviewers: they are asked below.
        done = subprocess.run([self.vgraph, "build", "film.mp4", *words], cwd=self.folder, capture_output=True,
                              text=True, env={**os.environ, "XDG_DATA_HOME": "/nonexistent"})
        if not os.path.exists(self.folder + "/film.mp4"):
            sys.exit(done.stdout + done.stderr)
        return self.folder + "/film.mp4"

    def show(self, what):
        """The documents of a result that is a list."""
        text, found, at = run(self.vgraph, "show", "film.mp4:" + what, cwd=self.folder), [], 0
        while text[at:].strip():
            document, at = json.JSONDecoder().raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip()))
            found.append(document)
        return found

    def read(self, name):
        """Each part of a reviewer, its first frame, and its claims' names in the film."""
        whole, parts = self.show("request")[0]["list"]["claims"], []
        for part in self.show("request." + LISTS[name]):
            claims, start, names = part["list"]["claims"], 0, {}
            for claim in claims:
                length = claim["endFrame"] - claim["startFrame"]
                same = [c for c in whole if c["kind"] == claim["kind"] and c["id"] not in names.values()
                        and c["endFrame"] - c["startFrame"] == length and claim["text"] in ("", c["text"])]
                names[claim["id"]] = same[0]["id"]
                start = same[0]["startFrame"] - claim["startFrame"]
            parts.append((part, start, names))
        return parts

    def picture(self, change):
        film = self.build(change.get("set", {}))
        if "filter" not in change:
            return film
        out = self.folder + "/changed.mp4"
        ffmpeg("-i", film, "-vf", change["filter"], "-c:v", "libx264", "-crf", str(change.get("crf", 20)), "-an", out)
        return out

    def sound(self, change):
        out, parts, filters, film = self.folder + "/changed.wav", [], [], self.film
        said = []
        for index, text in enumerate(film["script"]):
            voice, text = change.get("voice", film["voice"]), change.get("say", {}).get(index, text)
            if isinstance(text, tuple):
                voice, text = text
            at = film["starts"][change.get("order", range(9))[index]] + change.get("late", {}).get(index, 0)
            said.append((voice, at, text, change.get("gain", {}).get(index, 0)))
        if "extra" in change:
            said.append(change["extra"] + (0,))
        for voice, at, text, gain in said:
            if text is None:
                continue
            file = "%s/said%d.wav" % (self.folder, len(parts))
            run("espeak-ng", "-v", voice, "-s", "150", "-w", file, text)
            filters.append("[%d]volume=%ddB,adelay=%d[a%d]" % (len(parts), gain, at * 1000, len(parts)))
            parts.append(["-i", file])
        if "bed" in change:
            filters.append("[%d]anull[a%d]" % (len(parts), len(parts)))
            parts.append(["-f", "lavfi", "-i", change["bed"]])
        if not parts:
            ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", str(film["seconds"]), out)
            return out
        mix = "".join("[a%d]" % i for i in range(len(parts)))
        length = "duration=longest,apad=whole_dur=%s" % film["seconds"]
        filters.append(mix + "amix=inputs=%d:normalize=0:%s" % (len(parts), length) + (
                       "," + change["audio"] if "audio" in change else ""))
        ffmpeg(*[w for part in parts for w in part], "-filter_complex", ";".join(filters), "-ac", "1",
               "-ar", "16000", out)
        return out


def cut(sound, out, begin, end):
    with wave.open(sound) as file:
        file.setpos(min(file.getnframes(), round(begin * 16000)))
        samples = file.readframes(round((end - begin) * 16000))
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(samples)


def ask(name, film, media, python, programs):
    """The observations of one reviewer, and the processor time that it took."""
    lines, seconds = [], 0
    for request, start, names in film.parts[name]:
        rate = request["list"]["rate"]["numerator"] / request["list"]["rate"]["denominator"]
        with tempfile.TemporaryDirectory() as folder:
            stills = [e for e in request["exhibits"] if e["kind"] == "frame"]
            os.mkdir(folder + "/frames")
            if name == "text":
                chosen = "+".join("eq(n,%d)" % (e["frame"] + start) for e in stills)
                size = request["picture"]
                scale = "scale=%d:%d" % (size["width"], size["height"])
                ffmpeg("-i", media, "-vf", "select='%s',%s" % (chosen, scale), "-vsync", "0",
                       folder + "/frame%d.png")
                for index, still in enumerate(stills):
                    shutil.move("%s/frame%d.png" % (folder, index + 1), folder + "/" + still["file"])
            else:
                cut(media, folder + "/sound.wav", start / rate, (start + request["list"]["frames"]) / rate)
            with open(folder + "/request.json", "w") as file:
                json.dump(request, file)
            for file in os.listdir(programs):
                shutil.copy(programs + "/" + file, folder)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            out = run(python, "-E", "-s", "-B", "-m", name, "request.json", cwd=folder,
                      env={**os.environ, "OMP_NUM_THREADS": "1"})
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            for line in out.splitlines()[1:]:
                said = json.loads(line)
                said["claim"] = names.get(said["claim"], said["claim"])
                lines.append(said)
            seconds += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return lines, seconds


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vgraph", default=root + "/.build/release/vgraph")
    parser.add_argument("set", nargs="?", choices=list(SETS), default="tuned")
    parser.add_argument("--only", default="", help="faults and good films with this in their title")
    given = parser.parse_args()
    vgraph = os.path.abspath(given.vgraph)
    found = re.search(r"^in (.*)$", run(vgraph, "reviewers"), re.M)
    if not found:
        sys.exit("the reviewers are not installed: vgraph reviewers install")
    python, programs = found[1] + "/bin/python3", root + "/pipelines/reviewers"
    total, good = {"caught": 0, "planted": 0, "alarms": 0, "left": 0}, 0
    with tempfile.TemporaryDirectory() as top:
        for kind in SETS[given.set]:
            if not any(given.only in one[0] for one in kind["text"] + kind["speech"] + kind["good"]):
                continue
            film, used = Film(vgraph, top + "/" + kind["name"], kind), {name: [] for name in LISTS}

            def findings(side, change):
                media, lines = film.picture(change) if side == "text" else film.sound(change), []
                for name in REVIEWERS[side]:
                    said, seconds = ask(name, film, media, python, programs)
                    used[name].append(seconds)
                    lines += said
                return lines

            for side in REVIEWERS:
                for title, change, wanted in kind[side]:
                    if given.only not in title:
                        continue
                    lines = findings(side, change)
                    wrong = {o["claim"] for o in lines if o["verdict"] in ("contradicts", "absent")}
                    total["planted"] += 1
                    total["caught"] += bool(wrong & wanted)
                    extra = " and " + ", ".join(sorted(wrong - wanted)) if wrong - wanted else ""
                    values = [o["measured"] for o in lines if o["claim"] in wanted and "measured" in o]
                    print("%-8s%-7s %s: %s%s  %s" % (
                        kind["name"], side, title, "caught" if wrong & wanted else "MISSED", extra,
                        values[:2]), flush=True)
            for title, change in kind["good"]:
                if given.only not in title:
                    continue
                sides = ["speech"] if {"voice", "audio", "bed"} & set(change) else ["text"]
                good += 1
                for side in sides if change else list(REVIEWERS):
                    lines = findings(side, change)
                    wrong = [o for o in lines if o["verdict"] in ("contradicts", "absent")]
                    answered = {o["claim"] for o in lines if o["verdict"] == "supports"}
                    left = {o["claim"] for o in lines if o["verdict"] == "abstain"} - answered
                    total["alarms"] += bool(wrong)
                    total["left"] += bool(left)
                    print("%-8s%-7s good, %s: %s%s" % (
                        kind["name"], side, title, "nothing" if not wrong else [
                            (o["claim"], o["verdict"], o.get("found"), o["rationale"], o.get("measured"))
                            for o in wrong],
                        ", left to a person: " + ", ".join(sorted(left)) if left else ""), flush=True)
            for name, times in used.items():
                print("%-8s%s: %.0f CPU s a minute of film" % (
                    kind["name"], name, sum(times) / max(1, len(times)) * 60 / kind["seconds"]), flush=True)
    print("%(caught)d of %(planted)d faults caught, %(alarms)d false alarms" % total,
          "on %d good films, of which %d have claims left to a person" % (good, total["left"]))


main()
