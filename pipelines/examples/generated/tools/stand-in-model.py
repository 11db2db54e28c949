"""Stands in for a program that has a model make a clip: request (JSON) in, clip and receipt out. It is no model: it draws a
sunrise of its own, whatever the prompt says, and the same one for the same seed.

    stand-in-model.py REQUEST CLIP RECEIPT
"""
import hashlib, json, subprocess, sys

import numpy as np

request_path, clip_path, receipt_path = sys.argv[1:]
request = json.load(open(request_path))
width, height = request["size"]
frames = int(request["seconds"] * request["fps"])
chance = np.random.default_rng(request["seed"])
x, y = np.meshgrid(np.linspace(-width / height, width / height, width // 4), np.linspace(-1, 1, height // 4))
ripple = chance.uniform(0, 6.28, 8)

encoder = subprocess.Popen(
    ["ffmpeg", "-nostdin", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width // 4}x{height // 4}", "-r", str(request["fps"]), "-i", "-",
     "-vf", f"scale={width}:{height}:flags=bicubic,format=yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-threads", "1",
     "-fflags", "+bitexact", "-flags:v", "+bitexact", "-y", clip_path], stdin=subprocess.PIPE)
for frame in range(frames):
    time = frame / frames
    sun = 0.45 - 0.75 * time
    glow = np.exp(-3.0 * np.hypot(x, y - sun))
    sky = np.clip(1 - (y + 1) / 1.3, 0, 1)
    water = y > 0.3
    wave = sum(np.sin((k + 2) * 9 * (y - 0.3) + ripple[k] + 3 * time * (k + 1)) for k in range(8)) / 8
    light = glow + water * 0.35 * np.exp(-6 * np.abs(x)) * (0.6 + 0.4 * wave)
    picture = np.stack([0.10 + 0.9 * light + 0.25 * time * sky, 0.10 + 0.55 * light + 0.25 * time * sky, 0.22 + 0.25 * light + 0.30 * sky], axis=-1)
    picture[np.hypot(x, y - sun) < 0.16] += 0.35
    picture[water] *= 0.82
    encoder.stdin.write((np.clip(picture, 0, 1) * 255).astype(np.uint8).tobytes())
encoder.stdin.close()
if encoder.wait() != 0:
    sys.exit("the encoder failed")
receipt = {"model": "stand-in-1 (no model)", "prompt": request["prompt"], "seed": request["seed"],
           "sha256": hashlib.sha256(open(clip_path, "rb").read()).hexdigest()}
json.dump(receipt, open(receipt_path, "w"), indent=1, sort_keys=True)
print(f"{frames} frames for seed {request['seed']}")
