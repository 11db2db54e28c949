// Two versions of films as one HTML page: what changed, in seconds of each version, and both films one over the other
// with a slider between them. It knows values only; equal values give equal bytes.
import Composition
import Diagnostics
import FoundationEssentials

public struct DiffPage {
    /// One of the two versions of a film, as it was delivered.
    public enum Version: Sendable {
        /// Its bytes, in the page.
        case embedded(Data)
        /// Why it cannot be shown.
        case missing(String)

        var bytes: Data? { if case .embedded(let bytes) = self { bytes } else { nil } }
        var reason: String? { if case .missing(let reason) = self { reason } else { nil } }
    }

    public struct Film: Sendable {
        public var target: String
        /// The side that alone has it; nil: both do.
        public var onlyIn: String?
        public var isSame: Bool
        public var changes: [PlanChanges.Change]
        /// Those of `changes`, by index, that are described differently and drawn the same.
        public var drawnTheSame: Set<Int>
        /// Why segments cannot be compared.
        public var note: String?
        /// What checks, claims and the gate say: an id, before, after, and whether that is bad.
        public var judged: [(id: String, a: String?, b: String?, isBad: Bool)]
        public var files: [String]
        /// "crf of encode", before, after.
        public var settings: [(name: String, a: String?, b: String?)]
        public var rate: FrameRate
        /// nil: pictures were not compared.
        public var pixels: PixelDifference?
        public var a: Version
        public var b: Version

        public init(
            target: String, onlyIn: String?, isSame: Bool, changes: [PlanChanges.Change], drawnTheSame: Set<Int>,
            note: String?, judged: [(id: String, a: String?, b: String?, isBad: Bool)], files: [String],
            settings: [(name: String, a: String?, b: String?)], rate: FrameRate, pixels: PixelDifference?, a: Version,
            b: Version
        ) {
            self.target = target
            self.onlyIn = onlyIn
            self.isSame = isSame
            self.changes = changes
            self.drawnTheSame = drawnTheSame
            self.note = note
            self.judged = judged
            self.files = files
            self.settings = settings
            self.rate = rate
            self.pixels = pixels
            self.a = a
            self.b = b
        }
    }

    private let titles: (a: String, b: String)
    private let films: [Film]
    private let notes: [String]

    /// - titles: of the sides, for example "run 20260101T…".
    public init(a: String, b: String, films: [Film], notes: [String]) {
        titles = (a, b)
        self.films = films
        self.notes = notes
    }

    public var html: String {
        let differing = films.filter { !$0.isSame }
        let title =
            differing.isEmpty
            ? "The same" : "\(counted(differing.count, "film")) differ\(differing.count == 1 ? "s" : "")"
        var page = pageHead(
            by: "diff", title: title + " · vgraph diff",
            allows: ["img-src data:", "media-src blob:", "script-src '\(DiffScript.hash)'"], css: Self.css)
        page += "<body>\n"
        page += "<header class=\"top \(differing.isEmpty ? Tone.pass.rawValue : Tone.warn.rawValue)\">\n"
        page += "<div><h1>\(escaped(title))</h1><p class=\"lead\" dir=\"auto\">a: \(escaped(titles.a)) · "
        page += "b: \(escaped(titles.b))</p></div>\n</header>\n<main>\n"
        for (index, film) in films.enumerated() where !film.isSame { page += part(film, index) }
        let same = films.filter(\.isSame)
        if !same.isEmpty {
            page += section(
                "same", "The same", count: "\(same.count)", list(same.map { escaped($0.target) }))
        }
        if !notes.isEmpty { page += section("notes", "Not known", list(notes.map(escaped))) }
        page += "</main>\n<footer>Written by <code>vgraph diff --html</code>. Nothing was rendered for it.</footer>\n"
        return page + "<script>\(DiffScript.text)</script>\n</body>\n</html>\n"
    }

    private static let css = """
        .swipe { position: relative; max-width: 960px; margin: 0 0 8px; overflow: hidden; border-radius: 8px;
          border: 1px solid var(--line); background: #000; }
        .swipe video { display: block; width: 100%; }
        .swipe .over { position: absolute; inset: 0; height: 100%; object-fit: contain; background: #000;
          clip-path: inset(0 0 0 50%); }
        .swipe .edge { position: absolute; top: 0; bottom: 0; left: 50%; width: 2px; background: #fff;
          box-shadow: 0 0 3px #000; pointer-events: none; }
        .swipe .name { position: absolute; top: 8px; padding: 1px 8px; border-radius: 6px; background: #000a;
          color: #fff; font-size: 13px; pointer-events: none; } .name.a { left: 8px; } .name.b { right: 8px; }
        .controls { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; max-width: 960px;
          margin: 0 0 16px; }
        .controls input { height: 28px; margin: 0; padding: 0; } .controls label { flex: 1 1 220px; font-size: 14px; }
        .play { padding: 4px 16px; min-height: 32px; border: 1px solid var(--line); border-radius: 6px;
          background: var(--card); }
        .plot { display: block; width: 100%; height: 60px; border-bottom: 1px solid var(--line); margin-top: 8px; }
        .clock { font-variant-numeric: tabular-nums; color: var(--soft); font-size: 14px; }

        """

    private func list(_ items: [String]) -> String {
        "<ul class=\"found\">\n" + items.map { "<li dir=\"auto\">\($0)</li>\n" }.joined() + "</ul>\n"
    }

    private func part(_ film: Film, _ index: Int) -> String {
        let id = "film-\(index)"
        if let side = film.onlyIn {
            return section(id, escaped(film.target), "<p>Only in \(escaped(side)).</p>\n")
        }
        var body = player(film, id) + changes(film) + pixels(film)
        if !film.judged.isEmpty {
            body += "<h3>Judged</h3>\n"
            body += table(
                "What checks, claims and the gate say", ["what", "before", "after"],
                film.judged.map { change in
                    [
                        "<code>\(escaped(change.id))</code>", cell(change.a),
                        change.b.map { pill(change.isBad ? .fail : .pass, $0, " large") } ?? cell(nil),
                    ]
                })
        }
        if !film.files.isEmpty { body += "<h3>Files</h3>\n" + list(film.files.map(escaped)) }
        if !film.settings.isEmpty {
            body += "<h3>Settings</h3>\n"
            body += table(
                "Parameters, versions and tools", ["what", "before", "after"],
                film.settings.map { [escaped($0.name), cell($0.a), cell($0.b)] })
        }
        return section(id, escaped(film.target), body)
    }

    // MARK: Both films

    private func player(_ film: Film, _ id: String) -> String {
        guard let a = film.a.bytes, let b = film.b.bytes else {
            let reasons = [(film.a.reason, "a"), (film.b.reason, "b")].compactMap { reason, side in
                reason.map { "\(side): \($0)" }
            }
            return
                "<p class=\"hint\">The films cannot be played here: \(escaped(reasons.joined(separator: "; "))).</p>\n"
        }
        let name = escaped(film.target)
        return """
            <div class="pair" data-fps="\(decimals(film.rate.perSecond, 4))">
            <div class="swipe">
            <video class="under" playsinline preload="auto" aria-label="\(name), a"></video>
            <video class="over" playsinline muted preload="auto" aria-label="\(name), b"></video>
            <span class="edge"></span><span class="name a" aria-hidden="true">a</span>
            <span class="name b" aria-hidden="true">b</span>
            </div>
            <div class="controls">
            <button type="button" class="play">Play</button>
            <label>a, then b <input class="split" type="range" min="0" max="100" value="50"></label>
            <label>time <input class="seek" type="range" min="0" max="1000" value="0"></label>
            <span class="clock" role="status"></span>
            </div>
            <script type="text/plain" class="bytes-a">\(a.base64EncodedString())</script>
            <script type="text/plain" class="bytes-b">\(b.base64EncodedString())</script>
            </div>

            """
    }

    private func changes(_ film: Film) -> String {
        if let note = film.note { return "<p>\(escaped(note))</p>\n" }
        let rows = film.changes.enumerated().filter { $0.element.kind != .same }
        guard !rows.isEmpty else { return "<p>No picture differs.</p>\n" }
        return table(
            "Ranges that changed", ["what", "a", "b", "scenes", "captions"],
            rows.map { index, change in
                let isSame = film.drawnTheSame.contains(index), place = change.b ?? change.a
                let words = isSame ? "drawn the same" : change.kind.rawValue
                return [
                    pill(isSame || change.kind == .moved ? .idle : .warn, words), jump(change.a, change),
                    jump(change.b, change), escaped((place?.scenes ?? []).joined(separator: ", ")),
                    "<span dir=\"auto\">\(escaped((place?.captions ?? []).joined(separator: " · ")))</span>",
                ]
            })
    }

    // MARK: Pictures and sound

    private func pixels(_ film: Film) -> String {
        guard let pixels = film.pixels else { return "" }
        var body = "<h3>Pictures</h3>\n"
        for range in pixels.ranges {
            let from = film.rate.seconds(ofFrame: range.b), to = film.rate.seconds(ofFrame: range.b + range.frames)
            let words = range.least.map {
                $0 == 1 ? "every picture is the same" : "least similar tile \(decimals($0, 3)) of 1"
            }
            body += "<figure class=\"wide\">"
            if let picture = range.picture {
                let at = clock(film.rate.seconds(ofFrame: range.b + range.worst))
                body += "<img loading=\"lazy\" alt=\"before, after and their difference at \(at)\" "
                body += "src=\"data:image/jpeg;base64,\(picture)\">"
            }
            body += plot(
                range.likeness.map { 1 - $0 }, to: 1, "difference of the least similar tile, 0 to 1")
            body +=
                "<figcaption>\(clock(from))–\(clock(to)): \(words ?? "the pictures have other sizes")</figcaption></figure>\n"
        }
        body += "<h3>Sound</h3>\n"
        guard let sound = pixels.sound else { return body + "<p>One of the films has no sound.</p>\n" }
        if sound.isSame { return body + "<p>The sound is the same.</p>\n" }
        let silence = PixelDifference.Sound.silence
        body +=
            "<figure class=\"wide\">" + plot(sound.levels.map { $0 - silence }, to: -silence, "level of the difference")
        return body + "<figcaption>Level of the difference, from \(decimals(silence, 0)) to 0 dBFS; "
            + "at most \(decimals(sound.peak, 1)) dBFS. Both start at 0 s.</figcaption></figure>\n"
    }

    /// A curve over its whole width; at most some hundred points, each the greatest of those that it stands for.
    private func plot(_ values: [Double], to top: Double, _ words: String) -> String {
        guard values.count > 1, top > 0 else { return "" }
        let width = 600.0, height = 60.0, most = 300, step = max(1, (values.count + most - 1) / most)
        let points = stride(from: 0, to: values.count, by: step).map { index in
            let value = values[index..<min(index + step, values.count)].max() ?? 0
            let x = width * Double(index) / Double(values.count - 1), y = height * (1 - min(max(value / top, 0), 1))
            return "\(decimals(x, 1)),\(decimals(y, 1))"
        }
        return "<svg class=\"plot\" viewBox=\"0 -2 600 64\" preserveAspectRatio=\"none\" role=\"img\" "
            + "aria-label=\"\(escaped(words))\"><polyline class=\"curve\" points=\"\(points.joined(separator: " "))\"/></svg>"
    }

    /// A time to which both films go, each to its own.
    private func jump(_ place: PlanChanges.Place?, _ change: PlanChanges.Change) -> String {
        guard let place, let other = change.a ?? change.b else { return "" }
        let words = "\(clock(place.start))–\(clock(place.end))"
        return "<button type=\"button\" class=\"time\" data-a=\"\(decimals(change.a?.start ?? other.start, 4))\" "
            + "data-b=\"\(decimals(change.b?.start ?? other.start, 4))\" aria-label=\"Show from \(words)\">"
            + "<span aria-hidden=\"true\">▶</span> \(words)</button>"
    }
}
