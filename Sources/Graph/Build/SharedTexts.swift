// What of a record stays in memory while a build goes on. A build of a thousand films has as many nodes as a cache has
// records, and each record that is read names the same fonts, the same machine and the same types in texts of its own.
import Diagnostics
import Store
import Work

struct SharedTexts {
    private var known: Set<ByteText> = []

    /// An equal text that is in memory already.
    private mutating func shared(_ text: String) -> String {
        // Shorter ones lie in the value itself.
        text.utf8.count <= 15 ? text : known.insert(text).memberAfterInsert.text
    }

    /// A record without what nobody asks a node for once it is done: its manifest and answers, which only decide
    /// whether it counts, and its diagnostics, which are reported when it is done.
    /// - Parameter node: the node's name.
    mutating func kept(_ record: Record, of node: String) -> Record {
        var record = record
        record.manifest.parameters = [:]
        record.manifest.inputs = []
        record.manifest.tools = [:]
        record.answers = nil
        record.diagnostics = []
        record.discovered = record.discovered.map { Discovered(path: shared($0.path), digest: $0.digest) }
        for index in record.outputs.indices {
            let output = record.outputs[index]
            record.outputs[index].name = shared(output.name)
            record.outputs[index].type = shared(output.type)
            record.outputs[index].fileName = shared(output.fileName)
        }
        record.origin.user = shared(record.origin.user)
        record.origin.host = shared(record.origin.host)
        record.origin.time = shared(record.origin.time)
        record.origin.vgraph = shared(record.origin.vgraph)
        record.origin.node = record.origin.node.isSameBytes(node) ? node : shared(record.origin.node)
        record.origin.remote = record.origin.remote.map { shared($0) }
        record.origin.executor = record.origin.executor.map { shared($0) }
        return record
    }
}
