"""A small synthesiser: 48 kHz stereo, float32, everything from sines and seeded noise."""
import math
import wave

import numpy as np

RATE = 48000
NAMES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch(name):
    """Frequency in Hz of a note such as "A4", "F#3" or "Bb2"."""
    semitone = NAMES[name[0]] + {"#": 1, "b": -1}.get(name[1], 0)
    return 440.0 * 2 ** ((semitone + 12 * (int(name[-1]) - 4) - 9) / 12)


def seconds(length):
    return np.arange(int(length * RATE), dtype=np.float32) / RATE


def ramp(t, attack, release, length):
    """Rises over `attack`, holds, falls over `release` to silence at `length`."""
    return (np.clip(t / attack, 0, 1) * np.clip((length - t) / release, 0, 1)) ** 1.5


class Song:
    def __init__(self, length, seed):
        self.length = length
        self.random = np.random.default_rng(seed)
        self.dry = np.zeros((int(length * RATE), 2), np.float32)
        self.wet = np.zeros_like(self.dry)

    def play(self, at, sound, gain=1.0, pan=0.0, send=0.25):
        """Mixes a mono or stereo sound in at a time; `pan` -1...1; `send` is how much goes to the reverb."""
        start = int(at * RATE)
        sound = sound[:max(0, len(self.dry) - start)]
        if len(sound) == 0:
            return
        if sound.ndim == 1:
            angle = (pan + 1) * math.pi / 4
            sound = sound[:, None] * np.array([math.cos(angle), math.sin(angle)], np.float32) * 1.414
        self.dry[start:start + len(sound)] += sound * gain
        self.wet[start:start + len(sound)] += sound * (gain * send)

    # Instruments: each returns samples.

    def pad(self, notes, length, bright=1.0):
        """Slow, wide chord: three slightly detuned voices a note, soft harmonics."""
        t = seconds(length)
        out = np.zeros((len(t), 2), np.float32)
        for note in notes:
            for voice, cents in enumerate((-7, 0, 6)):
                f = pitch(note) * 2 ** (cents / 1200)
                phase = self.random.uniform(0, 2 * math.pi)
                drift = 0.6 * np.sin(2 * math.pi * (0.13 + 0.05 * voice) * t + phase)
                tone = np.zeros_like(t)
                for k in range(1, 9):
                    if f * k > 7000:
                        break
                    tone += np.sin(2 * math.pi * f * k * t + drift * 0.4 + phase * k) * (bright ** (k - 1) / k ** 2.1)
                pan = (-0.7, 0.0, 0.7)[voice]
                out[:, 0] += tone * (1 - pan) / 2
                out[:, 1] += tone * (1 + pan) / 2
        swell = 0.88 + 0.12 * np.sin(2 * math.pi * 0.27 * t)
        return out * (ramp(t, min(0.9, length / 3), min(1.2, length / 3), length) * swell / (3 * len(notes)))[:, None]

    def pluck(self, note, length=1.8, bright=1.0):
        """A felt piano's cousin: harmonics that die the faster the higher they are."""
        t = seconds(length)
        f = pitch(note)
        tone = np.zeros_like(t)
        for k in range(1, 11):
            stretched = f * k * math.sqrt(1 + 0.0004 * k * k)
            if stretched > 9000:
                break
            tone += np.sin(2 * math.pi * stretched * t) * np.exp(-t * (2.0 + 1.5 * k)) * bright ** (k - 1) / k ** 1.35
        thump = self.random.standard_normal(len(t)).astype(np.float32) * np.exp(-t * 180) * 0.05
        return (tone + thump) * np.clip(t / 0.003, 0, 1) * np.clip((length - t) / 0.1, 0, 1)

    def bell(self, note, length=2.5):
        t = seconds(length)
        f = pitch(note)
        wobble = np.sin(2 * math.pi * f * 3.01 * t) * np.exp(-t * 6) * 1.3
        return np.sin(2 * math.pi * f * t + wobble) * np.exp(-t * 2.2) * np.clip(t / 0.002, 0, 1) * np.clip((length - t) / 0.1, 0, 1)

    def mallet(self, note, length=0.9):
        t = seconds(length)
        f = pitch(note)
        tone = np.sin(2 * math.pi * f * t) * np.exp(-t * 7) + 0.35 * np.sin(2 * math.pi * f * 3.93 * t) * np.exp(-t * 22)
        return tone * np.clip(t / 0.002, 0, 1) * np.clip((length - t) / 0.05, 0, 1)

    def bass(self, note, length, growl=0.35):
        t = seconds(length)
        f = pitch(note)
        tone = np.sin(2 * math.pi * f * t) + growl * np.sin(4 * math.pi * f * t) * np.exp(-t * 4) + growl * 0.5 * np.sin(6 * math.pi * f * t) * np.exp(-t * 7)
        return np.tanh(tone * 1.2) * ramp(t, 0.012, min(0.12, length / 3), length)

    def kick(self, punch=1.0):
        t = seconds(0.42)
        sweep = 46 * t + (150 * punch) / 26 * (1 - np.exp(-t * 26))
        click = self.random.standard_normal(len(t)).astype(np.float32) * np.exp(-t * 400) * 0.12 * punch
        return np.tanh((np.sin(2 * math.pi * sweep) * np.exp(-t * 7.5) + click) * 1.3)

    def snare(self):
        t = seconds(0.3)
        hiss = np.diff(self.random.standard_normal(len(t) + 1).astype(np.float32)) * 0.5
        return hiss * np.exp(-t * 19) + 0.5 * np.sin(2 * math.pi * 188 * t) * np.exp(-t * 26)

    def clap(self):
        t = seconds(0.28)
        hiss = np.diff(self.random.standard_normal(len(t) + 1).astype(np.float32)) * 0.5
        bursts = sum(np.where(t >= d, np.exp(-np.maximum(t - d, 0) * 220), 0) for d in (0, 0.011, 0.021)) * 0.6
        return hiss * (bursts + np.where(t >= 0.03, np.exp(-np.maximum(t - 0.03, 0) * 22), 0))

    def hat(self, length=0.07):
        t = seconds(length)
        hiss = np.diff(self.random.standard_normal(len(t) + 2).astype(np.float32), 2) * 0.3
        return hiss * np.exp(-t * (4.5 / length))

    def shaker(self):
        t = seconds(0.11)
        hiss = np.diff(self.random.standard_normal(len(t) + 1).astype(np.float32)) * 0.4
        return hiss * np.sin(np.pi * t / 0.11) ** 2

    def riser(self, length):
        """Air that swells and ends where something begins."""
        t = seconds(length)
        noise = self.random.standard_normal(len(t)).astype(np.float32)
        smooth = np.cumsum(noise - np.concatenate([np.zeros(24, np.float32), noise[:-24]])) / 24
        return (smooth * (1 - t / length) + noise * 0.35 * (t / length)) * (t / length) ** 3 * np.clip((length - t) / 0.03, 0, 1)

    # Mastering

    def reverb(self, decay=1.9, bright=0.5):
        """Adds the room: what was sent, convolved with decaying stereo noise."""
        t = seconds(decay * 1.3)
        size = 1 << (len(self.wet) + len(t) - 1).bit_length()
        for channel in (0, 1):
            noise = self.random.standard_normal(len(t)).astype(np.float32)
            dull = np.convolve(noise, np.hanning(24).astype(np.float32) / 8, mode="same")
            fade = np.exp(-t * (6.9 / decay)) * np.clip((t - 0.012) / 0.02, 0, 1)
            room = (noise * bright * np.exp(-t * 4) + dull) * fade
            room /= np.sqrt(np.sum(room ** 2))
            tail = np.fft.irfft(np.fft.rfft(self.wet[:, channel], size) * np.fft.rfft(room, size), size)
            self.dry[:, channel] += tail[:len(self.dry)]

    def pump(self, beats, depth=0.35, recover=0.28):
        """Makes room for each kick, as a side chain does. Before drums are played."""
        t = np.arange(len(self.dry), dtype=np.float32) / RATE
        gain = np.ones_like(t)
        for beat in beats:
            since = t - beat
            gain = np.where(since >= 0, np.minimum(gain, 1 - depth * np.exp(-np.maximum(since, 0) / recover * 2.2)), gain)
        self.dry *= gain[:, None]

    def save(self, path, fade_in=0.02, fade_out=1.5, peak=-3.0):
        """16-bit WAV: faded at both ends, gently saturated, its highest sample at `peak` dBFS."""
        t = np.arange(len(self.dry), dtype=np.float32) / RATE
        out = self.dry - self.dry.mean(axis=0)
        out = np.tanh(out / np.percentile(np.abs(out), 99.9) * 0.8)
        out *= (np.clip(t / fade_in, 0, 1) * np.sin(np.pi / 2 * np.clip((self.length - t) / fade_out, 0, 1)) ** 1.5)[:, None]
        out *= 10 ** (peak / 20) / np.abs(out).max()
        write(path, out)


def write(path, samples):
    """Samples of -1...1, one or two channels, as 16-bit WAV with triangular dither."""
    noise = np.random.default_rng(1)
    dither = noise.random(samples.shape, np.float32) - noise.random(samples.shape, np.float32)
    data = np.clip(np.round(samples * 32767 + dither * 0.5), -32768, 32767).astype("<i2")
    with wave.open(path, "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data.tobytes())
