// pipelines/reviewers/text.py, built in. A test holds the two equal; VGRAPH_REWRITE_GOLDENS=1 writes this file anew.

extension BuiltInReviewers {
    static let text = ##"""
        """Reads every planned text back from frames of the delivered film, and tells of words that nobody planned.

        A text counts as seen where it is read rightly in one of its frames (first moments, middle, last moments) and can be made
        out in all of them: what is covered, dropped or black for a part of its time is not. Limits were measured, not chosen:
        right texts have an error of 0.00, the mildest wrong ones (one word, one digit, a cut edge) 0.13 and more.
        Each frame is read smaller than it is first, which takes half of the time; what is not read rightly there is read again at
        its full size before anything is said of it. Frames that show the same are read once: where nothing moves, frames of one
        encoding differ by at most 8 of 255 in the mean of any nine pixels, and a text that comes or goes makes 59 and more. A QR
        code in a picture has to lead to an address that a text of the film has.
        """
        import re
        import sys
        import unicodedata

        from protocol import Answer, Request

        VERSION = "7"
        BEST = 0.05  # the greatest error, in characters of its own length, of the frame in which a text is read best
        EACH = 0.2  # and of each other frame: more is another text, or none
        ABSENT = 0.6  # from here on it is not a wrong text but none
        PLANNED = 0.34  # a line that is nearer than this to a planned text belongs to it
        QUICK = 360  # pixels of a frame's shorter side at the first reading, but at least half of its size
        SAME = 24  # of 255: frames of which no spot differs more are read once
        LOOK = 2  # seconds between looks for QR codes in the same pictures
        SCORE, LETTERS = 0.8, 3  # of a line that nobody planned: the least certainty, the least letters and digits


        def normal(text):
            """Letters and digits without case, and what changes a number: signs, currencies, a point between digits."""
            text = unicodedata.normalize("NFKC", text).casefold()
            kept = []
            for at, sign in enumerate(text):
                digits = 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()
                if sign.isalnum() or unicodedata.category(sign) in ("Sc", "Mn", "Mc") or sign in "%+":
                    kept.append(sign)
                elif sign in ".,:/-" and digits:
                    kept.append(sign)
            return "".join(kept)


        def words(text):
            """Of a line as it was read: its letters, and where words begin and end among them."""
            letters, edges = "", {0}
            for word in text.split():
                letters += normal(word)
                edges.add(len(letters))
            return letters, edges


        def distance(wanted, letters, edges):
            """The least number of changes from `wanted` to a run of whole words of `letters`."""
            row = [0 if at in edges else None for at in range(len(letters) + 1)]
            for at in range(1, len(row)):
                if row[at] is None:
                    row[at] = row[at - 1] + 1
            for i, sign in enumerate(wanted, 1):
                last, row = row, [i]
                for j, other in enumerate(letters, 1):
                    row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (sign != other)))
            return min(row[at] for at in edges)


        def numbers(text):
            return re.findall(r"\d+(?:[.,:/-]\d+)*", unicodedata.normalize("NFKC", text))


        def has_numbers(wanted, found):
            """Whether every number of a text is read as it is written: one wrong digit of a long text is a small error."""
            left = numbers(found)
            for number in numbers(wanted):
                if number not in left:
                    return False
                left.remove(number)
            return True


        def signed(text, between):
            """The numbers of a text that have a minus before them."""
            plain = unicodedata.normalize("NFKC", text)
            return set(re.findall(r"(?<![\w%%.,:/])[-\u2212\u2013]%s(\d+(?:[.,:/]\d+)*)" % between, plain))


        def has_signs(wanted, found):
            """Whether no minus came or went: a sign is no letter, and all that turns a number round. A dash is one with a blank."""
            return signed(wanted, "") <= signed(found, r"\s?") and signed(found, "") <= signed(wanted, r"\s?")


        class Line:
            def __init__(self, text, score, points, scale):
                self.text, self.score = text, score
                self.letters, self.edges = words(text)
                xs, ys = [p[0] * scale for p in points], [p[1] * scale for p in points]
                self.box = (min(xs), min(ys), max(xs), max(ys))


        def ordered(lines):
            """As they are read: rows from above, each from the left."""
            rows = []
            for line in sorted(lines, key=lambda line: line.box[1] + line.box[3]):
                middle = (line.box[1] + line.box[3]) / 2
                if rows and rows[-1][0].box[1] < middle < rows[-1][0].box[3]:
                    rows[-1].append(line)
                else:
                    rows.append([line])
            return [line for row in rows for line in sorted(row, key=lambda line: line.box[0])]


        def error(wanted, lines):
            """How far the nearest text on the screen is from a planned one, and which lines it is read in."""
            best = (1.0, [])
            if not wanted:
                return best
            for line in lines:
                if line.letters:
                    best = min(best, (distance(wanted, line.letters, line.edges) / len(wanted), [line]), key=lambda b: b[0])
            # A text of several lines: those that hold a part of it, as one.
            parts = [line for line in lines if line.letters and belongs(line, wanted)]
            if len(parts) > 1:
                letters, edges = "", set()
                for line in ordered(parts):
                    edges |= {len(letters) + at for at in line.edges}
                    letters += line.letters
                best = min(best, (distance(wanted, letters, edges) / len(wanted), ordered(parts)), key=lambda b: b[0])
            return best


        def belongs(line, wanted, limit=PLANNED):
            everywhere = set(range(len(wanted) + 1))
            return distance(line.letters, wanted, everywhere) <= limit * len(line.letters)


        def own(lines, wanted, others):
            """Without lines that another planned text accounts for: a caption that holds the words of a title is no title."""
            def whole(line):
                return distance(wanted, line.letters, {0, len(line.letters)}) <= 0.2 * len(line.letters)

            def others_own(line):
                return any(belongs(line, other, 0.1) for other in others)

            read = [line for line in lines if line.letters]
            return [line for line in read if whole(line) or belongs(line, wanted, 0.1) or not others_own(line)]


        def codes(file):
            """What the QR codes of a picture say. At twice its size codes of 90 pixels are read, else 150."""
            import cv2

            picture = cv2.imread(file, cv2.IMREAD_GRAYSCALE)
            _, said, _, _ = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(
                cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
            return [text for text in said or () if text]


        def address(text):
            """An address without what may be left out of it when it is written for people."""
            text = re.sub(r"^[a-z]+://", "", text.strip().lower())
            return re.sub(r"^www\.", "", text).rstrip("/")


        def addresses(text):
            words = [word.strip(".,;:!?()<>\"'").lower() for word in text.split()]
            return [address(word) for word in words if re.search(r"\w\.[a-z]{2,}(/|$|\W)", word)]


        class Frames:
            """The lines of each frame, at the size at which it was read last."""
            def __init__(self, request):
                import onnxruntime

                onnxruntime.set_default_logger_severity(3)
                from rapidocr import RapidOCR

                self.read = RapidOCR(params={
                    "Det.limit_side_len": 360, "Global.log_level": "critical", "Global.use_cls": False,
                    "EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1})
                self.scale, self.lines, self.first, seen = request.scale, {}, {}, []
                shorter = min(request.data["picture"]["width"], request.data["picture"]["height"])
                quick = min(1, max(0.5, QUICK / shorter))
                for still in request.stills:
                    file = still["file"]
                    self.first[file] = self.like(file, seen)
                    if self.first[file] == file:
                        self.look(file, quick)

            @staticmethod
            def like(file, seen):
                """The file itself, or an earlier one that shows the same."""
                import cv2

                picture = cv2.blur(cv2.imread(file), (3, 3))
                for earlier, other in reversed(seen[-4:]):
                    if other.shape == picture.shape and cv2.norm(other, picture, cv2.NORM_INF) <= SAME:
                        return earlier
                seen.append((file, picture))
                return file

            def __getitem__(self, still):
                return self.lines[self.first[still["file"]]]

            def look(self, file, size):
                import cv2

                file = self.first[file]
                picture = cv2.imread(file)
                if size < 1:
                    picture = cv2.resize(picture, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
                result = self.read(picture)
                boxes = [] if result.boxes is None else result.boxes
                self.lines[file] = [
                    Line(text, float(score), points, self.scale / size)
                    for text, score, points in zip(result.txts or (), result.scores or (), boxes)]


        def box(lines, request):
            x0, y0 = max(0, int(min(l.box[0] for l in lines))), max(0, int(min(l.box[1] for l in lines)))
            x1 = min(request.width, int(max(l.box[2] for l in lines)) + 1)
            y1 = min(request.height, int(max(l.box[3] for l in lines)) + 1)
            return {"x0": x0, "y0": y0, "x1": x1, "y1": y1} if x0 < x1 and y0 < y1 else None


        def readable(text):
            """Whether the recogniser knows the script: it was taught Latin letters, Chinese and Japanese."""
            scripts = ("LATIN", "DIGIT", "CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH")
            return all(not sign.isalpha() or unicodedata.name(sign, "").startswith(scripts) for sign in text)


        def main(path):
            request = Request(path)
            answer = Answer(VERSION, "PP-OCRv6 small, rapidocr 3.10.0", {
                "best": BEST, "each": EACH, "score": SCORE, "letters": LETTERS})
            seen = Frames(request)
            again = set()
            for still in request.stills:
                first = seen.first[still["file"]]
                wrong = not all(is_read(claim, still, request, seen) for claim in request.claims)
                if first not in again and (wrong or unplanned(request, still, seen)):
                    again.add(first)
                    seen.look(first, 1)
            for claim in request.claims:
                judge(claim, request, seen, answer)
            tell_unplanned(request, seen, answer)
            tell_codes(request, answer)


        def is_read(claim, still, request, seen):
            if claim["id"] not in still["claims"] or not can_read(claim["text"]):
                return True
            off, lines = nearest(claim, still, request, seen)
            found = " ".join(line.text for line in lines)
            return off == 0 and has_numbers(claim["text"], found) and has_signs(claim["text"], found)


        def can_read(text):
            return any(sign.isalnum() for sign in normal(text)) and readable(text)


        def nearest(claim, still, request, seen):
            others = planned(request, still["frame"], besides=claim["id"])
            wanted = normal(claim["text"])
            return error(wanted, own(seen[still], wanted, others))


        def judge(claim, request, seen, answer):
            frames = (claim["startFrame"], claim["endFrame"])
            stills = [still for still in request.stills if claim["id"] in still["claims"]]
            if not stills:
                return answer.abstain(claim, "no frame was taken while it is shown")
            if not can_read(claim["text"]):
                return answer.abstain(claim, "this reviewer cannot read its script")
            looks = [(nearest(claim, still, request, seen), still) for still in stills]

            def sign(look):
                return has_signs(claim["text"], " ".join(line.text for line in look[0][1]))

            # A minus is thin, and may be missed in one of the frames.
            looks.sort(key=lambda look: (look[0][0], not sign(look)))
            (best, lines), still = looks[0]
            (worst, _), missed = looks[-1]
            measured = {"best": best, "worst": worst, "frames": len(looks), "limit.best": BEST, "limit.each": EACH}
            evidence = [still["file"] for _, still in looks]
            found = " ".join(line.text for line in lines) if best < ABSENT else None
            seconds = missed["frame"] / request.rate
            if best <= BEST and not (has_signs(claim["text"], found) and (best == 0 or has_numbers(claim["text"], found))):
                answer.say(claim["id"], "contradicts", frames, "another number is read in its place", evidence, found=found,
                           box=box(lines, request), measured=measured)
            elif best <= BEST and worst <= EACH:
                answer.say(claim["id"], "supports", frames, "it is read in all %d frames that were taken" % len(looks),
                           evidence, found=found, box=box(lines, request), measured=measured)
            elif best >= ABSENT:
                answer.say(claim["id"], "absent", frames, "nothing like it is read while it should be shown", evidence,
                           measured=measured)
            elif best > BEST:
                answer.say(claim["id"], "contradicts", frames, "another text is read in its place", evidence, found=found,
                           box=box(lines, request), measured=measured)
            else:
                answer.say(claim["id"], "absent", frames, "it is not seen all of its time: not at %.2f s" % seconds,
                           [missed["file"]] + [name for name in evidence if name != missed["file"]], measured=measured)


        def planned(request, frame, besides=None):
            """What may be read at a frame."""
            return [normal(c["text"]) for c in request.claims + request.others if c["id"] != besides
                    and c["seen"]["startFrame"] - 2 <= frame < c["seen"]["endFrame"] + 2]


        def unplanned(request, still, seen):
            texts = planned(request, still["frame"])
            return [line for line in seen[still]
                    if line.score >= SCORE and sum(sign.isalnum() for sign in line.letters) >= LETTERS
                    and not any(belongs(line, text) for text in texts)]


        def tell_unplanned(request, seen, answer):
            """Each text once, with all frames that have it. Words in a picture or a clip are the picture's own: a note."""
            found = {}
            for still in request.stills:
                for line in unplanned(request, still, seen):
                    found.setdefault(line.letters, []).append((still, line))
            for places in found.values():
                frames = [still["frame"] for still, _ in places]
                pictured = all(any(p["startFrame"] <= frame < p["endFrame"] for p in request.pictures) for frame in frames)
                (still, line) = places[0]
                answer.say("unplanned", "contradicts", (min(frames), max(frames) + 1),
                           "words that no text of the spec has" + (", perhaps in a picture" if pictured else ""),
                           [still["file"] for still, _ in places], severity="info" if pictured else "major",
                           found=line.text, box=box([line], request), measured={"score": line.score, "limit.score": SCORE})


        def tell_codes(request, answer):
            """Where each QR code leads: to an address that a text of the film has, or elsewhere."""
            planned = {one for claim in request.claims + request.others for one in addresses(claim["text"])}
            found, last = {}, None
            for still in request.stills:
                # A code is a part of a picture or a clip, and stands long enough to be held a telephone to.
                shown = [p["startFrame"] for p in request.pictures if p["startFrame"] <= still["frame"] < p["endFrame"]]
                if not shown or last and last[0] == shown and still["frame"] - last[1] < LOOK * request.rate:
                    continue
                last = (shown, still["frame"])
                for code in codes(still["file"]):
                    found.setdefault(code, []).append(still)
            for code, stills in found.items():
                target, frames = address(code), [still["frame"] for still in stills]
                if any(target == one or target.startswith((one + "/", one + "?", one + "#")) for one in planned):
                    continue
                answer.say("unplanned", "contradicts", (min(frames), max(frames) + 1),
                           "a QR code leads to an address that no text of the film has" if planned
                           else "a QR code, and no text of the film has an address to hold it against",
                           [still["file"] for still in stills], severity="major" if planned else "info", found=code)


        main(sys.argv[1])

        """##
}
