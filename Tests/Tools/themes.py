#!/usr/bin/env python3
"""Plain themes, dark, light and gradients, with text that anybody can read: every finding and every failed check is a false alarm.
Usage: themes.py VGRAPH [HOW MANY] [FOLDER]. Prints each alarm with its theme, and the counts; exit 1 when there is one."""
import collections, json, os, random, re, subprocess, sys, tempfile

GROUNDS = ["#000000", "#0b0b0f", "#101020", "#0b1020", "#1a1a2e", "#14213d", "#2b2d42", "#203060", "#3a0ca3", "#5f0f40", "#1b4332", "#283618",
           "#22223b", "#006d77", "#bc4749", "#d62828", "#e76f51", "#f77f00", "#ffb703", "#fcbf49", "#a7c957", "#8ecae6", "#cdb4db", "#ffc8dd",
           "#e9ecef", "#f2efe6", "#fdf6e3", "#fefae0", "#ffffff", "#808080", "#c0c0c0"]
ACCENTS = ["#7c5cff", "#ffb703", "#d62828", "#2a9d8f", "#f4f1de", "#111111", "#00f5d4"]


def light(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    a, b = sorted((light(a), light(b)))
    return (b + 0.05) / (a + 0.05)


def theme(dice):
    """A ground, and a text colour that is legible all over it."""
    while True:
        grounds = [dice.choice(GROUNDS)]
        if dice.random() < 0.4: grounds.append(dice.choice(GROUNDS))
        # A gradient between a dark and a light ground passes what any text colour lies on.
        if len(grounds) == 2 and contrast(*grounds) > 2.5: continue
        texts = [t for t in ["#ffffff", "#101010", "#fdf6e3", "#16302a", "#0b1020", "#e9ecef"] if all(contrast(t, g) >= 4.8 for g in grounds)]
        if texts: return grounds, dice.choice(texts), dice.choice(ACCENTS)


def spec(dice):
    grounds, text, accent = theme(dice)
    kind = dice.choice(["{ linear: [%s], angle: %d }" % (", ".join(f'"{g}"' for g in grounds), dice.choice([0, 45, 90, 180])),
                        "{ radial: [%s] }" % ", ".join(f'"{g}"' for g in grounds)]) if len(grounds) == 2 else f'"{grounds[0]}"'
    captions = dice.choice(["", "  mode: words\n"])
    enter = dice.choice(["", ", enter: { slide: up, for: 0.4s }", ", enter: fade", ", enter: pop"])
    move = dice.choice(["crossfade", "slide", "fade"])
    transition = {"crossfade": "{ crossfade: 0.4s }", "slide": "{ slide: left, for: 0.4s }", "fade": '{ fade: 0.4s, color: "%s" }' % grounds[0]}[move]
    button = dice.choice(["", ', button: "Start now"'])
    return f"""version: 1
video: {{ size: 480x270, fps: 10, background: {kind} }}
theme: {{ colors: {{ text: "{text}", accent: "{accent}" }} }}
scenes:
  - id: a
    duration: 3s
    layers: [ {{ text: "Meet Aurora", style: title, at: [center, 30%]{enter} }} ]
    transition: {transition}
  - id: b
    duration: 3s
    layers:
      - {{ text: "Light for desks", style: title, at: [center, 25%]{enter} }}
      - {{ text: "from today on", at: [center, 45%] }}
captions:
{captions}  cues:
    - {{ start: 0.5s, end: 2.5s, text: "A lamp that thinks" }}
    - {{ start: 3.6s, end: 5.8s, text: "and dims at night" }}
cta: {{ text: "Order today", url: "https://example.com"{button}, hold: 3s }}
"""


def main():
    vgraph, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    folder = sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    alarms, clean = collections.Counter(), 0
    for number in range(count):
        text = spec(random.Random(number))
        open("theme.video.yaml", "w").write(text)
        told = subprocess.run([vgraph, "build", "theme.mp4", "--json"], capture_output=True, text=True)
        events = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
        found = [e["diagnostic"]["id"] for e in events if "diagnostic" in e]
        looked = subprocess.run([vgraph, "check", "theme.mp4", "--spec", "theme.video.yaml", "--json"], capture_output=True, text=True)
        results = json.loads(looked.stdout.splitlines()[-1]).get("results", []) if looked.stdout else []
        found += [r["id"] for r in results if r["verdict"] not in ("pass", "off", "not_applicable")]
        if told.returncode: found.append(f"exit {told.returncode}")
        clean += not found
        for id in set(found): alarms[id] += 1
        if found:
            words = [e["diagnostic"]["message"] for e in events if "diagnostic" in e] + [r["measured"] for r in results if r["verdict"] in ("fail", "warn")]
            print(number, sorted(set(found)), re.search("background: (.*) }", text)[1], re.search("text: (.*?),", text)[1], words[:2], flush=True)
    print(f"{clean} of {count} themes without an alarm; alarms: {dict(alarms)}")
    sys.exit(0 if clean == count else 1)


main()
