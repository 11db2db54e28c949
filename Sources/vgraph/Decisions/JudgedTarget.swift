// A target with what its gate says and what persons decided of it: the file that lies there now is hashed here, and
// what was said of other bytes counts for nothing.
import Composition
import Decisions
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Graph
import Work

struct JudgedTarget {
    let name: String
    let project: Project
    /// Of the file as it is now.
    let sha256: String
    let gate: GateDecision

    /// - Throws: where the file or an up-to-date result of its gate is missing.
    init(_ target: String, _ project: Project, sets: [String: String]) throws {
        name = target.hasPrefix("./") ? String(target.dropFirst(2)) : target
        self.project = project
        let root = Root(project.workspace, links: .inside)
        let file = Descriptor(root.open(project.workspace + "/" + name, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0 else {
            throw Refusal(.cannotOpen(name, error: message(-file.number)))
        }
        do throws(SystemFailure) { sha256 = try OpenFile.sha256(of: file.number).sum } catch {
            throw Refusal(.cannotOpen(name, error: error.words))
        }
        var request = project.request(targets: [name], sets: sets), named = name
        // A person decides on the file that lies there: nothing puts another in its place.
        request.publishes = false
        request.isRemembered = false
        func result() throws -> GateDecision? {
            guard
                let made = try project.builder.artifacts(request, target: named, stage: "gate", output: "decision")
                    .first,
                let data = try? Data(contentsOf: URL(filePath: made.path))
            else { return nil }
            return try? JSONDecoder().decode(GateDecision.self, from: data)
        }
        var found = try result()
        if found == nil {
            // An answer or a key that came since is judged at once. A film is never made again here: a person decides
            // upon the one that was looked at.
            let stale = try project.builder.why(request).filter { $0.outcome != .hit }
            if !stale.isEmpty, stale.allSatisfy({ $0.stage == "gate" }) {
                _ = try project.builder.run(request)
                found = try result()
            }
        }
        guard let found else { throw Refusal(.noArtifact(target: name, stage: "gate")) }
        gate = found
    }

    /// Why it does not pass: the gate's reasons, and that the file is another.
    var reasons: [String] {
        (gate.sha256 == sha256 ? [] : [GateProblem.otherFile(target: name).diagnostic.message]) + gate.reasons
    }

    var passes: Bool { gate.decision == .pass && gate.sha256 == sha256 }

    /// Signs and appends.
    func decide(
        _ kind: SignedDecision.Kind, by: String, reason: String, claim: String? = nil,
        answer: SignedDecision.Answer? = nil
    ) throws -> SignedDecision {
        let file = DecisionFile(kind == .answer ? .answers : .decisions, of: name, in: project.workspace)
        let draft = SignedDecision.Draft(
            kind, target: name, sha256: sha256, reason: reason, claim: claim, answer: answer)
        let keys = try PublicKeys.read(in: project.workspace)
        let (record, remark) = try file.append(draft, by: try PrivateKey.read(by), keys: keys)
        if let remark { printDiagnostics([remark.diagnostic]) }
        return record
    }

    func log() throws -> DecisionLog {
        try DecisionFile(.decisions, of: name, in: project.workspace).read(
            keys: try PublicKeys.read(in: project.workspace))
    }
}
