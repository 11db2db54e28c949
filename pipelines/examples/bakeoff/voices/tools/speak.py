"""Speaks a script, a line every three seconds: speak.py VOICE.json SCRIPT.txt OUT.wav TIMES.json"""
import array
import json
import subprocess
import sys
import tempfile
import wave

LEAD, EVERY, PAUSE = 0.3, 3.0, 0.1  # seconds before the first line, between two, and at least between them


def trimmed(samples):
    """Without the silence around what is said."""
    heard = [index for index in range(0, len(samples), 64) if max(map(abs, samples[index:index + 64])) > 200]
    return samples[heard[0]:heard[-1] + 64] if heard else samples


def main(voice, script, sound, listed):
    with open(voice) as file:
        settings = json.load(file)
    if settings["engine"] != "espeak-ng":
        sys.exit(f"this script does not know the engine '{settings['engine']}': teach it, it is 20 lines")
    with open(script, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip()]
    rate, samples, times = None, array.array("h"), []
    for number, line in enumerate(lines):
        with tempfile.NamedTemporaryFile(suffix=".wav") as part:
            subprocess.run(["espeak-ng", "-v", settings["speaker"], "-s", str(settings["words_per_minute"]), "-w",
                            part.name, line], check=True)
            with wave.open(part.name) as file:
                rate, said = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
        # One that is too slow comes late, which the claims of the film show.
        begin = max(LEAD + number * EVERY, len(samples) / rate + PAUSE)
        samples.extend([0] * (int(begin * rate) - len(samples)))
        samples.extend(trimmed(said))
        times.append({"line": line, "start": round(begin, 3), "end": round(len(samples) / rate, 3)})
    with wave.open(sound, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", "not compressed"))
        file.writeframes(samples.tobytes())
    with open(listed, "w", encoding="utf-8") as file:
        json.dump(times, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
