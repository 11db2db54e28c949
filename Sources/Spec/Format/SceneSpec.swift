// Scenes, transitions, captions and the call to action as the spec describes them.
import Composition
import Diagnostics
import YAML

struct TransitionSpec: Sendable {
    enum Form: Sendable, Equatable { case cut, crossfade, slide(Direction), fade(Color) }
    var place: Place
    var form = Form.cut
    var length = Time.seconds(0)
    var ease = Ease.linear
    var crossfade: Time?
    var fade: Time?
    var slide: Direction?
    var cut: Bool?
    var slideLength = Time.seconds(0.5)
    var color = Color(red: 0, green: 0, blue: 0)

    private static let mapping = Kind<TransitionSpec>.object(
        "transition", "The transition to the next scene: exactly one of crossfade, fade, slide, cut",
        { TransitionSpec(place: $0) },
        [
            Field(
                optional: "crossfade", \.crossfade, Scalar.duration,
                "The next scene fades in over this one, in this time",
                example: "0.5s"),
            Field(
                optional: "fade", \.fade, Scalar.duration, "Fades through a colour: half of this time out, half in",
                example: "0.6s"),
            Field(optional: "slide", \.slide, Scalar.oneOf(), "Both scenes move in this direction", example: "left"),
            Field(optional: "cut", \.cut, Scalar.bool, "No transition", example: "true"),
            Field("for", \.slideLength, Scalar.duration, "Duration of a slide", example: "0.4s"),
            Field("color", \.color, Scalar.color, "The colour of a fade", example: "black"),
            Field("ease", \.ease, Scalar.oneOf(), "Easing", example: "in-out"),
        ],
        whole: { transition, node, reader in
            let names = ["crossfade", "fade", "slide", "cut"]
            let given = (node.pairs ?? []).filter { names.contains($0.name) }
            guard given.count == 1 else {
                reader.report(.oneOf(names, of: "a transition", at: given.count > 1 ? given[1].key.place : node.place))
                return
            }
            if let pair = node.pairs?.first(where: { $0.name == "for" }), given[0].name != "slide" {
                reader.report(.fieldNotHere("for", of: "a \(given[0].name)", at: pair.key.place))
            }
            if let time = transition.crossfade {
                (transition.form, transition.length) = (.crossfade, time)
            } else if let time = transition.fade {
                (transition.form, transition.length) = (.fade(transition.color), time)
            } else if let direction = transition.slide {
                (transition.form, transition.length) = (.slide(direction), transition.slideLength)
            }
        })

    static let kind: Kind<TransitionSpec> = {
        let words = ["crossfade", "cut", "fade"]
        return Kind<TransitionSpec>(
            Schema.any([Schema([("enum", .array(words.map { .string($0) }))]), mapping.schema]).orTemplate()
        ) { node, reader in
            guard let text = node.text else { return mapping.read(node, reader) }
            var transition = TransitionSpec(place: node.place)
            transition.length = .seconds(0.5)
            switch text {
            case "cut": transition.length = .seconds(0)
            case "crossfade": transition.form = .crossfade
            case "fade": transition.form = .fade(transition.color)
            default:
                reader.report(.badChoice(reader.field, text, choices: words, at: node.place))
                return nil
            }
            return transition
        }
    }()
}

struct CueSpec: Sendable {
    var place: Place
    var start = Time.seconds(0)
    var end = Time.seconds(0)
    var text = ""
    var key: String?
    var sources: [SourceAddress] = []

    static let kind = Kind<CueSpec>.object(
        "cue", "A caption", { CueSpec(place: $0) },
        [
            Field("start", \.start, Scalar.time, required: true, "Time at which it appears", example: "0.5s"),
            Field("end", \.end, Scalar.duration, required: true, "Time at which it disappears", example: "2.5s"),
            Field("text", \.text, Scalar.string, required: true, "Its text", example: "Meet Aurora"),
            Field(
                optional: "key", \.key, Scalar.textKey,
                "Name of the text in files of other languages; by default its number", example: "welcome"),
            Field(
                "source", \.sources, SourceAddress.kind,
                "The cell of a data file that each of its numbers comes from; one or a list",
                example: "\"data/plants.csv#total\""),
        ],
        whole: { cue, node, _ in cue.place = cue.place.orOf(node["text"]) })
}

extension Place {
    /// The place of a text that is translated: in its own file, so that findings point there.
    fileprivate func orOf(_ text: Node?) -> Place {
        guard let text, !text.place.file.isSameBytes(file) else { return self }
        return text.place
    }
}

struct SceneSpec: Sendable {
    var place: Place
    var id = Placed(value: "", place: Place(file: "", line: 0, column: 0))
    var duration = Placed(value: Time.seconds(0), place: Place(file: "", line: 0, column: 0))
    var background: Paint?
    var layers: [LayerSpec] = []
    var transition: TransitionSpec?
    var captions = SceneCaptionsSpec()
    var each: String?
    var byFormat = ByFormat()

    static let kind = Kind<SceneSpec>.object(
        "scene", "A part of the video with its own layers", { SceneSpec(place: $0) },
        [
            Field("id", \.id, id.placed, required: true, "Name of the scene, unique", example: "offer"),
            Field(
                "duration", \.duration, Scalar.duration.placed, required: true, "Time until the next scene begins",
                example: "4s"),
            Field(
                optional: "background", \.background, Scalar.paint,
                "Background behind the layers; that of `video` by default",
                example: "\"#0b1020\""),
            Field(
                "layers", \.layers, .list(LayerSpec.kind, limit: SpecLimits.layers),
                "The layers, from back to front",
                example: "[{ text: Hello }]"),
            Field(
                optional: "transition", \.transition, TransitionSpec.kind,
                "The transition to the next scene; a cut by default. It does not change the duration of the video: "
                    + "this scene continues below the next one",
                example: "{ crossfade: 0.3s }"),
            Field(
                "captions", \.captions, SceneCaptionsSpec.kind,
                "Captions timed from this scene's start, which move with it: a list of cues, or `{ from: … }` for a "
                    + "file of this scene. `captions` of the spec sets their style",
                example: "[{ start: 0s, end: 2s, text: Hello }]"),
            Field(
                optional: "each", \.each, Scalar.string,
                "Repeat this scene for every item of a list prop: {{item.field}}, {{index}}, {{count}}",
                example: "items"),
            Field(
                "by_format", \.byFormat, ByFormat.kind(of: nil), ByFormat.summary,
                example: "{ square: { duration: 3s } }"),
        ],
        whole: { scene, _, _ in
            var number = 0
            scene.layers = numbered(scene.layers, &number).filter { !$0.hide }
        })

    private static func numbered(_ layers: [LayerSpec], _ number: inout Int) -> [LayerSpec] {
        layers.map { layer in
            var layer = layer
            layer.number = number
            number += 1
            layer.group = layer.group.map { numbered($0, &number).filter { !$0.hide } }
            return layer
        }
    }

    private static let id = Kind<String>(.any([.type("string"), .type("number"), .type("boolean")])) { node, reader in
        guard let text = node.text, !node.isNull, text.utf8.count <= 100, !text.isEmpty,
            text.unicodeScalars.allSatisfy({
                $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_. ".unicodeScalars.contains($0)
            })
        else {
            reader.wrongType(node, expected: "a name of letters, digits, '-', '_', '.' and spaces")
            return nil
        }
        return text
    }
}

/// Captions of one scene, timed from its start.
struct SceneCaptionsSpec: Sendable {
    var cues: [CueSpec] = []
    var from: Placed<String>?
    var offset = Time.seconds(0)
    var encoding: TextEncoding?

    private static let mapping = Kind<SceneCaptionsSpec>.object(
        "scene-captions", "Captions of one scene, from a file", { _ in SceneCaptionsSpec() },
        [
            Field(
                optional: "from", \.from, CaptionsSpec.file, required: true,
                "An SRT or WebVTT file whose times count from the scene's start",
                example: "assets/offer.srt"),
            Field("offset", \.offset, Scalar.signedTime, "Added to every time of the file", example: "0.2s"),
            Field(
                optional: "encoding", \.encoding, Scalar.oneOf(),
                "Encoding of the file, if it is not UTF-8 and has no byte order mark",
                example: "windows-1252"),
        ])

    static let kind: Kind<SceneCaptionsSpec> = {
        let cues = Kind<[CueSpec]>.list(CueSpec.kind, limit: 1000)
        return Kind<SceneCaptionsSpec>(
            .any([cues.schema, mapping.schema]), describe: { $0.from == nil && $0.cues.isEmpty ? .array([]) : nil }
        ) { node, reader in
            guard node.pairs == nil else { return mapping.read(node, reader) }
            return cues.read(node, reader).map { SceneCaptionsSpec(cues: $0) }
        }
    }()
}

struct CaptionsSpec: Sendable {
    enum Mode: String, Sendable, CaseIterable { case lines, words }
    var place: Place
    var cues: [CueSpec]?
    var from: Placed<String>?
    var style = StyleReference.named("caption")
    var position = Coordinate(length: .percent(100), keyword: 1)
    /// nil: by the shape of the frame.
    var maximumWidth: Length?
    var mode = Mode.lines
    var highlight: Color?
    var at: Placed<Moment>?
    var until: Placed<Moment>?
    var offset = Time.seconds(0)

    enum OnOverlap: String, Sendable, CaseIterable { case cut, stack, error }
    enum OnFault: String, Sendable, CaseIterable { case skip, error }
    enum OnOutside: String, Sendable, CaseIterable { case cut, error }
    var encoding: TextEncoding?
    var followsPlaces = true
    var onOverlap: OnOverlap?
    var onEmpty: OnFault?
    var onInvalid = OnFault.skip
    var onOutside = OnOutside.error
    var byFormat = ByFormat()

    private static let mapping = Kind<CaptionsSpec>.object(
        "captions", "Captions over all scenes", { CaptionsSpec(place: $0) },
        [
            Field(
                optional: "cues", \.cues, .list(CueSpec.kind, limit: SpecLimits.cues), "The captions, in order",
                example: "[{ start: 0s, end: 2s, text: Hello }]"),
            Field(
                optional: "from", \.from, file, "An SRT or WebVTT file, instead of cues", example: "assets/captions.vtt"
            ),
            Field("style", \.style, StyleReference.kind, "Style of the captions", example: "caption"),
            Field(
                "position", \.position, Scalar.coordinate(.y),
                "top, middle, bottom, or a height. bottom and top keep clear of the zones of the format's profile",
                example: "bottom"),
            Field(
                optional: "max_width", \.maximumWidth, Scalar.length(1...20_000, em: false, safe: true),
                "Width at which lines wrap; a percentage is of the frame's width. By default 80%, and in a portrait frame "
                    + "12 times the size of the letters, about 25 of them",
                example: "70%"),
            Field(
                "mode", \.mode, Scalar.oneOf(), "lines, or words: each word is highlighted in turn",
                example: "words"),
            Field(
                optional: "highlight", \.highlight, Scalar.color, "Colour of the highlighted word; accent by default",
                example: "accent"),
            Field(
                optional: "at", \.at, Scalar.moment,
                "The moment from which their times count. Tied to a scene, they move with it, like a voice that is "
                    + "tied to it; by default the start of the video",
                example: "scene.offer.start"),
            Field(
                optional: "until", \.until, Scalar.moment,
                "The moment at which the last one must end; `on_outside` applies to later ones. By default the end of "
                    + "the video",
                example: "scene.offer.end"),
            Field("offset", \.offset, Scalar.signedTime, "Added to every time of these captions", example: "-0.2s"),
            Field(
                optional: "encoding", \.encoding, Scalar.oneOf(),
                "Encoding of the file, if it is not UTF-8 and has no byte order mark",
                example: "windows-1252"),
            Field(
                "follow_places", \.followsPlaces, Scalar.bool,
                "Whether positions in the file (line:, {\\an8}) take precedence over `position`",
                example: "false"),
            Field(
                optional: "on_overlap", \.onOverlap, Scalar.oneOf(),
                "Captions that overlap in time: cut ends one where the next begins, stack shows both, error stops. By "
                    + "default cut if one is from a file, else error",
                example: "stack"),
            Field(
                optional: "on_empty", \.onEmpty, Scalar.oneOf(),
                "A caption that is empty, shorter than a frame or ends before it begins: skip leaves it out with a "
                    + "warning, error stops. By default skip for a file, else error",
                example: "skip"),
            Field(
                "on_invalid", \.onInvalid, Scalar.oneOf(),
                "Parts of a file that cannot be read: skip leaves them out with a warning, error stops",
                example: "error"),
            Field(
                "on_outside", \.onOutside, Scalar.oneOf(),
                "A caption before the start or after the end of the video: cut shows the part inside, error stops",
                example: "cut"),
            Field(
                "by_format", \.byFormat, ByFormat.kind(of: "captions"), ByFormat.summary,
                example: "{ portrait: { position: 70% } }"),
        ],
        whole: { captions, node, reader in
            if let from = captions.from, captions.cues != nil { reader.report(.either("cues", "from", at: from.place)) }
            for pair in node.pairs ?? []
            where captions.from == nil && ["encoding", "follow_places", "on_invalid"].contains(pair.name) {
                reader.report(.fieldNotHere(pair.name, of: "captions without 'from'", at: pair.key.place))
            }
        })

    fileprivate static let file = Kind<Placed<String>>(.type("string")) { node, reader in
        guard let text = node.text, !node.isNull else {
            reader.wrongType(node, expected: "the path of an SRT or WebVTT file")
            return nil
        }
        guard let path = reader.path(text, at: node.place) else { return nil }
        reader.uses.append(Reader.Use(name: path, place: node.place, kinds: [.text]))
        return Placed(value: path, place: node.place)
    }

    static let kind: Kind<CaptionsSpec> = {
        let cues = Kind<[CueSpec]>.list(CueSpec.kind, limit: SpecLimits.cues)
        return Kind<CaptionsSpec>(.any([cues.schema, mapping.schema])) { node, reader in
            guard node.items != nil else { return mapping.read(node, reader) }
            var captions = CaptionsSpec(place: node.place)
            captions.cues = cues.read(node, reader)
            return captions
        }
    }()
}

/// The call to action: the card at the end.
struct CTASpec: Sendable {
    var place: Place
    var text = ""
    var url: String?
    var button: String?
    var hold = Placed(value: Time.seconds(3), place: Place(file: "", line: 0, column: 0))
    var style = StyleReference.named("cta")
    var buttonStyle = StyleReference.named("button")
    var background: Paint?
    var sources: [SourceAddress] = []
    var byFormat = ByFormat()

    static let kind = Kind<CTASpec>.object(
        "cta", "The call to action: a last scene with a text and a button", { CTASpec(place: $0) },
        [
            Field("text", \.text, Scalar.string, required: true, "The request", example: "Try it today"),
            Field(
                optional: "url", \.url, Scalar.string, "The address, shown below the button",
                example: "https://example.com"),
            Field(
                optional: "button", \.button, Scalar.string, "Text of the button; the url by default",
                example: "Start free"),
            Field(
                "source", \.sources, SourceAddress.kind,
                "The cell of a data file that each number of `text` comes from; one or a list",
                example: "\"data/plants.csv#price\""),
            Field("hold", \.hold, Scalar.duration.placed, "Duration", example: "4s"),
            Field("style", \.style, StyleReference.kind, "Style of the text", example: "cta"),
            Field("button_style", \.buttonStyle, StyleReference.kind, "Style of the button", example: "button"),
            Field(
                optional: "background", \.background, Scalar.paint, "Background; made from the theme by default",
                example: "\"#0b1020\""),
            Field(
                "by_format", \.byFormat, ByFormat.kind(of: nil), ByFormat.summary,
                example: "{ tall: { text: Try it } }"),
        ],
        whole: { cta, node, _ in cta.place = cta.place.orOf(node["text"]) })
}
