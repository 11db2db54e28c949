// The spec's structure, then every file it names opened, then the text it shows measured and proofread. Runs in a worker: it
// decodes what it finds, and lays text out with the fonts that will draw it.
import Work

extension StageDescriptor {
    static let validate = StageDescriptor(
        name: "validate", version: 4, summary: "checks the spec, opens every file it names and proofreads its text",
        slots: [Slot("spec", accepts: ["file"]), Slot("props", accepts: ["file"], count: .optional)],
        outputs: [Output("facts", type: "facts", fileName: "facts.json"),
                  Output("profile", type: "profile", fileName: "profile.json"),
                  Output("texts", type: "texts", fileName: "texts.json"),
                  Output("findings", type: "findings", fileName: "findings.json")],
        parameters: [.set, Parameter("format", .string, default: .string(""), "the format whose text is measured; the spec's own size and all its formats by default")],
        tools: ["libavformat", "libavcodec", "fontconfig", "pango", "freetype", "harfbuzz", "profiles"],
        place: .worker)
}

extension StageDescriptor.Parameter {
    static let set = Self("set", .table, default: .object([:]), "values for the spec's props; --set adds to them")
}
