"""Narration: espeak-ng speaks each line, sox makes it sit in a mix, each line begins where it is told to."""
import os
import subprocess
import tempfile
import wave

import numpy as np

from studio.sound import RATE, write

# Rumble out, chest in, the buzz of formant synthesis tamed, presence back, then levelled and put in a small room.
TREATMENT = """highpass 85 bass +2.5 180 equalizer 420 1.2q -2 equalizer 2900 1.6q -3.5 equalizer 5200 1q +2 treble -2 8500
compand 0.005,0.12 6:-60,-50,-30,-20,-14,-6,-9 -2 -90 0.05 reverb 14 60 22 100 4 -2""".split()


def say(text, voice, speed, tone, gap=1):
    """One line as float32 mono at 48 kHz, silence at its ends cut off."""
    with tempfile.TemporaryDirectory() as folder:
        raw, done = os.path.join(folder, "raw.wav"), os.path.join(folder, "done.wav")
        subprocess.run(["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(tone), "-g", str(gap), "-w", raw, text], check=True)
        subprocess.run(["sox", "-R", raw, "-c", "1", "-b", "16", done, "silence", "1", "0.01", "0.3%", "pad", "0", "0.35",
                        "gain", "-n", "-6", "rate", "-v", str(RATE), *TREATMENT, "gain", "-n", "-3"],
                       check=True, stderr=subprocess.DEVNULL)
        with wave.open(done) as file:
            channels = file.getnchannels()
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    samples = samples.reshape(-1, channels).mean(axis=1)
    heard = np.flatnonzero(np.abs(samples) > 0.01)
    samples = samples[heard[0]:heard[-1] + 1] if len(heard) else samples
    # The glottal pulses of formant synthesis stand far above its level: rounded off, so that the voice can be loud.
    return np.tanh(samples / np.percentile(np.abs(samples), 99) * 0.9) * 0.7


def narrate(path, length, lines, voice="en-us", speed=150, tone=42, gap=1):
    """`lines`: [(second it begins at, text), ...]. It is an error when a line runs into the next or over the end.
    Without a length the file ends with its last line."""
    spoken = [say(text, voice, speed, tone, gap) for _, text in lines]
    if length is None:
        length = lines[-1][0] + len(spoken[-1]) / RATE
    out = np.zeros(round(length * RATE), np.float32)
    for i, (start, text) in enumerate(lines):
        samples = spoken[i]
        end = start + len(samples) / RATE
        limit = lines[i + 1][0] if i + 1 < len(lines) else length
        if end > limit + 1e-9:
            raise ValueError(f"'{text}' ends at {end:.2f} s, but must by {limit:.2f} s")
        at = int(start * RATE)
        out[at:at + len(samples)] += samples
        if os.environ.get("SHOW_TIMES"):
            print(f"{start:6.2f} - {end:6.2f}  {text}")
    write(path, out)
