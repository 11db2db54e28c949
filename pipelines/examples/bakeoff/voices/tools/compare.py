"""Puts all candidates of the folder side by side: compare.py TABLE.json PAGE.html

Each was judged by the same checks of its film and by the same reviewer; what is computed here needs no reviewer. No
score of scores is made: whoever chooses listens, and says why.
"""
import array
import glob
import hashlib
import html
import json
import math
import sys
import wave

CHECKS = ("D03", "D06", "D07", "D07.clipping")  # duration, loudness, silence, clipping


def decibels(value):
    return round(20 * math.log10(max(value, 1) / 32768), 1)


def candidate(file):
    with open(file) as opened:
        voice = json.load(opened)
    name = voice["name"]
    row = {"name": name, "voice": voice, "sha256": hashlib.sha256(open(name + ".wav", "rb").read()).hexdigest()}
    with wave.open(name + ".wav") as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    with open(name + ".times.json", encoding="utf-8") as file:
        times = json.load(file)
    spoken = sum(one["end"] - one["start"] for one in times)
    row["spoken_seconds"] = round(spoken, 2)
    row["words_per_minute"] = round(60 * sum(len(one["line"].split()) for one in times) / spoken)
    row["level_dbfs"] = decibels(math.sqrt(sum(one * one for one in samples) / max(1, len(samples))))
    row["peak_dbfs"] = decibels(max(map(abs, samples), default=0))
    with open(name + ".check.json") as opened:
        results = json.load(opened)["results"]
    row["checks"] = {one["id"]: one["measured"] for one in results if one["id"] in CHECKS}
    row["failed"] = [one["id"] for one in results if one["verdict"] not in ("pass", "not_applicable")]
    with open(name + ".speech.json") as opened:
        report = json.load(opened)
    said = report["observations"]
    row["reviewer"] = {"status": report["status"], "version": report["reviewer"].get("version"), "claims": {
        one["claim"]: {"verdict": one["verdict"], **one.get("measured", {})} for one in said}}
    if report["status"] != "done":
        row["reviewer"]["reason"] = report.get("reason")
    gains = [one["measured"]["gain"] for one in said if "gain" in one.get("measured", {})]
    row["reviewer"]["least_gain"] = min(gains, default=None)
    row["fit"] = not row["failed"] and not any(one["verdict"] in ("contradicts", "absent") for one in said)
    return row


def page(table):
    def cell(value):
        return f"<td>{html.escape(str(value))}</td>"

    rows = []
    for row in table["candidates"]:
        voice, reviewer = row["voice"], row["reviewer"]
        verdicts = [one["verdict"] for one in reviewer["claims"].values()]
        understood = (f"{verdicts.count('supports')} of {len(verdicts)} lines, least gain {reviewer['least_gain']}"
                      if reviewer["status"] == "done" else f"not run: {reviewer['reason']}")
        rows.append("<tr>" + cell(row["name"]) + cell(f"{voice['engine']} {voice['speaker']}")
                    + f'<td><audio controls preload="none" src="{html.escape(row["name"])}.wav"></audio></td>'
                    + "".join(map(cell, (
                        row["spoken_seconds"], row["words_per_minute"], row["level_dbfs"], row["peak_dbfs"],
                        row["checks"]["D06"], understood, ", ".join(row["failed"]) or "none",
                        "yes" if row["fit"] else "no", row["sha256"][:12]))) + "</tr>")
    heads = ("Candidate", "Voice", "Listen", "Seconds spoken", "Words a minute", "Level dBFS", "Peak dBFS", "Loudness in the film",
             "Understood by the reviewer", "Failed checks", "Fit", "SHA-256")
    return f"""<!doctype html><meta charset="utf-8"><title>Three voices, one script</title>
<style>body {{ font: 15px/1.5 sans-serif; margin: 2em; }} td, th {{ padding: .4em .8em; text-align: left;
border-bottom: 1px solid #ccc; vertical-align: top; }} audio {{ width: 180px; }}</style>
<h1>Three voices, one script</h1><blockquote>{html.escape(table["script"]).replace(chr(10), "<br>")}</blockquote>
<table><tr>{"".join(f"<th>{one}</th>" for one in heads)}</tr>{"".join(rows)}</table>
<p>Choose one: <code>../choose.py NAME --by YOU --reason WHY</code></p>
"""


def main(table, shown):
    with open("script.txt", encoding="utf-8") as file:
        script = file.read().strip()
    result = {"script": script, "candidates": [candidate(file) for file in sorted(glob.glob("*.voice.json"))]}
    with open(table, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1, ensure_ascii=False, sort_keys=True)
        file.write("\n")
    with open(shown, "w", encoding="utf-8") as file:
        file.write(page(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
