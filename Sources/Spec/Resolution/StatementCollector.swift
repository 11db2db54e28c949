// Collects the statements of a resolved video, and reads the values that they name as sources. Problems go to the
// resolver's reader.
import Composition
import Diagnostics

struct StatementCollector {
    let resolver: Resolver
    let video: ResolvedVideo
    private let files = DataFiles()

    init(resolver: Resolver, video: ResolvedVideo) {
        self.resolver = resolver
        self.video = video
    }

    func statements(readFile: (String) throws -> [UInt8]) -> [Statement] {
        var all: [Statement] = []
        func add(
            _ kind: Statement.Kind, _ text: String, _ place: Place, _ frames: Range<Int>, _ sources: [SourceValue]
        ) {
            // A cell that is too narrow says nothing but '#####'.
            guard text.contains(where: { $0.isLetter || $0.isNumber }) || text.contains("####") else { return }
            all.append(
                Statement(
                    kind: kind, text: text, place: place, from: frames.lowerBound, to: frames.upperBound,
                    sources: sources))
        }
        let document = resolver.document, whole = 0..<video.frames
        for (scene, written) in zip(video.scenes, document.scenes) {
            for (layer, spec) in zip(scene.layers, written.layers) {
                // What is never seen is not said.
                guard let text = spec.text, layer.neverVisible == nil else { continue }
                add(.text, text.value, text.place, layer.shown(in: scene), values(spec.sources, readFile))
            }
        }
        if let cta = document.cta, let scene = video.scenes.last {
            for (layer, text) in zip(scene.layers, [cta.text] + [cta.button].compactMap(\.self)) {
                let sources = text == cta.text ? values(cta.sources, readFile) : []
                add(.cta, text, cta.place, layer.shown(in: scene), sources)
            }
        }
        for (index, caption) in video.captions.enumerated() where index < resolver.captionPlaces.count {
            add(
                .caption, caption.cue.text, resolver.captionPlaces[index],
                caption.cue.startFrame..<max(caption.cue.startFrame, caption.cue.endFrame),
                values(resolver.captionSources[index], readFile))
        }
        for (track, piece) in zip(document.audio.tracks, video.mix.pieces) {
            let frames = heard(piece)
            for line in lines(track.says, readFile) {
                add(.narration, line.text.value, line.text.place, frames, values(line.sources, readFile))
            }
        }
        if let title = document.video.title { add(.title, title, resolver.titlePlace, whole, []) }
        for claim in document.review.claims {
            add(.claim, claim.text.value, claim.text.place, whole, values(claim.sources, readFile))
        }
        for (kind, lines) in [(Statement.Kind.mustSay, document.brief.mustSay), (.mustNot, document.brief.mustNot)] {
            for line in lines {
                add(kind, line.text.value, line.text.place, whole, values(line.sources, readFile))
            }
        }
        if let promise = document.brief.promise {
            add(.claim, promise.text.value, promise.text.place, whole, values(promise.sources, readFile))
        }
        return all
    }

    func numbers(readFile: (String) throws -> [UInt8]) -> BoundNumbers {
        let numbers = resolver.document.numbers
        return BoundNumbers(
            mustBeBound: numbers.mustBeBound, unbound: numbers.unbound, sources: values(numbers.sources, readFile))
    }

    /// The project's own words: one a line in a file, where '#' begins a comment.
    func words(readFile: (String) throws -> [UInt8]) -> [String] {
        let words = resolver.document.words
        return words.words
            + lines(NarrationSpec(from: words.from), readFile).flatMap {
                $0.text.value.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            }
    }

    /// The frames in which a track may sound.
    private func heard(_ piece: AudioMix.Piece) -> Range<Int> {
        let film = video.rate.seconds(ofFrame: video.frames)
        let length = resolver.facts.assets.values.first { $0.digest == piece.asset }?.duration
        let rest = piece.loops ? film : length.map { max(0, $0 - piece.trim) } ?? film
        let end = min(film, piece.start + min(rest, piece.duration ?? film))
        let from = min(video.frames, max(0, video.rate.frame(atSeconds: min(film, max(0, piece.start)))))
        return from..<max(from, min(video.frames, video.rate.frame(atSeconds: max(0, end))))
    }

    private func lines(_ narration: NarrationSpec, _ readFile: (String) throws -> [UInt8]) -> [LineSpec] {
        guard let from = narration.from else { return narration.lines }
        guard resolver.asset(from, [.text]) != nil, let bytes = bytes(of: from.value, at: from.place, readFile) else {
            return []
        }
        let text: String
        do throws(TextEncoding.Fault) { text = try TextEncoding.text(bytes, declared: nil) } catch {
            resolver.reader.report(.unreadable(from.value, reason: error.message, at: from.place))
            return []
        }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().map {
            let place = Place(
                file: from.value, line: $0.offset + 1, column: 1, length: max(1, $0.element.count),
                excerpt: $0.element.utf8.count < 400 ? String($0.element) : nil)
            return LineSpec(place: place, text: Placed(value: String($0.element), place: place))
        }
    }

    private func values(_ addresses: [SourceAddress], _ readFile: (String) throws -> [UInt8]) -> [SourceValue] {
        addresses.compactMap { address in
            let path = Placed(value: address.path, place: address.place)
            guard resolver.asset(path, [.text]) != nil else { return nil }
            do throws(Diagnostics) {
                return try files.value(address) { () throws(Diagnostics) in
                    guard let bytes = bytes(of: address.path, at: address.place, readFile) else {
                        throw Diagnostics([])
                    }
                    return bytes
                }
            } catch {
                for problem in error.all { resolver.reader.report(problem) }
                return nil
            }
        }
    }

    private func bytes(of path: String, at place: Place, _ readFile: (String) throws -> [UInt8]) -> [UInt8]? {
        do { return try readFile(path) } catch {
            resolver.reader.report(
                .unreadable(path, reason: (error as? Diagnostic)?.message ?? "\(error)", at: place))
            return nil
        }
    }
}

extension Layer {
    fileprivate func shown(in scene: ResolvedVideo.Scene) -> Range<Int> {
        scene.startFrame + from..<scene.startFrame + max(from, to)
    }
}
