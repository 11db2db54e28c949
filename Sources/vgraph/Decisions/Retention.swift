// How long the cache keeps what films were made from, by what was decided about them: data of a policy. What was approved
// or published stays for ever, what was sent back for a time, and candidates for less.
import Composition
import Decisions
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Spec
import Stages
import Store

struct Retention {
    /// Files by target.
    private(set) var forever: [String: Set<String>] = [:]
    private(set) var forATime: [String: Set<String>] = [:]
    let policy: Policy
    /// Bytes that records name, and what of it the cache still has.
    struct Held { var films = 0, bytes: UInt64 = 0 }

    /// - Throws: a policy of the workspace that does not read; records that do not count keep what they name.
    init(_ workspace: String) throws {
        let own = try FileContent.read(
            workspace + "/" + Policies.path(of: Policies.standard), keepBytes: true,
            in: Root(workspace, links: .inside))
        policy = try Policies.read(Policies.standard, own: own?.bytes)
        let ledger = try Ledger(workspace)
        let now = Int64(Date().timeIntervalSince1970)
        for target in ledger.targets {
            for record in target.decisions?.records ?? [] {
                if record.kind == .publish || target.decisions?.decision(on: record.sha256)?.kind == .approve {
                    forever[target.name, default: []].insert(record.sha256)
                } else if let at = Expiry.moment(record.at), now - at <= Int64(policy.retain.revised) * 86400 {
                    forATime[target.name, default: []].insert(record.sha256)
                }
            }
        }
        // Nothing may go because a line does not count.
        damaged = ledger.problems
    }

    /// Records of the ledger that do not count: then nothing is collected.
    let damaged: [Diagnostic]

    /// Keys of the nodes whose results stay.
    func keys(_ cache: Cache, _ project: Project) throws -> Set<Digest> {
        let runs = JudgedRuns(cache, project)
        return try runs.keys(of: forever.merging(forATime) { $0.union($1) })
    }

    func held(_ files: [String: Set<String>], _ cache: Cache, _ project: Project) throws -> Held {
        var held = Held(), seen: Set<Digest> = []
        held.films = files.values.reduce(0) { $0 + $1.count }
        for key in try JudgedRuns(cache, project).keys(of: files) {
            guard let record = cache.peek(key) else { continue }
            for output in record.outputs where !Stages.droppedFirst.contains(output.type) {
                for blob in output.blobs where seen.insert(blob.digest).inserted && Blobs(cache).has(blob) {
                    held.bytes += blob.size
                }
            }
        }
        return held
    }
}
