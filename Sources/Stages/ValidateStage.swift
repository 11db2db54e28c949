// validate: the spec's structure, then every file it names opened, then the text it shows measured and proofread. Runs
// in a worker: it decodes what it finds, and lays text out with the fonts that will draw it.
import Composition
import Spec
import Work

public enum ValidateStage {
    public static let spec = Slot("spec", .file)
    public static let props = Slot("props", optional: .file)

    public static let facts = Output("facts", .facts, file: "facts.json")
    public static let profile = Output("profile", .profile, file: "profile.json")
    public static let texts = Output("texts", .texts, file: "texts.json")
    public static let findings = Output("findings", .findings, file: "findings.json")

    public static let set = Parameter("set", table: "values for the spec's props; --set adds to them")
    public static let format = Parameter(
        "format", default: "",
        "the format whose text is measured; the spec's own size and all its formats by default")

    public static let stage = StageDescriptor(
        name: "validate", version: 4, summary: "checks the spec, opens every file it names and proofreads its text",
        slots: [spec.declared, props.declared],
        outputs: [facts.declared, profile.declared, texts.declared, findings.declared],
        parameters: [set.declared, format.declared],
        tools: ["libavformat", "libavcodec", "fontconfig", "pango", "freetype", "harfbuzz", "profiles"],
        place: .worker)
}
