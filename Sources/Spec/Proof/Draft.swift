// A spec resolved for the checks before rendering: the video, and where in the spec each of its texts is written.
import Composition
import Diagnostics

/// A text that is shown: a layer of a scene, or a caption.
public struct DraftText: Codable, Sendable {
    public var layer: Layer
    public var content: TextContent
    public var isCaption: Bool
    /// Frame of the video at which the layer's own frames begin.
    public var start: Int
    public var place: Place
    /// The name of its font in the theme, and where its weight is written.
    var font = "body"
    var weightPlace: Place?
    /// Frames of the video in which it is on screen.
    public var shown: Range<Int> { (start + layer.from)..<max(start + layer.from, start + layer.to) }
}

public struct Draft: Codable, Sendable {
    /// The same spec in its own size, to compare with.
    struct Own: Codable, Sendable {
        var video: ResolvedVideo
        var scenes: [[Written.Layer]]
    }

    /// nil: the spec's own size.
    public var format: String?
    /// What its texts are translated from; nil: the spec's own language.
    public var translation: Translation?
    public var video: ResolvedVideo
    /// In drawing order: scene by scene, then captions.
    public var texts: [DraftText]
    /// Warnings from resolving, for example about captions that were left out.
    public var warnings: [Diagnostic] = []
    /// The video in the spec's own size; nil if this is that.
    var own: Own?
    var written: Written
    var statements: [Statement]
    var numbers: BoundNumbers
    /// Of the project, right however they are written.
    var words: [String]

    /// The most films that are proofread at once, in all sizes and languages.
    private static let most = 128

    /// - format: one of the spec's formats; empty: the spec's own size and all its formats, and the same in all its
    ///   languages unless the spec was read for one of them.
    /// - readFile: as for `resolve`.
    /// - Throws: the faults of the first, the film that is asked for. What keeps another film from being made is a
    ///   warning of the first: it is an error where that one is made.
    public static func all(of spec: ValidSpec, facts: Facts, format: String, readFile: (String) throws -> [UInt8])
        throws(Diagnostics) -> [Draft]
    {
        func made(_ name: String?, own: Own?, _ film: LanguageFilm) throws(Diagnostics) -> Draft {
            let found = try resolved(film.spec, facts: film.facts, format: name, readFile: readFile)
            return Draft(
                format: name, translation: film.translation, video: found.video,
                texts: texts(of: found.video, film.spec, found), warnings: found.warnings, own: own,
                written: Written(film.spec, found.document, usedFonts: found.usedFonts, crowded: found.crowded),
                statements: found.statements, numbers: found.numbers, words: found.words)
        }
        let film = try spec.film(facts: facts, readFile: readFile)
        let own = try made(nil, own: nil, film), before = Own(video: own.video, scenes: own.written.scenes)
        if !format.isEmpty { return [try made(format, own: before, film)] }
        var drafts = [own]
        // A row of a table is one of many films of this spec: each is judged for itself.
        guard spec.source.choice.row == nil else { return drafts }
        func add(_ language: String?, _ name: String?, _ make: () throws(Diagnostics) -> Draft) -> Draft? {
            guard drafts.count < most else { return nil }
            do throws(Diagnostics) {
                drafts.append(try make())
                return drafts[drafts.count - 1]
            } catch {
                let film = Draft.name(format: name, language: language)
                drafts[0].warnings += error.all.map { fault in
                    var warning = fault
                    warning.severity = fault.severity == .error ? .warning : fault.severity
                    warning.message += film
                    return warning
                }
                return nil
            }
        }
        for name in spec.formats {
            _ = add(nil, name) { () throws(Diagnostics) in try made(name, own: before, film) }
        }
        guard spec.language == nil else { return drafts }
        for language in spec.languages {
            var there: LanguageFilm?
            let own = add(language, nil) { () throws(Diagnostics) in
                there = try spec.film(in: language, facts: facts, readFile: readFile)
                return try made(nil, own: nil, there!)
            }
            guard let own, let there else { continue }
            let before = Own(video: own.video, scenes: own.written.scenes)
            for name in spec.formats {
                _ = add(language, name) { () throws(Diagnostics) in try made(name, own: before, there) }
            }
        }
        return drafts
    }

    private static func texts(of video: ResolvedVideo, _ spec: ValidSpec, _ found: Resolution) -> [DraftText] {
        var texts: [DraftText] = []
        let document = found.document, captionPlaces = found.captionPlaces
        for (index, scene) in video.scenes.enumerated() {
            let written = index < document.scenes.count ? document.scenes[index].layers : []
            for (position, layer) in scene.layers.enumerated() {
                guard case .text(let content) = layer.content else { continue }
                let place =
                    position < written.count
                    ? written[position].text?.place ?? written[position].place : document.cta?.place
                let reference =
                    position < written.count
                    ? written[position].style
                    : document.cta.flatMap {
                        position == 0 ? $0.style : position == 1 ? $0.buttonStyle : nil
                    }
                let style = Styles.style(reference ?? .named("body"), document.theme)
                texts.append(
                    DraftText(
                        layer: layer, content: content, isCaption: false, start: scene.startFrame,
                        place: place ?? spec.root.place,
                        font: style.font?.value ?? "body", weightPlace: style.weight?.written))
            }
        }
        let style = Styles.style(document.captions?.style ?? .named("caption"), document.theme)
        for (caption, place) in zip(video.captions, captionPlaces) {
            // A caption with highlighted words has one layer for each word, all with the same layout.
            guard var layer = caption.layers.first, case .text(let content) = layer.content else { continue }
            layer.to = caption.layers.last?.to ?? layer.to
            texts.append(
                DraftText(
                    layer: layer, content: content, isCaption: true, start: caption.cue.startFrame, place: place,
                    font: style.font?.value ?? "body", weightPlace: style.weight?.written))
        }
        return texts
    }

    /// The layers of scene `index` in the spec; empty for the call to action.
    func written(_ index: Int) -> [Written.Layer] {
        index < written.scenes.count ? written.scenes[index] : []
    }
}

extension Placed<Int> {
    /// nil for a default.
    fileprivate var written: Place? { place.line > 0 ? place : nil }
}
