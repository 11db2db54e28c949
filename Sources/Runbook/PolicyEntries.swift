// Entries of what reviewers observe, and of the rules of a policy.

extension Runbook {
    static let ofPolicy: [RunbookEntry] = [
        RunbookEntry(
            "observation.supports", "A reviewer confirms a claim",
            symptom: "The claim is answered, if the policy accepts that kind of reviewer.",
            cause: "The reviewer saw or heard what the claim says, and cites where.",
            remedy: "Nothing; look at the evidence when much depends on it.",
            example: "'text: supports', evidence frames/000062.png."),
        RunbookEntry(
            "observation.contradicts", "A reviewer saw something else",
            symptom: "The claim is contradicted or split.",
            cause: "Other words, another number, or a statement that does not hold.",
            remedy: "See gate.contradicted and gate.split.",
            example: "Found '17 plants' where the spec says '167 plants'."),
        RunbookEntry(
            "observation.absent", "A reviewer did not find it",
            symptom: "As a contradiction.",
            cause: "The text is covered, too small, gone, or was not spoken.",
            remedy: "Look at the time. Move what covers it, or make it larger; then build.",
            example: "Caption 2 lies under a layer from 3.0 s."),
        RunbookEntry(
            "observation.not_applicable", "A claim does not apply to a reviewer",
            symptom: "Nothing: it does not count as an answer.",
            cause: "The reviewer cannot look at such a claim.",
            remedy: "Let another reviewer or a person answer it.",
            example: "A reader of text is asked about a spoken sentence."),
        RunbookEntry(
            "observation.abstain", "A reviewer abstains",
            symptom: "The claim stays unanswered unless others answer it.",
            cause: "The reviewer is not sure, or does not know the language.",
            remedy: "A person looks and signs an answer, or the policy lets that kind stay open.",
            example: "'speech' abstains from German."),
        RunbookEntry(
            "observation.unplanned", "A finding without a claim",
            symptom: "Words on the screen or speech that the spec does not have.",
            cause: "See gate.unplanned.",
            remedy: "See gate.unplanned.",
            example: "A clip's own subtitle was left in."),
        RunbookEntry(
            "policy.claims", "Who may answer which claims",
            symptom: "A claim stays unanswered although it has an answer.",
            cause: "The policy does not accept that kind of reviewer for that kind of claim.",
            remedy: "'vgraph policy NAME' shows it. Let an accepted one answer, or change the policy with its owner.",
            example: "'claim: [person]': a model's 'supports' is shown and does not count."),
        RunbookEntry(
            "policy.open", "Claims that may stay open",
            symptom: "Claims are listed as open, and the gate passes.",
            cause: "The policy lets these kinds be, so that a machine without reviewers can build.",
            remedy: "Look at them in the sheet before you approve. To have them answered: policy strict.",
            example: "On a machine without reviewers all captions are open."),
        RunbookEntry(
            "policy.approval", "Whether what passes can be approved",
            symptom: "'the policy 'draft' allows no approval'.",
            cause: "The gate stage names a policy for work in progress.",
            remedy: "Name 'default' or 'strict' in the pipeline, and build again.",
            example: "The preview pipeline has 'policy: draft'."),
        RunbookEntry(
            "policy.reviewers", "Reviewers that must have run",
            symptom: "See gate.reviewer-not-run.",
            cause: "The policy names them.",
            remedy: "Install them, or mend why they did not run.",
            example: "'reviewers: [text, speech]'."),
        RunbookEntry(
            "policy.checks", "Checks that must have looked",
            symptom: "See gate.check-idle.",
            cause: "The policy names checks for which 'not applicable' is not enough.",
            remedy: "Give check what it needs.",
            example: "'checks: [D01, D02, D02.frames, D03, D15]'."),
        RunbookEntry(
            "policy.waivable", "What may be waived",
            symptom: "'vgraph waive' refuses, or a waiver does not count.",
            cause: """
                Only checks that are named here can be waived; D01, D02, D02.frames, D03 and D15 never, and never a \
                check that did not run.
                """,
            remedy: "Mend the fault, or let the owner of the policy decide.",
            example: "'waivable: [D08, D11, unplanned]'."),
        RunbookEntry(
            "policy.waiver_days", "How long a waiver may last",
            symptom: "'vgraph waive' refuses the date.",
            cause: "It is more days away than the policy allows.",
            remedy: "Choose a nearer date, and mend the fault before it.",
            example: "'waiver_days: 30'."),
        RunbookEntry(
            "policy.sandbox", "Whether reviewers must have run in a sandbox",
            symptom: "See gate.reviewer-unsandboxed.",
            cause: "The policy asks for it, as strict does.",
            remedy: "'vgraph doctor' says what the machine lacks.",
            example: "'sandbox: true'."),
        RunbookEntry(
            "policy.retain", "How long what films were made from is kept",
            symptom: "'vgraph cache gc' drops less than you expect, or a film's frames are no longer in the cache.",
            cause: """
                What was approved or published stays for ever; what was sent back stays for 'revised' days, and \
                candidates without a decision for 'candidates' days since a build used them.
                """,
            remedy:
                "'vgraph cache stats' shows what is kept for which reason. The workspace's 'default' policy decides.",
            example: "'retain: { candidates: 30, revised: 365 }'."),
    ]
}
