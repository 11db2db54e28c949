// The short runbook that `vgraph init` puts beside a spec: who decides, and the commands of a day. The project's own from
// then on.

extension StarterFiles {
    static func runbook(video: String) -> String {
        """
        # \(video): who decides, and how

        | | |
        |---|---|
        | author of the spec | |
        | reviewer, who watches it and answers its claims | |
        | who approves (a line of `vgraph.keys`; not the author) | |
        | where it is published, and who withdraws it | |

        ```
        vgraph build \(video).mp4                  # errors and what the gate says
        vgraph review \(video).mp4 --open          # look, and listen
        vgraph gate \(video).mp4                   # what is open; then answer, approve or revise, with --by and --reason
        ```

        `vgraph publish \(video).mp4 --to PLACE --by NAME` copies what is approved, and nothing else. Commit the spec,
        `*.answers.jsonl`, `*.decisions.jsonl`, `vgraph.keys` and `vgraph.ledger`.

        What an id in a message means: `vgraph runbook ID`. From draft to publish: `vgraph runbook`.

        """
    }
}
