"""Speaks a script, a line at a time, and says when each line is heard: speak.py VOICE.json SCRIPT.txt OUT.wav OUT.vtt"""
import array
import json
import subprocess
import sys
import tempfile
import wave

LEAD, PAUSE = 0.3, 0.35  # seconds before the first line, and between two


def trimmed(samples):
    """Without the silence around what is said."""
    heard = [index for index in range(0, len(samples), 64) if max(map(abs, samples[index:index + 64])) > 200]
    return samples[heard[0]:heard[-1] + 64] if heard else samples


def main(voice, script, sound, captions):
    with open(voice) as file:
        settings = json.load(file)
    if settings["engine"] != "espeak-ng":
        sys.exit(f"this script does not know the engine '{settings['engine']}': teach it, it is 20 lines")
    with open(script, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip()]
    rate, samples, cues = None, array.array("h"), ["WEBVTT"]
    for line in lines:
        with tempfile.NamedTemporaryFile(suffix=".wav") as part:
            subprocess.run(["espeak-ng", "-v", settings["speaker"], "-s", str(settings["words_per_minute"]), "-w",
                            part.name, line], check=True)
            with wave.open(part.name) as file:
                rate, said = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
        samples.extend([0] * int(rate * (PAUSE if samples else LEAD)))
        begin, said = len(samples) / rate, trimmed(said)
        samples.extend(said)
        cues.append(f"\n{stamp(begin)} --> {stamp(len(samples) / rate)}\n{line}")
    with wave.open(sound, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", "not compressed"))
        file.writeframes(samples.tobytes())
    with open(captions, "w", encoding="utf-8") as file:
        file.write("\n".join(cues) + "\n")


def stamp(seconds):
    thousandths = round(seconds * 1000)
    return f"00:{thousandths // 60000:02}:{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"


if __name__ == "__main__":
    main(*sys.argv[1:])
