"""Pictures painted in linear light with numpy, shapes cut out by cairo.

Lengths are in units of the picture's height: y runs from 0 (top) to 1, x from 0 to `aspect`. Colours are linear RGB
triples of float32 (`rgb("#ffb070")`), and light adds up, so a lamp may be brighter than white: `save` rolls such
values off like film does. Everything random comes from the canvas's seed.
"""
import ctypes
import math

import cairo
import numpy as np
from PIL import Image

# Each field is tens of megabytes. Given back to the kernel after every operation, clearing them again for the next
# costs a third of the time: M_MMAP_MAX 0 and a high M_TRIM_THRESHOLD keep them in the process.
ctypes.CDLL(None).mallopt(-4, 0)
ctypes.CDLL(None).mallopt(-1, 1 << 30)


def rgb(code, gain=1.0):
    """Linear RGB of an sRGB colour such as "#ffb070"."""
    value = np.array([int(code[i:i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return (linear * gain).astype(np.float32)


def smooth(low, high, value):
    """0 below `low`, 1 above `high`, an S between; `low` may be the larger."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def resize(field, width, height, method=Image.BICUBIC):
    image = Image.fromarray(np.ascontiguousarray(field, np.float32), "F")
    return np.asarray(image.resize((width, height), method), np.float32)


def blur(field, sigma):
    """Gaussian blur of a field or an RGB picture; sigma in pixels. Wide ones are done on a smaller copy."""
    if field.ndim == 3:
        return np.stack([blur(field[..., i], sigma) for i in range(field.shape[2])], axis=-1)
    if sigma < 0.3:
        return field
    height, width = field.shape
    factor = max(1, int(sigma / 2.5))
    small = resize(field, max(2, width // factor), max(2, height // factor), Image.BOX) if factor > 1 else field
    sigma = sigma / factor
    radius = int(math.ceil(sigma * 3))
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2).astype(np.float32)
    kernel /= kernel.sum()
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (radius, radius)
        padded = np.pad(small, pad, mode="edge")
        length = small.shape[axis]
        small = sum(k * (padded[i:i + length] if axis == 0 else padded[:, i:i + length]) for i, k in enumerate(kernel))
    return resize(small, width, height) if factor > 1 else small


class Canvas:
    def __init__(self, width, height, seed):
        self.width, self.height = width, height
        self.aspect = width / height
        self.seed = seed
        self.random = np.random.default_rng(seed)
        self.x = ((np.arange(width, dtype=np.float32) + 0.5) / height)[None, :]
        self.y = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
        self.light = np.zeros((height, width, 3), np.float32)

    # Fields

    def distance(self, x, y, stretch=1.0):
        """Distance from a point; `stretch` > 1 makes its circles wider than high."""
        return np.sqrt(((self.x - x) / stretch) ** 2 + (self.y - y) ** 2)

    def noise(self, across, down, octaves=4, gain=0.5):
        """Smooth noise of about -1...1; `across` and `down` are cells per picture height."""
        total, weight, amplitude = np.zeros((self.height, self.width), np.float32), 0.0, 1.0
        for _ in range(octaves):
            cells = (max(2, int(down) + 1), max(2, int(across * self.aspect) + 1))
            if cells[0] > self.height or cells[1] > self.width:
                break
            total += amplitude * resize(self.random.uniform(-1, 1, cells), self.width, self.height)
            weight += amplitude
            amplitude *= gain
            across, down = across * 2, down * 2
        return total / weight

    def line(self, cells, octaves=6, gain=0.5):
        """Noise along x alone, about -1...1, one value a column."""
        total, weight, amplitude = np.zeros(self.width, np.float32), 0.0, 1.0
        for _ in range(octaves):
            knots = self.random.uniform(-1, 1, int(cells * self.aspect) + 3)
            at = np.linspace(0, len(knots) - 1.001, self.width)
            i = at.astype(int)
            t = at - i
            t = t * t * (3 - 2 * t)
            total += amplitude * (knots[i] * (1 - t) + knots[i + 1] * t)
            weight += amplitude
            amplitude *= gain
            cells *= 2
        return total / weight

    def cut(self, draw):
        """A mask of 0...1 of what `draw(context)` fills, in units of the height."""
        surface = cairo.ImageSurface(cairo.FORMAT_A8, self.width, self.height)
        context = cairo.Context(surface)
        context.scale(self.height, self.height)
        draw(context)
        surface.flush()
        rows = np.frombuffer(surface.get_data(), np.uint8).reshape(self.height, surface.get_stride())
        return rows[:, :self.width].astype(np.float32) / 255

    def vertical(self, stops):
        """Colours by height: [(y, colour), ...] as an (height, 1, 3) field."""
        at = np.array([s[0] for s in stops], np.float32)
        columns = [np.interp(self.y[:, 0], at, [s[1][i] for s in stops]) for i in range(3)]
        return np.stack(columns, axis=-1).astype(np.float32)[:, None, :]

    # Painting

    def over(self, color, mask, opacity=1.0):
        """Lays a colour (or a picture of colours) over what is there; only where the mask is."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if len(rows) == 0:
            return
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        if color.ndim == 3:
            color = color[box[0] if color.shape[0] > 1 else slice(None), box[1] if color.shape[1] > 1 else slice(None)]
        self.light[box] += (color - self.light[box]) * (mask[box] * np.float32(opacity))[..., None]

    def add(self, color, field):
        self.light += field[..., None] * color

    def multiply(self, field):
        self.light *= field[..., None] if field.ndim == 2 else field

    def bloom(self, threshold=0.8, strength=0.25, sigmas=(8, 28, 90)):
        """What is brighter than the threshold bleeds into its surroundings, as in a lens."""
        bright = np.maximum(self.light - threshold, 0)
        quarter = np.stack([resize(bright[..., i], self.width // 4, self.height // 4, Image.BOX) for i in range(3)], -1)
        halo = sum(blur(quarter, s / 4 * self.height / 1296) for s in sigmas) / len(sigmas)
        for i in range(3):
            self.light[..., i] += strength * resize(halo[..., i], self.width, self.height, Image.BILINEAR)

    def vignette(self, strength=0.35):
        d = np.sqrt(((self.x / self.aspect - 0.5) * 1.15) ** 2 + (self.y - 0.5) ** 2)
        self.multiply(1 - strength * smooth(0.35, 0.85, d))

    def save(self, path, grain=0.006, quality=92):
        """Rolls highlights off, encodes sRGB, adds fine grain (which also keeps smooth skies free of bands)."""
        knee = 0.55
        value = np.maximum(self.light, 0)
        over = np.maximum(value - knee, 0)
        value = np.minimum(value, knee) + (1 - knee) * (1 - np.exp(-over / (1 - knee)))
        encoded = np.where(value <= 0.0031308, value * 12.92, 1.055 * np.power(np.maximum(value, 1e-6), 1 / 2.4) - 0.055)
        # Its own seed: a picture does not depend on what was painted before it on the same canvas.
        speck = np.random.default_rng(self.seed + 1).standard_normal((self.height, self.width), np.float32)
        speck = speck * 0.6 + blur(speck, 0.8) * 0.9
        encoded += (speck * grain)[..., None]
        pixels = (np.clip(encoded, 0, 1) * 255 + 0.5).astype(np.uint8)
        Image.fromarray(pixels).save(path, quality=quality, subsampling=0)
