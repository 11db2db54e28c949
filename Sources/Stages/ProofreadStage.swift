// proofread: measures the texts of a resolved spec as they will be drawn and checks everything that needs no frames.
// Runs in a worker, since it lays out text with the fonts that draw it. Must not see the spec itself.
import Composition
import Spec
import Work

public enum ProofreadStage {
    public static let drafts = Slot("drafts", .drafts)
    public static let facts = Slot("facts", .facts)
    public static let profile = Slot("profile", .profile)

    public static let texts = Output("texts", .texts, file: "texts.json")
    public static let findings = Output("findings", .findings, file: "findings.json")
    /// So that words are not looked up again and voices not heard again.
    public static let known = Output("known", .proofAnswers, file: "known.json", form: .line)

    public static let stage = StageDescriptor(
        name: "proofread", version: 10, summary: "checks the resolved spec and proofreads its texts before rendering",
        slots: [drafts.declared, facts.declared, profile.declared],
        outputs: [texts.declared, findings.declared, known.declared],
        tools: ["libavformat", "libavcodec", "fontconfig", "pango", "freetype", "harfbuzz", "hunspell"],
        place: .worker, recalls: [known.declared.name])
}
