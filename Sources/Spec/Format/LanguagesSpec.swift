// The languages of a film beside the one that the spec is written in, and what each of them brings along.
import Composition
import Diagnostics
import YAML

/// One language: its texts, and the files and fonts that it uses instead of the spec's.
struct LanguageSpec: Sendable {
    var place: Place
    var texts: Placed<String>?
    var captions: Placed<String>?
    var files: [NamedFile] = []
    var fonts: [Entry<NodeBox>] = []

    /// `name`: an asset of the spec, or the path of a file that it uses.
    struct NamedFile: Sendable {
        var name: String
        var place: Place
        var file: Placed<String>
    }

    /// Not added to the reader's uses: the files of a language are uses of its film alone.
    private static let path = Kind<Placed<String>>(.type("string")) { node, reader in
        guard let text = node.text, !node.isNull else {
            reader.wrongType(node, expected: "the path of a file")
            return nil
        }
        return reader.path(text, at: node.place).map { Placed(value: $0, place: node.place) }
    }

    private static let named = Kind<[NamedFile]>(
        Schema([("type", .string("object")), ("additionalProperties", .object(path.schema.json))])
    ) { node, reader in
        guard let pairs = node.pairs else {
            reader.wrongType(node, expected: "a mapping of assets and files to files")
            return nil
        }
        guard pairs.count <= 1000 else {
            reader.report(.tooMany(reader.field, count: pairs.count, limit: 1000, at: pairs[1000].key.place))
            return nil
        }
        return pairs.compactMap { pair in
            path.read(pair.value, reader).map { NamedFile(name: pair.name, place: pair.key.place, file: $0) }
        }
    }

    private static let mapping = Kind<LanguageSpec>.object(
        "language", "What a film in another language has of its own", { LanguageSpec(place: $0) },
        [
            Field(
                optional: "texts", \.texts, path,
                "A YAML file with its texts by key; 'vgraph texts extract' writes it",
                example: "texts.de.yaml"),
            Field(
                optional: "captions", \.captions, path,
                "An SRT or WebVTT file instead of the captions of the spec", example: "assets/captions.de.vtt"),
            Field(
                "files", \.files, named,
                "Files instead of those of the spec, by the name of an asset or by path: a voice, a picture with "
                    + "words, captions of a scene",
                example: "{ voice: assets/voice.de.wav }"),
            Field(
                "fonts", \.fonts, .table(NodeBox.kind, limit: 64),
                "Fonts instead of those of the theme, by their names there",
                example: "{ body: [assets/NotoSansArabic.ttf, sans-serif] }"),
        ])

    static let kind = Kind<LanguageSpec>(.any([path.schema, mapping.schema])) { node, reader in
        if node.pairs != nil { return mapping.read(node, reader) }
        return path.read(node, reader).map { LanguageSpec(place: node.place, texts: $0) }
    }
}

struct LanguagesSpec: Sendable {
    static let limit = 64

    /// The language of the spec's own texts; nil: that of `video.language`.
    var own: Placed<String>?
    /// In the order of the spec.
    var others: [Entry<LanguageSpec>] = []

    subscript(name: String) -> LanguageSpec? { others.first { $0.name == name }?.value }

    static let kind: Kind<LanguagesSpec> = {
        let language = LanguageSpec.kind, tag = Scalar.language
        let schema = Schema(
            [
                ("type", .string("object")),
                (
                    "properties",
                    .object([
                        (
                            "default",
                            .object(
                                [("description", .string("Language of the spec's own texts"))] + tag.schema.json)
                        )
                    ])
                ),
                ("additionalProperties", .object(language.schema.json)),
            ], definitions: Schema.merged([tag.schema, language.schema]))
        return Kind(schema) { node, reader in
            guard let pairs = node.pairs else {
                reader.wrongType(node, expected: "a mapping of languages")
                return nil
            }
            guard pairs.count <= limit else {
                reader.report(.tooMany(reader.field, count: pairs.count, limit: limit, at: pairs[limit].key.place))
                return nil
            }
            var languages = LanguagesSpec()
            for pair in pairs {
                if pair.name == "default" {
                    languages.own = reader.inField("default") { tag.placed.read(pair.value, reader) }
                    continue
                }
                // A YAML key such as `no` (Norwegian) is read as it is written.
                guard tag.read(Node(.scalar(pair.name, isPlain: false), at: pair.key.place), reader) != nil else {
                    continue
                }
                reader.inField(pair.name) {
                    guard let value = language.read(pair.value, reader) else { return }
                    languages.others.append(Entry(name: pair.name, place: pair.key.place, value: value))
                }
            }
            return languages
        }
    }()
}

extension Scalar {
    /// The name of a text for translators.
    static let textKey = Kind<String>(.type("string", [("pattern", .string("^[A-Za-z_][A-Za-z0-9_-]*$"))])) {
        node, reader in
        guard let text = node.text, isName(text) else {
            reader.wrongType(node, expected: "a name of letters, digits, '-' and '_'")
            return nil
        }
        return text
    }
}
