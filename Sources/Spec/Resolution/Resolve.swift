// Resolves a valid spec and the facts of its files into a video in which nothing is implicit.
import Composition
import Diagnostics
import Digests

/// - format: the name of a format of the spec; nil: that of the spec's choice; empty: `video.size`.
/// - readFile: returns the bytes of a caption file by its path relative to the workspace.
/// - Throws: all faults, in file order.
public func resolve(
    _ spec: ValidSpec, facts: Facts, format: String? = nil,
    readFile: (String) throws -> [UInt8]
) throws(Diagnostics) -> ResolvedVideo {
    let film = try spec.film(facts: facts, readFile: readFile)
    return try resolved(film.spec, facts: film.facts, format: format ?? spec.choice.format, readFile: readFile).video
}

/// The same, with the places of captions, the used fonts and warnings.
func resolved(
    _ spec: ValidSpec, facts: Facts, format: String?,
    readFile: (String) throws -> [UInt8]
) throws(Diagnostics) -> Resolution {
    var document = spec.document(for: format)
    var size = document.video.size
    if let format, !format.isEmpty {
        guard let entry = document.formats.first(where: { $0.name == format }) else {
            throw Diagnostics([SpecProblem.unknownFormat(format, known: spec.formats, at: nil).diagnostic])
        }
        size = entry.value.size
    }
    document.acceptance.baseline = spec.baseline(in: format)
    let frame = Frame(
        size: size, design: document.video.size, rate: document.video.rate,
        zones: facts.zones?[format ?? ""] ?? facts.zones?[""] ?? [])
    var layout = GroupLayout(
        frame: frame, facts: facts, theme: document.theme,
        isRightToLeft: isRightToLeft(document.video.language))
    for index in document.scenes.indices {
        let scene = document.scenes[index], layers = layout.flat(scene.layers)
        guard layers.count <= SpecLimits.layers else {
            throw Diagnostics([
                SpecProblem.tooMany("layers", count: layers.count, limit: SpecLimits.layers, at: scene.place).diagnostic
            ])
        }
        document.scenes[index].layers = layers
    }
    let resolver = Resolver(
        document: document, scope: spec.scope, facts: facts, titlePlace: spec.place(along: ["video", "title"]),
        frame: frame)
    // Captions and scripts may use props, too.
    var named: Set<String> = []
    func read(_ path: String) throws -> [UInt8] {
        let bytes = try readFile(path)
        named.formUnion(Placeholders.names(in: bytes))
        return bytes
    }
    let video = resolver.video(readFile: read)
    let collector = StatementCollector(resolver: resolver, video: video)
    let statements = collector.statements(readFile: read), numbers = collector.numbers(readFile: read)
    let words = collector.words(readFile: read)
    for (name, place) in spec.unusedProps(besides: named) { resolver.reader.report(.unusedProp(name, at: place)) }
    guard resolver.reader.errors.isEmpty else { throw Diagnostics(resolver.reader.problems.inFileOrder()) }
    return Resolution(
        video: video, captionPlaces: resolver.captionPlaces, statements: statements, numbers: numbers, words: words,
        usedFonts: resolver.usedFonts, document: document, crowded: layout.crowded,
        warnings: resolver.reader.problems.inFileOrder())
}

struct Resolution {
    var video: ResolvedVideo
    var captionPlaces: [Place]
    var statements: [Statement]
    var numbers: BoundNumbers
    var words: [String]
    var usedFonts: Set<String>
    /// With the values of the format, and the layers of groups in the place of groups.
    var document: VideoSpec
    var crowded: [GroupLayout.Crowded]
    var warnings: [Diagnostic]
}

/// Resolves one spec at one size. Collects problems in `reader`.
final class Resolver {
    let document: VideoSpec
    /// The values of `{{name}}` in a caption file.
    let scope: Scope
    let facts: Facts
    let titlePlace: Place
    let frame: Frame
    let reader = Reader()
    /// The place of each caption of the video.
    var captionPlaces: [Place] = []
    /// The sources that each of them names.
    var captionSources: [[SourceAddress]] = []
    /// Fonts of the theme that texts use.
    private(set) var usedFonts: Set<String> = []
    /// The exact times of each scene of the document.
    private(set) var spans: [SceneSpan] = []
    /// The same by name, with the call to action.
    let scenes: [String: SceneSpan]
    private var materials: [AssetDigest: String] = [:]
    /// Pictures, clips and sounds of the film, by their names or paths in the spec.
    private var parts: Set<String> = []

    init(document: VideoSpec, scope: Scope, facts: Facts, titlePlace: Place, frame: Frame) {
        self.document = document
        self.scope = scope
        self.facts = facts
        self.titlePlace = titlePlace
        self.frame = frame
        scenes = document.spans
    }

    var rate: FrameRate { frame.rate }
    var accent: Color { document.theme.colors.first { $0.name == "accent" }?.value ?? Styles.defaultAccent }
    var textColor: Color {
        document.theme.colors.first { $0.name == "text" }?.value ?? Color(red: 255, green: 255, blue: 255)
    }

    func video(readFile: (String) throws -> [UInt8]) -> ResolvedVideo {
        var scenes: [ResolvedVideo.Scene] = []
        var clock = SceneClock(rate: rate)
        let count = document.scenes.count
        for (index, scene) in document.scenes.enumerated() {
            let isLast = index == count - 1 && document.cta == nil
            let span = clock.next(scene.duration.value)
            spans.append(span)
            scenes.append(
                resolve(scene, span, isLast: isLast, next: index + 1 < count ? document.scenes[index + 1] : nil))
        }
        if let cta = document.cta {
            scenes.append(CallToAction(resolver: self).scene(cta, clock.next(cta.hold.value)))
        }
        let start = max(1, clock.frame)
        let captions = Captioner(resolver: self).captions(scenes, total: start, readFile: readFile)
        let loudness = document.audio.loudness.map {
            AudioMix.Loudness(integrated: $0.integrated, truePeak: $0.truePeak)
        }
        let pieces = self.pieces(total: start)
        // Rounded up, since the sound must not end before the picture.
        let samples = (start * rate.denominator * 48000 + rate.numerator - 1) / rate.numerator
        return ResolvedVideo(
            title: document.video.title ?? "", language: document.video.language, size: frame.size, rate: rate,
            frames: start, scenes: scenes,
            captions: captions,
            mix: AudioMix(samples: samples, pieces: pieces, loudness: pieces.isEmpty ? nil : loudness),
            acceptance: Plan.Acceptance(
                duration: document.acceptance.duration?.seconds,
                durationTolerance: document.acceptance.duration?.tolerance ?? 0.05,
                maximumBytes: document.acceptance.maximumBytes, baseline: document.acceptance.baseline,
                sync: document.acceptance.sync.isEmpty
                    ? nil : document.acceptance.sync.map { tidy(time(of: $0).seconds) }),
            claims: document.review.claims.map(\.text.value), brief: document.brief.resolved,
            digitalSourceType: DigitalSourceType(
                ofFilm: parts.sorted().map { document.source(of: $0, facts) },
                drawsItself: !captions.isEmpty || scenes.contains(where: \.drawsItself)),
            materials: Materials(files: materials))
    }

    private func resolve(_ scene: SceneSpec, _ span: SceneSpan, isLast: Bool, next: SceneSpec?) -> ResolvedVideo.Scene {
        let frames = max(1, span.frames)
        let transition = isLast ? nil : scene.transition.flatMap(self.transition)
        let shown = frames + (transition?.overlap ?? 0)
        let comes = transition.flatMap { $0.form == .crossfade ? nextText(next) : nil }
        let layers = scene.layers.compactMap { written in
            layer(written, scene: scene.id.value, span, shown: shown, gone: comes.map { frames + $0 })
        }
        return ResolvedVideo.Scene(
            id: scene.id.value, startFrame: span.start, frames: frames,
            background: scene.background ?? document.video.background,
            layers: layers, transition: transition)
    }

    /// When the first text of the next scene appears, in frames from its start; 0 for the call to action.
    private func nextText(_ scene: SceneSpec?) -> Int? {
        guard let scene else { return 0 }
        return scene.layers.filter { $0.kind == .text }.map { $0.start?.value.frames(at: rate) ?? 0 }.min()
    }

    private func transition(_ spec: TransitionSpec) -> ResolvedVideo.Transition? {
        let frames = spec.length.frames(at: rate)
        guard frames > 0 else { return nil }
        switch spec.form {
        case .cut: return nil
        case .crossfade: return .init(form: .crossfade, frames: frames, ease: spec.ease)
        case .fade(let color): return .init(form: .fade(color), frames: frames, ease: spec.ease)
        case .slide(let direction):
            let (x, y): (Double, Double) =
                switch direction {
                case .left: (-1, 0)
                case .right: (1, 0)
                case .up: (0, -1)
                case .down: (0, 1)
                }
            return .init(form: .slide(x: x, y: y), frames: frames, ease: spec.ease)
        }
    }

    /// - span: the scene until the next one begins; shown: frames until this scene disappears; gone: the frame at which
    ///   a text without an end disappears at the latest.
    func layer(_ layer: LayerSpec, scene: String, _ span: SceneSpan, shown: Int, gone: Int? = nil) -> Layer? {
        let frames = max(1, span.frames)
        let from = layer.start.map { max(0, span.frame($0.value)) } ?? 0
        guard from < frames else {
            reader.report(.layerOutside(scene: scene, at: layer.start?.place ?? layer.place))
            return nil
        }
        var to = shown, exitEnd = frames
        var layer = layer
        // A text without an end fades out before the next scene's text appears, so that the two do not overlap.
        if let gone, gone < shown, layer.kind == .text, layer.end == nil, layer.length == nil, layer.exit == nil {
            (to, exitEnd) = (gone, gone)
            var exit = MoveSpec(place: layer.place)
            exit.length = .frames(Double(max(1, min(Int((0.25 * rate.perSecond).rounded()), (gone - from) / 3))))
            layer.exit = exit
        }
        if let end = layer.end.map({ span.frame($0.value) }) ?? layer.length.map({ self.end(layer, $0.value, span) }) {
            guard end > from else {
                reader.report(.emptyLayer(at: layer.end?.place ?? layer.length?.place ?? layer.place))
                return nil
            }
            // A layer that ends with its scene or later continues below the next scene.
            if end < frames { (to, exitEnd) = (end, end) }
        }
        guard let content = content(layer, from: from) else { return nil }
        let motion = Motion(layer, from: from, to: to, exitEnd: exitEnd, frame: frame, reader: reader)
        let anchor = layer.anchor ?? [layer.at.x.keyword ?? 0.5, layer.at.y.keyword ?? 0.5]
        return Layer(
            from: from, to: to, content: content, anchorX: tidy(anchor[0]), anchorY: tidy(anchor[1]),
            x: motion.x, y: motion.y, scale: motion.scale, rotation: motion.rotation, opacity: motion.opacity)
    }

    /// The end of a layer with `for`, computed from exact times.
    private func end(_ layer: LayerSpec, _ length: Time, _ span: SceneSpan) -> Int {
        var moved = span
        moved.begin = span.begin + (layer.start?.value.exact(at: rate) ?? 0)
        return moved.frame(length)
    }

    private func content(_ layer: LayerSpec, from: Int) -> Content? {
        switch layer.kind {
        case .text:
            guard let text = layer.text else { return nil }
            let style = Styles.style(layer.style ?? .named("body"), document.theme)
            var content = self.text(
                cased(text.value, style), style, anchorX: layer.anchor?[0] ?? layer.at.x.keyword ?? 0.5,
                wrap: layer.at.isSafe ? .safe(100) : nil)
            fit(&content, layer, style)
            return .text(content)
        case .image:
            guard let image = layer.image, let asset = asset(image, [.image]) else { return nil }
            let box = box(layer, of: asset)
            return .image(
                ImageContent(
                    asset: asset.digest, box: box, fit: layer.fit.picture,
                    cornerRadius: frame.length(layer.radius), blur: frame.length(layer.blur),
                    crop: crop(layer, of: asset, in: box)))
        case .video:
            guard let video = layer.video, let asset = asset(video, [.video]) else { return nil }
            let trim = layer.trim.exact(at: rate), speed = Rational(layer.speed)
            if let length = asset.duration, trim.seconds > length {
                reader.report(
                    .trimOutside(
                        video.value,
                        length: secondsText(length), at: video.place))
            }
            // `start` is the clip's time at frame 0 of the scene, before the clip begins.
            let box = box(layer, of: asset)
            return .video(
                VideoContent(
                    asset: asset.digest, box: box, fit: layer.fit.picture,
                    cornerRadius: frame.length(layer.radius),
                    start: trim - rate.time(ofFrame: from) * speed, speed: speed, loops: layer.loop,
                    crop: crop(layer, of: asset, in: box)))
        case .shape:
            guard let form = layer.shape else { return nil }
            let fill = layer.fill ?? (layer.stroke == nil ? .color(accent) : nil)
            return .shape(
                ShapeContent(
                    form: form, box: box(layer, of: nil), fill: fill, stroke: layer.stroke,
                    strokeWidth: layer.stroke == nil ? 0 : frame.length(layer.strokeWidth),
                    cornerRadius: frame.length(layer.radius)))
        case .gradient:
            guard let paint = layer.gradient else { return nil }
            return .shape(
                ShapeContent(
                    form: .rectangle, box: box(layer, of: nil), fill: paint, cornerRadius: frame.length(layer.radius)))
        // Groups have become their layers.
        case .group: return nil
        }
    }

    private func crop(_ layer: LayerSpec, of asset: AssetFacts, in box: PixelSize) -> CropPlace? {
        layer.fit.picture == .cover ? CropPlace(layer.wish(document), of: asset.size, in: box) : nil
    }

    /// The box that a text must fit into: its size, and in a group the room that it has.
    private func fit(_ content: inout TextContent, _ layer: LayerSpec, _ style: StyleSpec) {
        let width = layer.slot?.width ?? layer.size?.value.width.map { frame.along($0, .x) }
        let height = layer.slot?.height ?? layer.size?.value.height.map { frame.along($0, .y) }
        guard width != nil || height != nil || layer.lines != nil else { return }
        let least = layer.fit.least.map { frame.length($0) } ?? tidy(content.size * 0.6)
        content.fit = TextContent.Fit(
            width: width.map(tidy), height: height.map(tidy), lines: layer.lines, least: min(least, content.size))
        if let width {
            let own = style.maximumWidth.map { frame.along($0, .x) } ?? .infinity
            content.wrapWidth = tidy(max(1, min(own, width - 2 * content.paddingX)))
        }
    }

    /// The whole frame without a size; `auto` follows the picture's aspect ratio.
    private func box(_ layer: LayerSpec, of asset: AssetFacts?) -> PixelSize {
        func pixels(_ value: Double) -> Int { Int(max(1, min(16_384, value.rounded()))) }
        if let slot = layer.slot { return PixelSize(width: pixels(slot.width), height: pixels(slot.height)) }
        guard let size = layer.size?.value else { return frame.size }
        let width = size.width.map { frame.along($0, .x) },
            height = size.height.map { frame.along($0, .y) }
        let own = asset?.size ?? frame.size
        let ratio = Double(max(1, own.width)) / Double(max(1, own.height))
        switch (width, height) {
        case (let width?, let height?): return PixelSize(width: pixels(width), height: pixels(height))
        case (let width?, nil): return PixelSize(width: pixels(width), height: pixels(width / ratio))
        case (nil, let height?): return PixelSize(width: pixels(height * ratio), height: pixels(height))
        case (nil, nil):
            return PixelSize(
                width: pixels(Double(own.width) * frame.unit), height: pixels(Double(own.height) * frame.unit))
        }
    }

    /// Returns the facts of a file and adds it to the materials.
    func asset(_ name: Placed<String>, _ kinds: Set<AssetFacts.Kind>) -> AssetFacts? {
        guard let asset = facts.assets[name.value] else {
            reader.report(.missingAsset(name.value, at: name.place))
            return nil
        }
        // A clip can only be used as a track if it has sound.
        let fits = kinds.contains(asset.kind) && (asset.kind != .video || !kinds.contains(.audio) || asset.hasAudio)
        guard fits else {
            let found = asset.kind == .video && kinds.contains(.video) ? "video without sound" : asset.kind.rawValue
            reader.report(.wrongAsset(name.value, found: found, wanted: kinds.map(\.rawValue).sorted(), at: name.place))
            return nil
        }
        if asset.kind != .text, materials[asset.digest].map({ asset.path < $0 }) ?? true {
            materials[asset.digest] = asset.path
        }
        if [.image, .video, .audio].contains(asset.kind) { parts.insert(name.value) }
        return asset
    }

    func text(_ text: String, _ style: StyleSpec, anchorX: Double, wrap: Length? = nil, spans: [TextContent.Span] = [])
        -> TextContent
    {
        let size = frame.length(style.size ?? .percent(4.4))
        func length(_ length: Length?) -> Double { length.map { frame.length($0, em: size) } ?? 0 }
        let (files, families) = font(style.font)
        let isRightToLeft = isRightToLeft(document.video.language)
        // Without an alignment, lines begin at the side of the frame at which the text is.
        let left: TextContent.Alignment = isRightToLeft ? .end : .start
        let right: TextContent.Alignment = isRightToLeft ? .start : .end
        let alignment: TextContent.Alignment =
            switch style.align {
            case .left?, .start?: .start
            case .right?, .end?: .end
            case .center?: .center
            case nil: anchorX == 0 ? left : anchorX == 1 ? right : .center
            }
        let outline = style.outline.map { ($0.color, length($0.width)) }
        let shadow = style.shadow.map {
            TextContent.Shadow(color: $0.color, offsetX: length($0.x), offsetY: length($0.y), blur: length($0.blur))
        }
        var content = TextContent(
            text: text, language: document.video.language, fontFiles: files, families: families, size: size,
            weight: style.weight?.value ?? 400,
            italic: style.italic ?? false, color: style.color ?? textColor, spans: spans, alignment: alignment,
            lineHeight: style.lineHeight.map(tidy), letterSpacing: length(style.letterSpacing),
            wrapWidth: frame.along(style.maximumWidth ?? wrap ?? .percent(90), .x),
            background: style.background,
            paddingX: length(style.padding?[0]), paddingY: length(style.padding?[1]),
            cornerRadius: length(style.radius),
            outline: outline?.0, outlineWidth: outline?.1 ?? 0, shadow: shadow)
        if isRightToLeft { content.direction = .rightToLeft }
        return content
    }

    /// Uppercased if the style requires it; must precede the computation of spans.
    func cased(_ text: String, _ style: StyleSpec) -> String {
        style.uppercase == true ? uppercased(text, language: document.video.language) : text
    }

    private func font(_ name: Placed<String>?) -> (files: [AssetDigest], families: [String]) {
        let wanted = name?.value ?? "body"
        guard let entry = document.theme.fonts.first(where: { $0.name == wanted }) else {
            return ([], name.map { [$0.value] } ?? ["sans-serif"])
        }
        usedFonts.insert(wanted)
        var files: [AssetDigest] = [], families: [String] = []
        for choice in entry.value.choices {
            if FontSpec.isFile(choice.value) {
                guard let asset = asset(choice, [.font]) else { continue }
                files.append(asset.digest)
                families += asset.families
            } else {
                families.append(choice.value)
            }
        }
        if !families.contains(where: { FontSpec.generic.contains($0) }) { families.append("sans-serif") }
        var seen: Set<String> = []
        return (files, families.filter { seen.insert($0).inserted })
    }

    /// The exact time of a moment; the start of the video without one. Its scene is known to exist.
    func time(of moment: Placed<Moment>?) -> Rational { moment?.value.exact(at: rate, in: scenes) ?? 0 }

    /// The time of the nearest sample, in seconds; rounded only once, from the exact time.
    private func onSamples(_ time: Rational) -> Double { tidy(Double((time * 48000).rounded) / 48000) }

    private func pieces(total: Int) -> [AudioMix.Piece] {
        let tracks = document.audio.tracks, length = rate.seconds(ofFrame: total)
        return tracks.enumerated().compactMap { index, track in
            guard let asset = asset(track.asset, [.audio, .video]) else { return nil }
            let begin = time(of: track.at) + track.start.value.exact(at: rate), start = begin.seconds,
                trim = track.trim.value.seconds(at: rate)
            let place = track.at?.place ?? track.start.place
            if start < 0 { reader.report(.soundBefore(at: place)) }
            if start >= length { reader.report(.soundOutside(length: secondsText(length), at: place)) }
            var duration = track.duration.map { tidy($0.seconds(at: rate)) }
            if let until = track.until {
                let end = time(of: until)
                if begin < end {
                    duration = onSamples(end) - onSamples(begin)
                } else {
                    reader.report(.soundBackwards(at: until.place))
                }
            }
            if let duration = asset.duration, trim >= duration, duration > 0 {
                reader.report(.trimOutside(track.asset.value, length: secondsText(duration), at: track.trim.place))
            }
            var duck: AudioMix.Duck?
            if let spec = track.duck {
                // All tracks of an asset, since a narration may be cut into pieces.
                let names = Set(spec.under.map(\.value))
                let under = tracks.indices.filter { $0 != index && names.contains(tracks[$0].asset.value) }
                duck = .init(
                    under: under, by: tidy(spec.by), attackSeconds: tidy(spec.attack.seconds(at: rate)),
                    releaseSeconds: tidy(spec.release.seconds(at: rate)))
            }
            return AudioMix.Piece(
                asset: asset.digest, start: onSamples(begin), trim: tidy(trim), duration: duration.map(tidy),
                gain: tidy(track.gain), fadeIn: tidy(track.fadeIn.seconds(at: rate)),
                fadeOut: tidy(track.fadeOut.seconds(at: rate)),
                loops: track.loop, duck: duck, speaks: track.says.lines.isEmpty && track.says.from == nil ? nil : true)
        }
    }
}

func secondsText(_ seconds: Double) -> String { plainNumber((seconds * 1000).rounded() / 1000) + "s" }
