// The log of a run read from its JSON, as its decoder would, in a tenth of the time.
import Diagnostics
import Digests
import Work

extension RunLog {
    init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var time: String?, workspace: String?, targets: [String]?, nodes: [Node]?, diagnostics: [Diagnostic]?
        var status: ExitStatus?, seconds: Double?, base: String?, sets: [String: String]?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "time": time = try cursor.string()
            case "workspace": workspace = try cursor.string()
            case "targets": targets = try cursor.values { cursor throws(JSONCursor.Mismatch) in try cursor.string() }
            case "nodes": nodes = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Node(&cursor) }
            case "diagnostics":
                diagnostics = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Diagnostic(&cursor) }
            case "status":
                guard let number = Int32(exactly: try cursor.int()), let known = ExitStatus(rawValue: number) else {
                    throw JSONCursor.Mismatch()
                }
                status = known
            case "seconds": seconds = try cursor.number()
            case "base": base = try cursor.string()
            case "sets": sets = try cursor.table { cursor throws(JSONCursor.Mismatch) in try cursor.string() }
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let time, let workspace, let targets, let nodes, let diagnostics, let status, let seconds else {
            throw JSONCursor.Mismatch()
        }
        self.init(
            time: time, workspace: workspace, targets: targets, nodes: nodes, diagnostics: diagnostics, status: status,
            seconds: seconds)
        (self.base, self.sets) = (base, sets)
    }
}

extension RunLog.Node {
    /// As `put` writes it.
    fileprivate init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        try cursor.pass("{\"id\":")
        let id = try cursor.string()
        let key: Digest? = cursor.passes(",\"key\":") ? try cursor.digest() : nil
        try cursor.pass(",\"outcome\":")
        let outcome = try cursor.string()
        try cursor.pass(",\"seconds\":")
        let seconds = try cursor.number()
        try cursor.pass(",\"stage\":")
        let stage = try cursor.string()
        try cursor.pass(",\"why\":")
        let why = try cursor.values { cursor throws(JSONCursor.Mismatch) in try cursor.string() }
        self.init(id: id, stage: stage, key: key, outcome: outcome, why: why, seconds: seconds)
        if cursor.passes(",\"world\":") { world = try cursor.string() }
        try cursor.pass("}")
    }
}
