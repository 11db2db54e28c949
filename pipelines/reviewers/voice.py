"""Hears where a voice is in the delivered sound: where none is planned, where one is missing, and when sentences begin.

A detector of voices (Silero) says for each 32 ms how likely a voice is; it knows no words, so it serves every language.
Measured on eight voices of espeak-ng (plain, noisy, clipped, reversed) it is surer than 0.9 for all of a sentence, and on
noise, tones, chords, drums, a siren and the music of the examples it is sure of 0.4 s at most. That a caption may lead or
lag what is said by 1.5 s is the BBC's limit (Subtitle Guidelines). How good speech sounds is estimated (DNSMOS, 1 to 5):
clean voices have 2.5 to 3.2, over music 2.1 to 2.5, clipped hard 2.2, in loud noise 1.7, whispered 1.4. It is a remark and
no answer.
"""
import os
import sys

from protocol import SOUND_RATE as RATE, Answer, Request, sound

VERSION = "2"
SURE = 0.5  # from here on it is a voice
GAP, LEAST = 0.3, 0.2  # seconds: of silence within one voice, of a voice that counts
UNPLANNED = 1.0  # seconds of a voice where none is planned
LATE = 1.5  # seconds from a caption to its voice
PAD = 0.5  # seconds around a sentence in which its voice is looked for
POOR = 1.8  # of 5
ENOUGH = 4.0  # seconds of speech that can be estimated
STEP, BEFORE, BLOCK = 512, 64, 512  # samples of a step, samples of the one before that it is given, steps in a call
QUALITY = 144160  # samples that the estimate takes


def session(package, *path):
    import importlib.util

    import onnxruntime

    # The packages themselves ask for far more than their models need.
    folder = os.path.dirname(importlib.util.find_spec(package).origin)
    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(os.path.join(folder, *path), options, providers=["CPUExecutionProvider"])


def likelihoods(samples):
    """How likely a voice is in each step."""
    import numpy

    model = session("silero_vad", "data", "silero_vad_16k_sequence.onnx")
    count = (len(samples) + STEP - 1) // STEP
    steps = numpy.zeros((count, STEP), dtype=numpy.float32)
    steps.reshape(-1)[: len(samples)] = samples
    before = numpy.zeros((count, BEFORE), dtype=numpy.float32)
    before[1:] = steps[:-1, -BEFORE:]
    given, found = numpy.concatenate((before, steps), axis=1), []
    h = c = numpy.zeros((1, 1, 128), dtype=numpy.float32)
    for at in range(0, count, BLOCK):
        values, h, c = model.run(["speech_probs", "hn", "cn"], {"input": given[at : at + BLOCK], "h": h, "c": c})
        found.append(values.reshape(-1))
    return numpy.concatenate(found) if found else numpy.zeros(0)


def runs(likely):
    """When a voice is heard, in seconds."""
    found = []
    for at, value in enumerate(likely):
        if value < SURE:
            continue
        begin, end = at * STEP / RATE, (at + 1) * STEP / RATE
        if found and begin - found[-1][1] < GAP:
            found[-1][1] = end
        else:
            found.append([begin, end])
    return [(begin, end) for begin, end in found if end - begin >= LEAST]


def outside(voices, planned):
    """The parts of `voices` that lie in none of `planned`."""
    left = list(voices)
    for first, last in planned:
        cut = []
        for begin, end in left:
            if begin < first:
                cut.append((begin, min(end, first)))
            if end > last:
                cut.append((max(begin, last), end))
        left = [(begin, end) for begin, end in cut if end > begin]
    return left


def within(voices, begin, end):
    return [(max(begin, b), min(end, e)) for b, e in voices if b < end and e > begin]


def seconds(spans):
    return sum(end - begin for begin, end in spans)


class Quality:
    def __init__(self):
        self.model = session("speechmos", "dnsmos_models", "sig_bak_ovr.onnx")

    def of(self, samples):
        import numpy

        given = numpy.resize(samples, QUALITY).astype(numpy.float32)
        raw = float(self.model.run(None, {"input_1": given[None]})[0][0][2])
        return -0.06766283 * raw * raw + 1.11546468 * raw + 0.04602535


def qualities(claims, request, voices, samples):
    """Of each claim: how good what is said around it sounds. Some nine seconds of speech are estimated together."""
    import numpy

    found, group, parts = {}, [], []
    quality = None

    def close():
        nonlocal quality
        if sum(len(part) for part in parts) >= ENOUGH * RATE:
            quality = quality or Quality()
            value = quality.of(numpy.concatenate(parts))
            found.update((claim["id"], value) for claim in group)
        group.clear()
        parts.clear()

    for claim in claims:
        begin, end = claim["startFrame"] / request.rate, claim["endFrame"] / request.rate
        group.append(claim)
        parts.extend(samples[int(b * RATE) : int(e * RATE)] for b, e in within(voices, begin, end))
        if sum(len(part) for part in parts) >= QUALITY:
            close()
    close()
    return found


def main(path):
    request = Request(path)
    answer = Answer(VERSION, "Silero VAD 6.2.3, DNSMOS", {
        "sure": SURE, "unplanned": UNPLANNED, "late": LATE, "poor": POOR})
    if not request.sounds:
        for claim in request.claims:
            answer.abstain(claim, "the film has no sound")
        return
    name = request.sounds[0]["file"]
    samples = sound(name)
    voices = runs(likelihoods(samples))
    claims = sorted(request.claims, key=lambda claim: claim["startFrame"])
    heard = qualities(claims, request, voices, samples)
    for claim in claims:
        judge(claim, request, voices, heard.get(claim["id"]), name, answer)
    if request.voices is None:
        return
    planned = [(v["startFrame"] / request.rate, v["endFrame"] / request.rate) for v in request.voices]
    for begin, end in outside(voices, planned):
        if end - begin > UNPLANNED:
            first, last = int(begin * request.rate), min(request.frames, int(end * request.rate) + 1)
            answer.say("unplanned-speech", "contradicts", (min(first, last - 1), last),
                       "a voice is heard for %.1f s where the spec places none" % (end - begin), [name],
                       measured={"seconds": end - begin, "limit.seconds": UNPLANNED})


def judge(claim, request, voices, quality, name, answer):
    frames = (claim["startFrame"], claim["endFrame"])
    begin, end = frames[0] / request.rate, frames[1] / request.rate
    near = within(voices, max(0, begin - PAD), end + PAD)
    measured = {"seconds": seconds(near)}
    if quality is not None:
        measured.update({"quality": quality, "limit.quality": POOR})
    if seconds(near) < LEAST:
        answer.say(claim["id"], "absent", frames, "no voice is heard while it should be said", [name],
                   measured=measured)
        return
    late = near[0][0] - begin
    if not claim.get("within"):
        measured.update({"late": late, "limit.late": LATE})
        if late > LATE:
            answer.say(claim["id"], "contradicts", frames, "its voice begins %.1f s after its caption" % late, [name],
                       measured=measured)
            return
    words, severity = "a voice is heard; another reviewer knows the words", "info"
    if quality is not None and quality < POOR:
        words, severity = "it sounds poor: an estimate of %.1f of 5" % quality, "minor"
    answer.say(claim["id"], "abstain", frames, words, [name], severity=severity, measured=measured)


main(sys.argv[1])
