// A sentence of the spec that is not drawn, with the sources of its numbers: what a voice says, what a film claims.
import Composition
import Diagnostics
import YAML

struct LineSpec: Sendable {
    var place: Place
    var text = Placed(value: "", place: Place(file: "", line: 0, column: 0))
    var key: String?
    var sources: [SourceAddress] = []

    private static let mapping = Kind<LineSpec>.object(
        "line", "A sentence with the sources of its numbers", { LineSpec(place: $0) },
        [
            Field("text", \.text, Scalar.string.placed, required: true, "The sentence", example: "We run 167 plants."),
            Field(
                optional: "key", \.key, Scalar.textKey,
                "Name of the sentence in files of other languages; by default its number", example: "plants"),
            Field(
                "source", \.sources, SourceAddress.kind,
                "The cell of a data file that each of its numbers comes from; one or a list",
                example: "\"data/plants.csv#total\""),
        ])

    static let kind = Kind<LineSpec>(.any([Scalar.string.schema, mapping.schema])) { node, reader in
        if node.pairs != nil { return mapping.read(node, reader) }
        return Scalar.string.placed.read(node, reader).map { LineSpec(place: node.place, text: $0) }
    }
}

/// What a voice says: in the spec, or in a text file with a sentence a line.
struct NarrationSpec: Sendable {
    var lines: [LineSpec] = []
    var from: Placed<String>?

    private static let mapping = Kind<NarrationSpec>.object(
        "narration", "What a voice says, from a file", { _ in NarrationSpec() },
        [
            Field(
                optional: "from", \.from, Scalar.textFile, required: true, "A text file in UTF-8",
                example: "intro.narration.txt")
        ])

    static let kind: Kind<NarrationSpec> = {
        let lines = Kind<[LineSpec]>.list(LineSpec.kind, limit: 1000)
        return Kind(.any([Scalar.string.schema, lines.schema, mapping.schema])) { node, reader in
            if node.items != nil { return lines.read(node, reader).map { NarrationSpec(lines: $0) } }
            if node["from"] != nil { return mapping.read(node, reader) }
            return LineSpec.kind.read(node, reader).map { NarrationSpec(lines: [$0]) }
        }
    }()
}

extension Scalar {
    /// The path of a text file, relative to the workspace.
    static let textFile = Kind<Placed<String>>(.type("string")) { node, reader in
        guard let text = node.text, !node.isNull else {
            reader.wrongType(node, expected: "the path of a text file")
            return nil
        }
        guard let path = reader.path(text, at: node.place) else { return nil }
        reader.uses.append(Reader.Use(name: path, place: node.place, kinds: [.text]))
        return Placed(value: path, place: node.place)
    }
}

/// Words that are right although no dictionary has them.
struct WordsSpec: Sendable {
    var words: [String] = []
    var from: Placed<String>?

    private static let mapping = Kind<WordsSpec>.object(
        "words", "Words of the project, from a file", { _ in WordsSpec() },
        [
            Field(
                optional: "from", \.from, Scalar.textFile, required: true,
                "A text file in UTF-8 with one word a line; '#' begins a comment",
                example: "words.txt")
        ])

    static let kind: Kind<WordsSpec> = {
        let list = Kind<[String]>.list(Scalar.string, limit: 10_000)
        return Kind(.any([list.schema, mapping.schema])) { node, reader in
            node.pairs != nil ? mapping.read(node, reader) : list.read(node, reader).map { WordsSpec(words: $0) }
        }
    }()
}

/// What is asked of the numbers of all texts.
struct NumbersSpec: Sendable {
    var mustBeBound = false
    var unbound: [String] = []
    var sources: [SourceAddress] = []

    private static let mapping = Kind<NumbersSpec>.object(
        "numbers", "Numbers that every text may show", { _ in NumbersSpec(mustBeBound: true) },
        [
            Field(
                "bound", \.mustBeBound, Scalar.bool,
                "Whether every number of texts, captions and narration must have a source", example: "true"),
            Field(
                "unbound", \.unbound, .list(text, limit: 1000), "Numbers that need none, as the texts write them",
                example: "[\"2026\", \"24/7\"]"),
            Field(
                "sources", \.sources, SourceAddress.list,
                "Sources of numbers in texts that cannot name one, such as those of a caption file",
                example: "[\"data/plants.csv#total\"]"),
        ])

    /// A number here is the way that a text writes it.
    private static let text = Kind<String>(.any([.type("string"), .type("number")])) { node, reader in
        guard let text = node.text, !node.isNull else {
            reader.wrongType(node, expected: "a number as the text writes it")
            return nil
        }
        return text
    }

    static let kind: Kind<NumbersSpec> = {
        let word = Schema([("enum", .array([.string("bound")]))])
        return Kind(.any([word, mapping.schema])) { node, reader in
            guard let text = node.text else { return mapping.read(node, reader) }
            guard text == "bound" else {
                reader.report(.badChoice(reader.field, text, choices: ["bound"], at: node.place))
                return nil
            }
            return NumbersSpec(mustBeBound: true)
        }
    }()
}
