// claims: the closed list of what must be true of the finished film, from the spec and nothing else.
import Composition
import Spec
import Work

public enum ClaimsStage {
    public static let composition = Slot("composition", .composition)
    public static let facts = Slot("facts", .facts)
    public static let texts = Slot("texts", optional: .texts)
    /// Without them there are no claims about narration and numbers.
    public static let drafts = Slot("drafts", optional: .drafts)

    public static let claims = Output("claims", .claims, file: "claims.json")
    /// The same without what is the gate's alone, such as places in the spec: a moved line asks no reviewer again.
    public static let questions = Output("questions", .questions, file: "questions.json")

    public static let stage = StageDescriptor(
        name: "claims", version: 3, summary: "lists what must be true of the finished film",
        slots: [composition.declared, facts.declared, texts.declared, drafts.declared],
        outputs: [claims.declared, questions.declared],
        place: .here(perform))

    private static func perform(_ job: Job) throws -> Outcome {
        let list = Spec.claims(
            of: try job[composition], facts: try job[facts], places: try job[texts] ?? [],
            draft: try job[drafts]?.first)
        var asked = list
        asked.decides = nil
        for index in asked.claims.indices {
            asked.claims[index].place = nil
            // A sentence that captions have is heard with them.
            if asked.claims[index].kind != .speech { asked.claims[index].heldBy = nil }
            asked.claims[index].needsAll = nil
        }
        return Outcome([try job.write(list, to: claims), try job.write(asked, to: questions)])
    }
}
