// validate: checks the spec's structure, opens every file that it names and reads its profiles. Runs in a worker, since
// it decodes files. Must not know how the spec is drawn.
import Composition
import Spec
import Work

public enum ValidateStage {
    public static let spec = Slot("spec", .file)
    public static let props = Slot("props", optional: .file)

    public static let facts = Output("facts", .facts, file: "facts.json")
    public static let profile = Output("profile", .profile, file: "profile.json")
    /// Of files that gave no warning, so that they need not be opened again while they have these bytes.
    public static let examined = Output("examined", .examined, file: "examined.json")
    public static let findings = Output("findings", .findings, file: "findings.json")

    public static let set = Parameter("set", table: "values of the spec's props; --set adds to them")
    public static let choice = ChosenFilm.parameter

    public static let stage = StageDescriptor(
        name: "validate", version: 14, summary: "checks the spec and opens every file that it names",
        slots: [spec.declared, props.declared],
        outputs: [facts.declared, profile.declared, findings.declared, examined.declared],
        parameters: [set.declared, choice.declared],
        tools: ["libavformat", "libavcodec", "fontconfig", "freetype", "profiles"],
        place: .worker, recalls: [examined.declared.name])
}
