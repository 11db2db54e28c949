// pipelines/reviewers/protocol.py, built in. A test holds the two equal; VGRAPH_REWRITE_GOLDENS=1 writes this file anew.

extension BuiltInReviewers {
    static let `protocol` = ##"""
        """What reviewers share: reading a request, writing an answer.

        A reviewer's standard output is its answer and nothing else.
        """
        import json
        import sys
        import wave

        SOUND_RATE = 16000


        def sound(path):
            """The samples of a request's sound, from -1 to 1."""
            import numpy

            with wave.open(path) as file:
                samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
            return samples.astype(numpy.float32) / 32768


        class Request:
            def __init__(self, path):
                with open(path, encoding="utf-8") as file:
                    self.data = json.load(file)
                if self.data["schema"] != "vgraph.review-request/1":
                    sys.exit("this reviewer reads vgraph.review-request/1, not " + self.data["schema"])
                film = self.data["list"]
                self.claims, self.frames, self.language = film["claims"], film["frames"], film["language"]
                self.width, self.height = film["size"]["width"], film["size"]["height"]
                self.rate = film["rate"]["numerator"] / film["rate"]["denominator"]
                self.pictures, self.voices = film["pictures"], film.get("voices")
                # Texts that may be seen besides, and are not asked for.
                self.others = film.get("others", [])
                # From a pixel of an exhibit to one of the film.
                self.scale = self.width / self.data["picture"]["width"]
                self.stills = [e for e in self.data["exhibits"] if e["kind"] == "frame"]
                self.sounds = [e for e in self.data["exhibits"] if e["kind"] == "audio"]


        class Answer:
            def __init__(self, version, model=None, parameters=None):
                head = {"schema": "vgraph.observation/1", "version": version}
                if model:
                    head["model"] = model
                if parameters:
                    head["parameters"] = {name: str(value) for name, value in parameters.items()}
                self.write(head)

            @staticmethod
            def write(line):
                sys.stdout.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")

            def say(self, claim, verdict, frames, rationale, evidence=(), severity=None, found=None, box=None, measured=None):
                """One observation; `frames` are the first and the one after the last."""
                usual = "major" if verdict in ("contradicts", "absent") else "info"
                line = {"claim": claim, "verdict": verdict, "severity": severity or usual, "startFrame": frames[0],
                        "endFrame": frames[1], "evidence": list(evidence)[:16], "rationale": rationale[:200]}
                if found is not None:
                    line["found"] = found[:150]
                if box is not None:
                    line["box"] = box
                if measured is not None:
                    line["measured"] = {name: round(value, 3) for name, value in measured.items()}
                self.write(line)

            def abstain(self, claim, rationale):
                self.say(claim["id"], "abstain", (claim["startFrame"], claim["endFrame"]), rationale)

        """##
}
