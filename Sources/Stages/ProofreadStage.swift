// proofread: the text of a resolved spec measured as it will be set, and everything that can be judged before a frame is
// drawn. Runs in a worker: it lays text out with the fonts that will draw it. Must not see the spec itself.
import Composition
import Spec
import Work

public enum ProofreadStage {
    public static let drafts = Slot("drafts", .drafts)
    public static let facts = Slot("facts", .facts)
    public static let profile = Slot("profile", .profile)

    public static let texts = Output("texts", .texts, file: "texts.json")
    public static let findings = Output("findings", .findings, file: "findings.json")

    public static let stage = StageDescriptor(
        name: "proofread", version: 1, summary: "holds the resolved spec against the rules before anything is drawn",
        slots: [drafts.declared, facts.declared, profile.declared],
        outputs: [texts.declared, findings.declared],
        tools: ["libavformat", "libavcodec", "fontconfig", "pango", "freetype", "harfbuzz"],
        place: .worker)
}
