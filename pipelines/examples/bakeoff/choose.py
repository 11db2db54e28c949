#!/usr/bin/env python3
"""Records which voice was chosen, and pins it in the film's spec: choose.py NAME --by YOU --reason WHY

The choice is a decision of a person about bytes that were compared: it takes a sound only as `comparison.json` saw it.
It copies the sound into the film's folder, writes `voice.choice.json` beside it, and changes one line of the spec, the
pin. Commit the last two: the bake-off is not needed to build the film, and can be thrown away.
"""
import argparse
import datetime
import hashlib
import json
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VOICES, FILM = os.path.join(HERE, "voices"), os.path.join(HERE, "film")


def main():
    words = argparse.ArgumentParser(description="Pin one of the compared voices in the film's spec.")
    words.add_argument("name")
    words.add_argument("--by", required=True, help="who chooses")
    words.add_argument("--reason", required=True, help="why")
    words.add_argument("--although", action="store_true", help="choose one that is not fit all the same")
    asked = words.parse_args()
    try:
        with open(os.path.join(VOICES, "comparison.json"), "rb") as file:
            compared = file.read()
    except FileNotFoundError:
        sys.exit("nothing was compared yet: vgraph -C voices build comparison.html")
    rows = {row["name"]: row for row in json.loads(compared)["candidates"]}
    if asked.name not in rows:
        sys.exit(f"there is no candidate '{asked.name}'; there are {', '.join(sorted(rows))}")
    row, source = rows[asked.name], os.path.join(VOICES, asked.name + ".wav")
    if hashlib.sha256(open(source, "rb").read()).hexdigest() != row["sha256"]:
        sys.exit(f"'{source}' is not the sound that was compared: vgraph -C voices build comparison.html")
    if not row["fit"] and not asked.although:
        sys.exit(f"'{asked.name}' is not fit (failed: {', '.join(row['failed']) or 'a line was not understood'}); "
                 "--although chooses it all the same")

    spec = os.path.join(FILM, "lesson.video.yaml")
    with open(spec, encoding="utf-8") as file:
        text = file.read()
    for field, value in (("sha256", f'"{row["sha256"]}"'), ("source", row["voice"]["source"])):
        text, count = re.subn(rf"^(    {field}: ).*$", rf"\g<1>{value}", text, flags=re.M)
        if count != 1:
            sys.exit(f"'{spec}' must have one line '    {field}: …' for its voice, and has {count}")
    shutil.copyfile(source, os.path.join(FILM, "voice.wav"))
    with open(os.path.join(FILM, "voice.choice.json"), "w", encoding="utf-8") as file:
        json.dump({
            "chosen": row, "over": [other for name, other in sorted(rows.items()) if name != asked.name],
            "by": asked.by, "reason": asked.reason, "date": datetime.date.today().isoformat(),
            "comparison_sha256": hashlib.sha256(compared).hexdigest()}, file, indent=1, ensure_ascii=False)
        file.write("\n")
    with open(spec, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"film/lesson.video.yaml pins '{asked.name}', SHA-256 {row['sha256']}")
    if row["reviewer"]["status"] != "done":
        print(f"no reviewer listened to it ({row['reviewer']['reason']}): listen to each line yourself")


main()
