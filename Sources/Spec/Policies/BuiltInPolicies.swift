// The policies that every workspace has, as text. A test holds each equal to its file in pipelines/policies.

extension Policies {
    static let builtIn: [(name: String, text: String)] = [
        (
            "default",
            """
            # What the gate asks of a file that may be published. A pipeline names the policy in its gate \
            stage; a spec cannot.
            policy: default
            title: What the author claims is answered; what reviewers contradict blocks
            # Who may answer a claim: a rule measures, a model guesses, a person signs. A claim of a kind that \
            is not named here asks for a person.
            claims:
              text: [rule, model, person]
              caption: [rule, model, person]
              speech: [rule, model, person]
              number: [rule, model, person]
              claim: [rule, model, person]
              title: [rule, model, person]
              description: [rule, model, person]
            # These are answered by reviewers, where they are installed. Where nothing answers them they are \
            listed as open, and do not block.
            open: [text, caption, speech, number, title, description]
            # Checks that say whether the file is whole: 'not applicable' is not enough.
            checks: [D01, D02, D02.frames, D03, D15]
            # What a person may waive for a file, with 'vgraph waive': never what says whether the file is whole, \
            and never flashes.
            waivable: [A01, A02, D04, D05, D06, D07, D07.clipping, D07.phase, D08, D08.frozen, unplanned, unplanned-speech]
            waiver_days: 30
            # Days for which "vgraph cache gc" keeps what a film was made from: candidates without a decision, what \
            was sent back. What was approved or published stays for ever.
            retain: { candidates: 30, revised: 365 }

            """
        ),
        (
            "strict",
            """
            # Every claim that follows from the spec is answered, by a reviewer that ran or by a person's \
            signature.
            policy: strict
            title: Every claim is answered
            claims:
              text: [rule, model, person]
              caption: [rule, model, person]
              speech: [rule, model, person]
              number: [rule, model, person]
              claim: [rule, model, person]
              title: [rule, model, person]
              description: [rule, model, person]
            checks: [D01, D02, D02.frames, D03, D15]
            # Nothing is waived, and no reviewer may have run with the rights of the person who built.
            waivable: []
            sandbox: true

            """
        ),
        (
            "draft",
            """
            # For work in progress: claims may stay open, and nothing can be approved. What contradicts a claim \
            still blocks.
            policy: draft
            title: Claims may stay open
            claims:
              text: [rule, model, person]
              caption: [rule, model, person]
              speech: [rule, model, person]
              number: [rule, model, person]
              claim: [rule, model, person]
              title: [rule, model, person]
              description: [rule, model, person]
            open: [text, caption, speech, number, claim, title, description]
            approval: false
            checks: [D01, D02, D02.frames, D03, D15]
            # What a person may waive for a file, with 'vgraph waive': never what says whether the file is whole, \
            and never flashes.
            waivable: [A01, A02, D04, D05, D06, D07, D07.clipping, D07.phase, D08, D08.frozen, unplanned, unplanned-speech]
            waiver_days: 30

            """
        ),
    ]
}
