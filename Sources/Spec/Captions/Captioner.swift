// Resolves captions: collects those of the spec, of scenes and of files in one order, and makes layers of them.
import Composition
import Diagnostics

struct Captioner {
    let resolver: Resolver

    /// A caption in frames of the video.
    struct Timed {
        var place: Place
        var start: Int
        var end: Int
        var text: String
        var marks: [(offset: Int, seconds: Double)] = []
        /// Seconds from which `marks` count.
        var shift = 0.0
        var row: CaptionRow?
        var isFromFile = false
        var sources: [SourceAddress] = []
    }

    func captions(_ scenes: [ResolvedVideo.Scene], total: Int, readFile: (String) throws -> [UInt8]) -> [ResolvedVideo
        .Caption]
    {
        let spec = resolver.document.captions ?? CaptionsSpec(place: Place(file: "", line: 0, column: 0))
        let own = own(spec, total: total, readFile: readFile)
        var fromScenes: [Timed] = []
        for (scene, span) in zip(resolver.document.scenes, resolver.spans) {
            let rules = Rules(spec, isFile: false, limit: max(1, span.frames), length: "scene '\(scene.id.value)'")
            let written = scene.captions
            let cues: [Timed]
            if let from = written.from {
                var moved = span
                moved.begin = span.begin + written.offset.exact(at: resolver.rate)
                let rules = Rules(
                    spec, isFile: true, limit: max(1, span.frames), length: "scene '\(scene.id.value)'", before: "scene"
                )
                cues = read(from, encoding: written.encoding, moved, spec, rules, readFile: readFile)
            } else {
                cues = written.cues.compactMap { timed($0, span, rules) }
            }
            noteOrder(cues)
            for var cue in cues {
                cue.start += span.start
                cue.end += span.start
                fromScenes.append(cue)
            }
        }
        noteOrder(own)
        let all = apart(own + fromScenes, spec)
        if spec.mode == .words {
            let words = all.reduce(0) { $0 + $1.text.split(whereSeparator: \.isWhitespace).count }
            if words > SpecLimits.words {
                resolver.reader.report(.tooMany("captions", count: words, limit: SpecLimits.words, at: spec.place))
            }
        }
        guard resolver.reader.errors.isEmpty else { return [] }
        resolver.captionPlaces = all.map(\.place)
        resolver.captionSources = all.map(\.sources)
        return all.map { caption($0, spec) }
    }

    private func own(_ spec: CaptionsSpec, total: Int, readFile: (String) throws -> [UInt8]) -> [Timed] {
        let rate = resolver.rate
        // Captions of the whole video count from its start, or from `at`, plus their offset.
        let begin = resolver.time(of: spec.at) + spec.offset.exact(at: rate)
        let shifted = SceneSpan(start: 0, frames: total, begin: begin, end: rate.time(ofFrame: total), rate: rate)
        var rules = Rules(
            spec, isFile: spec.from != nil, limit: total, length: "video (\(secondsText(rate.seconds(ofFrame: total))))"
        )
        if let until = spec.until {
            rules.limit = max(0, min(total, rate.frame(at: resolver.time(of: until))))
            rules.length = "time that 'until' leaves (\(secondsText(rate.seconds(ofFrame: rules.limit))))"
            if rate.frame(at: begin) >= rules.limit { resolver.reader.report(.captionsBackwards(at: until.place)) }
        }
        guard let from = spec.from else {
            return (spec.cues ?? []).compactMap { timed($0, shifted, rules) }
        }
        return read(from, encoding: spec.encoding, shifted, spec, rules, readFile: readFile)
    }

    /// The captions of a file; their times count from the start of `span`.
    private func read(
        _ from: Placed<String>, encoding: TextEncoding?, _ span: SceneSpan, _ spec: CaptionsSpec, _ rules: Rules,
        readFile: (String) throws -> [UInt8]
    ) -> [Timed] {
        let reader = resolver.reader
        guard resolver.asset(from, [.text]) != nil else { return [] }
        let bytes: [UInt8]
        do { bytes = try readFile(from.value) } catch {
            reader.report(
                .unreadable(from.value, reason: (error as? Diagnostic)?.message ?? "\(error)", at: from.place))
            return []
        }
        let template = Template(reader: reader), scope = resolver.scope
        let options = CaptionFile.Options(encoding: encoding, isStrict: spec.onInvalid == .error) { body, place in
            template.value(body, scope, place, length: place.length)?.text
        }
        let seconds = span.begin.seconds
        return CaptionFile.read(bytes, file: from.value, options, reader).compactMap { cue in
            guard
                let frames = checked(.seconds(cue.start), .seconds(cue.end), span, text: cue.text, at: cue.place, rules)
            else { return nil }
            return Timed(
                place: cue.place, start: frames.0, end: frames.1, text: cue.text, marks: cue.marks, shift: seconds,
                row: spec.followsPlaces ? cue.row : nil, isFromFile: true)
        }
    }

    private func timed(_ cue: CueSpec, _ span: SceneSpan, _ rules: Rules) -> Timed? {
        guard let frames = checked(cue.start, cue.end, span, text: cue.text, at: cue.place, rules) else { return nil }
        return Timed(place: cue.place, start: frames.0, end: frames.1, text: cue.text, sources: cue.sources)
    }

    private func caption(_ timed: Timed, _ spec: CaptionsSpec) -> ResolvedVideo.Caption {
        let style = Styles.style(spec.style, resolver.document.theme)
        let text = resolver.cased(timed.text, style)
        let frames = timed.end - timed.start
        // The default rows keep clear of the edges, where players show controls.
        let y: Double, anchorY: Double
        let standard: CaptionRow? =
            switch spec.position.keyword {
            case 1?: .bottom
            case 0?: .top
            default: nil
            }
        let safe = resolver.frame.safe
        if let row = timed.row ?? standard {
            let height = Double(resolver.frame.size.height) * row.height
            // Where a profile says what its controls cover, captions keep clear of it.
            (y, anchorY) = (tidy(safe.hasZones ? max(safe.top, min(safe.bottom, height)) : height), row.anchor)
        } else {
            (y, anchorY) = (resolver.frame.y(spec.position), spec.position.keyword ?? 0.5)
        }
        func layer(from: Int, to: Int, spans: [TextContent.Span]) -> Layer {
            var content = resolver.text(text, style, anchorX: 0.5, spans: spans)
            content.wrapWidth = wrapWidth(style.maximumWidth ?? spec.maximumWidth, size: content.size)
            return Layer(
                from: from, to: to, content: .text(content), anchorX: 0.5, anchorY: anchorY,
                x: Track(tidy(Double(resolver.frame.size.width) / 2)), y: Track(y))
        }
        let cue = Cue(startFrame: timed.start, endFrame: timed.end, text: timed.text)
        guard spec.mode == .words else { return .init(cue: cue, layers: [layer(from: 0, to: frames, spans: [])]) }
        // Capitals may have another number of bytes, which moves the marks.
        func moved(_ offset: Int) -> Int {
            guard text.utf8.count != timed.text.utf8.count else { return offset }
            return resolver.cased(String(decoding: timed.text.utf8.prefix(offset), as: UTF8.self), style).utf8.count
        }
        let words = Self.words(
            text, frames: frames,
            marks: timed.marks.map {
                (
                    moved($0.offset),
                    resolver.rate.frame(atSeconds: min(1e6, max(-1e6, $0.seconds + timed.shift))) - timed.start
                )
            })
        let beneath = [resolver.document.video.background] + resolver.document.scenes.compactMap(\.background)
        let highlight =
            spec.highlight ?? style.background.map { Legibility.emphasis(resolver.accent, on: $0, beneath: beneath) }
            ?? resolver.accent
        let layers = words.map { word in
            layer(
                from: word.from, to: word.to,
                spans: [TextContent.Span(start: word.start, end: word.end, color: highlight)])
        }
        return .init(cue: cue, layers: layers)
    }

    /// Without a width of their own, lines in a portrait frame have about 25 letters, as P05.characters asks.
    private func wrapWidth(_ written: Length?, size: Double) -> Double {
        let frame = resolver.frame
        if let written { return frame.along(written, .x) }
        let usual = min(frame.along(.percent(80), .x), frame.safe.hasZones ? frame.safe.width : .infinity)
        return frame.size.height > frame.size.width ? tidy(min(usual, 12 * size)) : usual
    }

    struct Word {
        var start, end: Int
        var from, to: Int
    }

    /// The frames in which each word is spoken. Marks give an offset in the text (bytes) and a frame; between marks,
    /// and without any, time is divided by the number of letters. The words fill all frames; a word that would get none
    /// is left to its neighbour.
    static func words(_ text: String, frames: Int, marks: [(offset: Int, frame: Int)]) -> [Word] {
        var spans: [(start: Int, end: Int, letters: Int)] = []
        var offset = 0
        for part in text.split(omittingEmptySubsequences: false, whereSeparator: \.isWhitespace) {
            if !part.isEmpty { spans.append((offset, offset + part.utf8.count, part.count)) }
            offset += part.utf8.count
            // Separators differ in their number of bytes.
            if part.endIndex < text.endIndex { offset += text[part.endIndex].utf8.count }
        }
        guard !spans.isEmpty else { return [Word(start: 0, end: text.utf8.count, from: 0, to: frames)] }
        var known: [(word: Int, frame: Int)] = [(0, 0)]
        for mark in marks {
            guard let word = spans.firstIndex(where: { $0.end > mark.offset }), word > known.last!.word,
                mark.frame > known.last!.frame, mark.frame < frames
            else { continue }
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
