// Derives the claims about a finished film from its resolved spec: every text and caption while it is still and fully
// visible, every caption that a voice speaks, every planned sentence and number, and the spec's statements about the
// whole film.
import Composition
import Diagnostics

/// - Parameters:
///   - places: the place of each text, in the order of `Draft.texts`; empty if unknown.
///   - draft: what its texts and voices state; nil: nothing is known of what is said beside captions, nor of numbers.
public func claims(of video: ResolvedVideo, facts: Facts, places: [TextPlace], draft: Draft? = nil) -> ClaimList {
    var claimant = Claimant(video, facts, places, draft?.statements ?? [])
    return claimant.list()
}

private struct Claimant {
    private let video: ResolvedVideo
    private let facts: Facts
    private var places: ArraySlice<Place?>
    private let statements: [Statement]
    private var claims: [Claim] = []
    private var pictures: [Claim.Span] = []

    /// A text is fully visible at this share of its greatest opacity and size.
    private static let full = 0.9, large = 0.75
    /// Texts that stay fainter than this are ornaments that need not be readable.
    private static let faint = 0.1
    /// Seconds by which a voice may lead or lag its caption.
    private static let slack = 0.5

    init(_ video: ResolvedVideo, _ facts: Facts, _ places: [TextPlace], _ statements: [Statement]) {
        self.video = video
        self.statements = statements
        self.facts = facts
        // Other sizes of the same spec may have others.
        let count = video.scenes.reduce(video.captions.count) { $0 + $1.layers.count { $0.text != nil } }
        self.places = places.count == count ? places.map(\.place)[...] : Array(repeating: nil, count: count)[...]
    }

    mutating func list() -> ClaimList {
        for index in video.scenes.indices { addScene(index) }
        let captions = video.captions.enumerated().map { addCaption($1, number: $0 + 1) }
        addSpeech(captions)
        addNarration()
        addNumbers()
        addStatements()
        return ClaimList(
            size: video.size, rate: video.rate, frames: video.frames, language: video.language,
            hasSound: !video.mix.pieces.isEmpty, pictures: pictures, voices: mayBeHeard, claims: claims,
            decides: video.brief?.decides)
    }

    // MARK: Visible claims

    /// A scene's texts are claimed outside its transitions.
    private mutating func addScene(_ index: Int) {
        let scene = video.scenes[index], before = index > 0 ? video.scenes[index - 1].transition : nil
        let start = scene.startFrame, end = start + scene.frames
        var clear = start + (before?.overlap ?? 0)..<max(start, end)
        if before.map({ $0.overlap == 0 }) == true { clear = start + before!.frames / 2..<clear.upperBound }
        if let after = scene.transition, after.overlap == 0 {
            clear = clear.lowerBound..<max(clear.lowerBound, end - after.frames / 2)
        }
        let last = min(video.frames, end + (scene.transition?.overlap ?? 0))
        var number = 0
        for layer in scene.layers {
            let shown = (start + layer.from..<max(start + layer.from, start + layer.to)).clamped(to: start..<last)
            guard let text = layer.text else {
                if layer.mayHoldWords, !shown.isEmpty { pictures.append(Claim.Span(shown)) }
                continue
            }
            let place = places.popFirst() ?? nil
            number += 1
            guard isWords(text.text), !shown.isEmpty, peak(layer.opacity, layer) >= Self.faint else { continue }
            let still = inFullView(layer, from: start, within: shown.clamped(to: clear)) ?? shown
            add("\(scene.id).text.\(number)", .text, text.text, still, seen: shown, place)
        }
    }

    private mutating func addCaption(_ caption: ResolvedVideo.Caption, number: Int) -> (
        text: String, frames: Range<Int>
    ) {
        let place = places.popFirst() ?? nil, cue = caption.cue
        let frames = (cue.startFrame..<max(cue.startFrame, cue.endFrame)).clamped(to: 0..<video.frames)
        let text = caption.layers.first?.text?.text ?? cue.text
        if isWords(text), !frames.isEmpty {
            add("caption.\(number)", .caption, text, frames, seen: frames, place)
        }
        return (cue.text, frames)
    }

    /// The longest run of frames in which a layer is as visible as it gets and stands within the picture.
    private func inFullView(_ layer: Layer, from start: Int, within frames: Range<Int>) -> Range<Int>? {
        let opacity = peak(layer.opacity, layer) * Self.full, scale = peak(layer.scale, layer) * Self.large
        var best: Range<Int>?, run: Int?
        for frame in frames.lowerBound...max(frames.lowerBound, frames.upperBound) {
            let local = Double(frame - start)
            let isFull =
                frame < frames.upperBound && layer.opacity.value(at: local) >= opacity
                && layer.scale.value(at: local) >= scale
                && (0...Double(video.size.width)).contains(layer.x.value(at: local))
                && (0...Double(video.size.height)).contains(layer.y.value(at: local))
            if isFull, run == nil { run = frame }
            if !isFull, let first = run {
                if frame - first > best?.count ?? 0 { best = first..<frame }
                run = nil
            }
        }
        return best
    }

    private func peak(_ track: Track, _ layer: Layer) -> Double {
        (layer.from..<max(layer.from + 1, layer.to)).lazy.map { track.value(at: Double($0)) }.max() ?? 0
    }

    /// Whether there is anything to read: an arrow or a smiley is none.
    private func isWords(_ text: String) -> Bool { text.contains { $0.isLetter || $0.isNumber } }

    // MARK: What is heard

    /// A caption is said where a voice is placed for at least half of its time. Voices are the tracks that others are
    /// lowered under, else those that are not repeated.
    private mutating func addSpeech(_ captions: [(text: String, frames: Range<Int>)]) {
        let voices = voices
        for (index, caption) in captions.enumerated() where isWords(caption.text) && !caption.frames.isEmpty {
            let from = video.rate.seconds(ofFrame: caption.frames.lowerBound)
            let to = video.rate.seconds(ofFrame: caption.frames.upperBound)
            let spoken = voices.reduce(0.0) { $0 + max(0, min(to, $1.upperBound) - max(from, $1.lowerBound)) }
            guard spoken * 2 >= to - from else { continue }
            add("speech.\(index + 1)", .speech, caption.text, caption.frames, seen: nil, nil)
        }
    }

    /// When voices are placed, in seconds; their pauses are part of them.
    private var voices: [ClosedRange<Double>] {
        spans(of: video.mix.voices)
    }

    /// When pieces of the sound are heard, in seconds.
    private func spans(of pieces: [Int]) -> [ClosedRange<Double>] {
        let lengths = Dictionary(facts.assets.values.map { ($0.digest, $0.duration) }) { first, _ in first }
        let film = video.rate.seconds(ofFrame: video.frames)
        return pieces.compactMap { index in
            let piece = video.mix.pieces[index]
            let rest = (lengths[piece.asset] ?? nil).map { max(0, $0 - piece.trim) } ?? film
            let end = min(film, piece.start + min(rest, piece.duration ?? film))
            return end > piece.start ? max(0, piece.start - Self.slack)...(end + Self.slack) : nil
        }
    }

    /// When a voice may be heard: where one is placed, where a sentence is planned, and with clips that have sound.
    private var mayBeHeard: [Claim.Span] {
        let clips = Set(facts.assets.values.filter { $0.kind == .video }.map(\.digest))
        let seconds = voices + spans(of: video.mix.pieces.indices.filter { clips.contains(video.mix.pieces[$0].asset) })
        var spans = seconds.map { span in
            let from = min(video.frames, video.rate.frame(atSeconds: span.lowerBound))
            return from..<max(from, min(video.frames, video.rate.frame(atSeconds: span.upperBound) + 1))
        }
        spans += statements.filter { $0.kind == .narration }.map { $0.from..<max($0.from, $0.to) }
        var joined: [Range<Int>] = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) where !span.isEmpty {
            if let last = joined.last, span.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                joined.append(span)
            }
        }
        return joined.map(Claim.Span.init)
    }

    /// Sentences that the spec plans for a voice. Where captions have the words, those say when they are said.
    private mutating func addNarration() {
        let captions = claims.filter { $0.kind == .speech }.map { ($0, Token.keys(of: $0.text)) }
        var number = 0
        for line in statements where line.kind == .narration && line.from < line.to {
            number += 1
            add("narration.\(number)", .speech, line.text, line.from..<line.to, seen: nil, line.place)
            let near = captions.filter { $0.0.startFrame < line.to && line.from < $0.0.endFrame }
            claims[claims.count - 1].isWithin = true
            if let holders = Self.holders(of: Token.keys(of: line.text), in: near) {
                claims[claims.count - 1].heldBy = holders
                claims[claims.count - 1].needsAll = true
            }
        }
    }

    /// The ids of the claims that have these words between them, one after the other.
    private static func holders(of wanted: [String], in claims: [(Claim, keys: [String])]) -> [String]? {
        let said = claims.flatMap { claim, keys in keys.map { (key: $0, id: claim.id) } }
        guard !wanted.isEmpty, said.count >= wanted.count else { return nil }
        for start in 0...said.count - wanted.count where said[start].key == wanted[0] {
            let part = said[start..<start + wanted.count]
            guard part.map(\.key) == wanted else { continue }
            return part.map(\.id).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        }
        return nil
    }

    // MARK: Numbers

    /// Each number that is shown or said, once, with the cell that it comes from. It is right where every text that has
    /// it is read, and every sentence heard.
    private mutating func addNumbers() {
        struct Number: Hashable { var written: String, source: String? }
        var found: [(number: Number, holders: [Claim], place: Place)] = []
        var numbers: [Number: Int] = [:]
        let language = primaryLanguage(video.language)
        let byWords = Dictionary(grouping: claims) { Token.keys(of: $0.text) }
        for statement in statements where !statement.kind.isAboutTheFilm {
            let figures = Figures(statement.text, language: language)
            guard !figures.numbers.isEmpty || !figures.dates.isEmpty else { continue }
            let sources = statement.sources.map(SourceFigure.init)
            let holders = (byWords[Token.keys(of: statement.text)] ?? []).filter {
                let from = $0.seen?.startFrame ?? $0.startFrame, to = $0.seen?.endFrame ?? $0.endFrame
                return from < max(statement.to, statement.from + 1) && statement.from < to
            }
            guard !holders.isEmpty else { continue }
            for written in figures.unexplained(by: []) {
                let own = Figures(written, language: language)
                let source = sources.first { own.unexplained(by: [$0]).isEmpty }?.source.address
                let number = Number(written: written, source: source)
                if let index = numbers[number] {
                    found[index].holders += holders
                } else {
                    numbers[number] = found.count
                    found.append((number, holders, statement.place))
                }
            }
        }
        for (index, (number, holders, place)) in found.enumerated() {
            let first = holders.map(\.startFrame).min()!, last = holders.map(\.endFrame).max()!
            add(
                "number.\(index + 1)", .number, number.written + (number.source.map { ", from \($0)" } ?? ""),
                first..<last, seen: nil, place)
            claims[claims.count - 1].heldBy = holders.map(\.id).reduce(into: []) {
                if !$0.contains($1) { $0.append($1) }
            }
            claims[claims.count - 1].needsAll = true
        }
    }

    // MARK: What is promised

    private mutating func addStatements() {
        let whole = 0..<video.frames
        if isWords(video.title) { add("title", .title, video.title, whole, seen: nil, nil) }
        for (index, statement) in video.claims.enumerated() where isWords(statement) {
            add("claim.\(index + 1)", .claim, statement, whole, seen: nil, nil)
        }
        for requirement in video.brief?.requirements ?? [] where isWords(requirement.statement) {
            add(requirement.id, .claim, requirement.statement, whole, seen: nil, nil)
            claims[claims.count - 1].heldBy = requirement.words.flatMap(holders)
        }
    }

    /// Texts, captions and sentences that have these words one after the other; nil: none, or there are no words.
    private func holders(of words: String) -> [String]? {
        let wanted = Token.keys(of: words)
        guard !wanted.isEmpty else { return nil }
        let ids = claims.filter {
            [.text, .caption, .speech].contains($0.kind) && Token.keys(of: $0.text).contains(wanted)
        }
        return ids.isEmpty ? nil : ids.map(\.id)
    }

    private mutating func add(
        _ id: String, _ kind: Claim.Kind, _ text: String, _ frames: Range<Int>, seen: Range<Int>?, _ place: Place?
    ) {
        claims.append(
            Claim(
                id: id, kind: kind, text: text, startFrame: frames.lowerBound, endFrame: frames.upperBound,
                seen: seen.map(Claim.Span.init), place: place))
    }
}

extension Layer {
    fileprivate var text: TextContent? { if case .text(let content) = content { content } else { nil } }

    fileprivate var mayHoldWords: Bool {
        switch content {
        case .image, .video: true
        case .text, .shape: false
        }
    }
}
