// Captions: from the spec, from scenes and from a file, in one order, and as layers.
import Composition
import Diagnostics

struct Captioner {
    let resolver: Resolver

    /// A caption in frames of the video.
    private struct Timed {
        var place: Place
        var start: Int
        var end: Int
        var text: String
        var marks: [(offset: Int, seconds: Double)] = []
        /// Seconds at which `marks` count from.
        var shift = 0.0
    }

    func captions(_ scenes: [ResolvedVideo.Scene], total: Int, readText: (String) throws -> String) -> [ResolvedVideo.Caption] {
        let spec = resolver.document.captions ?? CaptionsSpec(place: Place(file: "", line: 0, column: 0))
        var all = own(spec, total: total, readText: readText)
        let hasOwn = !all.isEmpty
        var fromScenes: [Timed] = []
        for (scene, resolved) in zip(resolver.document.scenes, scenes) {
            for cue in scene.captions {
                guard let timed = timed(cue, offset: 0, limit: resolved.frames, length: "scene '\(resolved.id)'") else { continue }
                var moved = timed
                moved.start += resolved.startFrame
                moved.end += resolved.startFrame
                fromScenes.append(moved)
            }
        }
        // Two sources are put into one order; within one, the order is the author's to keep.
        if hasOwn { checkOrder(all) }
        all = (all + fromScenes).enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(\.element)
        checkOrder(all)
        if spec.mode == .words {
            let words = all.reduce(0) { $0 + $1.text.split(whereSeparator: \.isWhitespace).count }
            if words > SpecLimits.words { resolver.reader.report(.tooMany("captions", count: words, limit: SpecLimits.words, at: spec.place)) }
        }
        guard resolver.reader.errors.isEmpty else { return [] }
        resolver.captionPlaces = all.map(\.place)
        return all.map { caption($0, spec) }
    }

    private func own(_ spec: CaptionsSpec, total: Int, readText: (String) throws -> String) -> [Timed] {
        let rate = resolver.rate
        let offset = spec.offset.frames(at: rate)
        let length = "video (\(secondsText(rate.seconds(ofFrame: total))))"
        guard let from = spec.from else {
            return (spec.cues ?? []).compactMap { timed($0, offset: offset, limit: total, length: length) }
        }
        guard resolver.asset(from, [.text]) != nil else { return [] }
        let text: String
        do { text = try readText(from.value) } catch {
            resolver.reader.report(.unreadable(from.value, reason: (error as? Diagnostic)?.message ?? "\(error)", at: from.place))
            return []
        }
        return CaptionFile.read(text, file: from.value, resolver.reader).compactMap { cue in
            let seconds = spec.offset.seconds(at: rate)
            let start = Time.seconds(cue.start + seconds), end = Time.seconds(cue.end + seconds)
            guard let frames = checked(start, end, offset: 0, limit: total, length: length, text: cue.text, at: cue.place) else { return nil }
            return Timed(place: cue.place, start: frames.0, end: frames.1, text: cue.text, marks: cue.marks, shift: seconds)
        }
    }

    private func timed(_ cue: CueSpec, offset: Int, limit: Int, length: String) -> Timed? {
        guard let frames = checked(cue.start, cue.end, offset: offset, limit: limit, length: length, text: cue.text, at: cue.place) else { return nil }
        return Timed(place: cue.place, start: frames.0, end: frames.1, text: cue.text)
    }

    private func checked(_ start: Time, _ end: Time, offset: Int, limit: Int, length: String, text: String, at place: Place) -> (Int, Int)? {
        let reader = resolver.reader
        let first = start.frames(at: resolver.rate) + offset, last = end.frames(at: resolver.rate) + offset
        if text.utf8.count > SpecLimits.caption { reader.report(.textTooLong("text", limit: SpecLimits.caption, at: place)); return nil }
        if text.allSatisfy(\.isWhitespace) { reader.report(.captionEmpty(at: place)); return nil }
        if last <= first { reader.report(.captionBackwards(at: place)); return nil }
        if first < 0 { reader.report(.captionBefore(at: place)); return nil }
        if last > limit { reader.report(.captionOutside(length: length, at: place)); return nil }
        return (first, last)
    }

    private func checkOrder(_ cues: [Timed]) {
        for (before, cue) in zip(cues, cues.dropFirst()) where cue.start < before.end {
            resolver.reader.report(.captionsOverlap(before: before.place, at: cue.place))
        }
    }

    private func caption(_ timed: Timed, _ spec: CaptionsSpec) -> ResolvedVideo.Caption {
        let style = Styles.style(spec.style, resolver.document.theme)
        let text = resolver.cased(timed.text, style)
        let frames = timed.end - timed.start
        // Words keep clear of the edge where players put their controls.
        let y: Double, anchorY: Double
        switch spec.position.keyword {
        case 1?: (y, anchorY) = (tidy(Double(resolver.frame.size.height) * 0.92), 1)
        case 0?: (y, anchorY) = (tidy(Double(resolver.frame.size.height) * 0.08), 0)
        case let keyword: (y, anchorY) = (resolver.frame.y(spec.position), keyword ?? 0.5)
        }
        func layer(from: Int, to: Int, spans: [TextContent.Span]) -> Layer {
            var content = resolver.text(text, style, anchorX: 0.5, spans: spans)
            content.wrapWidth = resolver.frame.along(style.maximumWidth ?? spec.maximumWidth, resolver.frame.size.width)
            return Layer(from: from, to: to, content: .text(content), anchorX: 0.5, anchorY: anchorY,
                         x: Track(tidy(Double(resolver.frame.size.width) / 2)), y: Track(y))
        }
        let cue = Cue(startFrame: timed.start, endFrame: timed.end, text: timed.text)
        guard spec.mode == .words else { return .init(cue: cue, layers: [layer(from: 0, to: frames, spans: [])]) }
        // Letters that change their number of bytes in capitals would move the marks.
        let marks = text.utf8.count == timed.text.utf8.count ? timed.marks : []
        let words = Self.words(text, frames: frames, marks: marks.map {
            ($0.offset, resolver.rate.frame(atSeconds: min(1e6, max(-1e6, $0.seconds + timed.shift))) - timed.start)
        })
        let highlight = spec.highlight ?? resolver.accent
        let layers = words.map { word in
            layer(from: word.from, to: word.to, spans: [TextContent.Span(start: word.start, end: word.end, color: highlight)])
        }
        return .init(cue: cue, layers: layers)
    }

    struct Word {
        var start, end: Int
        var from, to: Int
    }

    /// When each word is said. Marks say where in the text (bytes) and when (frames); between marks, and without any, a
    /// word takes as long as its share of the letters. Together the words fill all frames; one that would get none is
    /// shown with its neighbour.
    static func words(_ text: String, frames: Int, marks: [(offset: Int, frame: Int)]) -> [Word] {
        var spans: [(start: Int, end: Int, letters: Int)] = []
        var offset = 0
        for part in text.split(omittingEmptySubsequences: false, whereSeparator: \.isWhitespace) {
            if !part.isEmpty { spans.append((offset, offset + part.utf8.count, part.count)) }
            offset += part.utf8.count
            // Separators are of different widths: look the next one up.
            if part.endIndex < text.endIndex { offset += text[part.endIndex].utf8.count }
        }
        guard !spans.isEmpty else { return [Word(start: 0, end: text.utf8.count, from: 0, to: frames)] }
        var known: [(word: Int, frame: Int)] = [(0, 0)]
        for mark in marks {
            guard let word = spans.firstIndex(where: { $0.end > mark.offset }), word > known.last!.word,
                  mark.frame > known.last!.frame, mark.frame < frames else { continue }
            known.append((word, mark.frame))
        }
        known.append((spans.count, frames))
        var starts: [Int] = []
        for (a, b) in zip(known, known.dropFirst()) {
            let letters = spans[a.word..<b.word].reduce(0) { $0 + $1.letters }
            var passed = 0
            for span in spans[a.word..<b.word] {
                starts.append(a.frame + (b.frame - a.frame) * passed / max(1, letters))
                passed += span.letters
            }
        }
        var words: [Word] = []
        for (index, span) in spans.enumerated() {
            let to = index + 1 < starts.count ? starts[index + 1] : frames
            if to > starts[index] { words.append(Word(start: span.start, end: span.end, from: starts[index], to: to)) }
        }
        return words
    }
}
