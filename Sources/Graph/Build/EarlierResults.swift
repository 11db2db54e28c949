// A node's last result, for a stage that spares work with it (`Job.Earlier`).
import Diagnostics
import Pipelines
import Store
import Work

extension Build {
    /// nil: there is none, it was made in another way, or every node is to do all of its work.
    func earlier(of node: BuildNode) -> Job.Earlier? {
        let recalls = stage(node).descriptor.recalls
        // One that is tried again may have been misled.
        guard !recalls.isEmpty, !request.force, !request.checksDeterminism, node.attempts == 0, node.tries == 0,
            let key = lastKeys.keys[ByteText(node.name.id)], let manifest = node.manifest,
            case .found(let record) = records.lookup(key, where: { _ in true }),
            record.manifest.stage == manifest.stage, record.manifest.version == manifest.version,
            record.manifest.tools == manifest.tools
        else { return nil }
        return Job.Earlier(
            outputs: recalls.flatMap { kept($0, of: record, as: $0, $0) },
            unchanged: record.discovered.filter { $0.digest != nil && holds($0) })
    }

    /// The files of an output that are in the cache still, for a job.
    /// - Parameter name: how messages name them.
    func kept(_ output: String, of record: Record, as slot: String, _ name: String) -> [Job.Input] {
        (record.output(output)?.blobs ?? []).filter(blobs.has).map {
            Job.Input(slot: slot, path: blobs.path($0.digest), name: name, digest: $0.digest)
        }
    }
}
