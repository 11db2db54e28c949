// vgraph policy: what the gate asks of a file, in words.
import ArgumentParser
import Composition
import Diagnostics
import Files
import Spec

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Explain what the gate asks, by the name of its policy.",
        discussion: """
            A pipeline names the policy in its gate stage: 'policy: default', and with
            'rules' the workspace's own file, pipelines/policies/NAME.yaml.
            """)

    @OptionGroup var folder: FolderOptions
    @Argument(help: "The policy; all of them by default.") var name: String?

    func run() throws {
        try exiting(json: folder.json) {
            let workspace = try folder.workspace()
            let policies = try (name.map { [$0] } ?? Policies.names).map { name in
                let path = Policies.path(of: name)
                // A name is no path: 'a/../b' names no policy.
                let own =
                    name.contains("/")
                    ? nil
                    : try FileContent.read(
                        workspace + "/" + path, keepBytes: true, in: Root(workspace, links: .inside))
                return try Policies.read(name, own: own?.bytes)
            }
            for policy in policies { print(Self.explanation(policy)) }
        }
    }

    static func explanation(_ policy: Policy) -> String {
        var lines = ["\(policy.name): \(policy.title)"]
        for kind in Claim.Kind.allCases {
            let who = (policy.claims[kind] ?? [.person]).map(\.rawValue).joined(separator: ", ")
            lines.append("  \(kind.rawValue): answered by \(who)")
        }
        let open = policy.open.map(\.rawValue).joined(separator: ", ")
        lines.append(
            open.isEmpty
                ? "  a claim that nobody answered makes the gate say revise"
                : "  may stay open, and are listed: \(open); every other claim has to be answered")
        if !policy.allowsApproval { lines.append("  what passes cannot be approved") }
        lines.append("  what contradicts a claim makes the gate say revise; a model alone cannot settle it")
        if !policy.reviewers.isEmpty {
            lines.append("  reviewers that must run: " + policy.reviewers.joined(separator: ", "))
        }
        if !policy.checks.isEmpty {
            lines.append("  checks that must look at the file: " + policy.checks.joined(separator: ", "))
        }
        lines.append(
            policy.waivable.isEmpty
                ? "  nothing can be waived"
                : "  may be waived for at most \(policy.waiverDays) days: " + policy.waivable.joined(separator: ", "))
        lines.append(
            "  'vgraph cache gc' keeps candidates without a decision for \(policy.retain.candidates) days, what was sent back "
                + "for \(policy.retain.revised), and what was approved or published for ever")
        if policy.asksForSandbox { lines.append("  reviewers must have run in a sandbox") }
        lines.append(
            "  each rule is explained by 'vgraph runbook policy.RULE': \(Policies.rules.joined(separator: ", "))")
        return lines.joined(separator: "\n")
    }
}
