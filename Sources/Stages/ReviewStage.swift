// review: collects the evidence for the person who approves the video; `vgraph review` writes it as a page, with what
// the gate says and who decided. Runs in a worker.
import Composition
import Spec
import Work

public enum ReviewStage {
    public static let media = Slot("media", .media)
    public static let plan = Slot("plan", .plan)
    public static let check = Slot("check", .report)
    public static let posters = Slot("posters", list: .posters)
    public static let baseline = Slot("baseline", optional: .comparison)
    public static let evidence = Slot("evidence", list: .evidence)
    public static let profile = Slot("profile", optional: .profile)
    public static let findings = Slot("findings", list: .findings)
    public static let texts = Slot("texts", optional: .texts)

    public static let sheet = Output("sheet", .sheet, file: "sheet.json", form: .line)
    public static let observations = Output("observations", .observations, file: "review.json")

    public static let stage = StageDescriptor(
        name: "review", version: 8, summary: "collects frames, captions, checks and provenance for the review sheet",
        slots: [
            media.declared, plan.declared, check.declared, posters.declared, baseline.declared, evidence.declared,
            profile.declared, findings.declared, texts.declared,
        ],
        outputs: [sheet.declared, observations.declared],
        tools: ["libavformat", "libavcodec", "libswscale", "libswresample", "libebur128"],
        place: .worker)
}
