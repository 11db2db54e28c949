// A pass means what the gate was asked: a pipeline that leaves out what it judges, and a policy of the workspace that
// asks for less than the one whose name it has, are said beside it.
import Foundation
import TestSupport
import Testing

@Suite struct GateWiringTests {
    private func built(_ change: (Workspace) throws -> Void) throws -> (status: Int32, ids: Set<String>, text: String) {
        let workspace = try Workspace([
            "clip.video.yaml": Sample.spec() + "brief: { must_show: [a lamp] }\n",
            "pipelines/video.yaml": Repository.text("pipelines/video.yaml"),
        ])
        defer { workspace.remove() }
        try change(workspace)
        let run = try workspace.vgraph("build", "clip.mp4", "--json")
        let found = run.events.compactMap { $0["diagnostic"] as? [String: Any] }
        return (
            run.status, Set(found.compactMap { $0["id"] as? String }),
            found.compactMap { $0["message"] as? String }.joined(separator: "\n")
        )
    }

    @Test func whatThePipelineLeavesOutIsSaid() throws {
        let whole = try built { _ in }
        #expect(whole.status == 3 && !whole.ids.contains("gate-unwired"), "\(whole)")
        for (part, name) in [(" claims: $claims,", "claims"), (" proof: $proof,", "proof")] {
            let blind = try built { workspace in
                let pipeline = try workspace.text("pipelines/video.yaml")
                let gate = try #require(pipeline.range(of: "  gate: "))
                try workspace.write(
                    "pipelines/video.yaml",
                    pipeline[..<gate.lowerBound]
                        + pipeline[gate.lowerBound...].replacingOccurrences(of: part, with: ""))
            }
            #expect(blind.ids.contains("gate-unwired"), "\(blind)")
            #expect(blind.text.contains("does not give the gate '\(name)'"), "\(blind)")
            // The film's brief is what the claims were for.
            #expect(blind.status == (name == "claims" ? 0 : 3), "\(blind)")
        }
    }

    @Test func aPolicyThatAsksForLessIsSaid() throws {
        let own = "pipelines/policies/default.yaml", policy = try Repository.text(own)
        let same = try built { try $0.write(own, policy) }
        #expect(same.status == 3 && !same.ids.contains("policy-loosened"), "\(same)")
        let stricter = try built {
            try $0.write(own, policy.replacingOccurrences(of: "waiver_days: 30", with: "waiver_days: 3"))
        }
        #expect(stricter.status == 3 && !stricter.ids.contains("policy-loosened"), "\(stricter)")
        let looser = try built {
            try $0.write(own, policy.replacingOccurrences(of: "open: [text,", with: "open: [claim, text,"))
        }
        #expect(looser.status == 0 && looser.ids.contains("policy-loosened"), "\(looser)")
        #expect(looser.text.contains("claims that may stay open: claim"), "\(looser)")
    }
}
