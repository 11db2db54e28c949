// A record and its parts read from the JSON of `Records`, as their decoders would, in a tenth of the time: a build of
// many nodes reads as many records. A member that is not known here is left to the decoder, so that one which is added
// to a record is never lost.
import Diagnostics
import Digests
import Work

extension Record {
    package init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var key: Digest?, manifest: Manifest?, outputs: [Output]?, discovered: [Discovered]?, answers: [Answer]?
        var diagnostics: [Diagnostic]?, verdict: Verdict?, cost: Cost?, origin: Origin?
        var isSandboxed: Bool?, isProvisional: Bool?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "key": key = try cursor.digest()
            case "manifest": manifest = try Manifest(&cursor)
            case "outputs": outputs = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Output(&cursor) }
            case "discovered":
                discovered = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Self.discovered(&cursor) }
            case "answers":
                answers = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Self.answer(&cursor) }
            case "diagnostics":
                diagnostics = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Diagnostic(&cursor) }
            case "verdict": verdict = try cursor.choice(Verdict.self)
            case "cost": cost = try Cost(&cursor)
            case "origin": origin = try Origin(&cursor)
            case "isSandboxed": isSandboxed = try cursor.bool()
            case "isProvisional": isProvisional = try cursor.bool()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let key, let manifest, let outputs, let discovered, let diagnostics, let cost, let origin else {
            throw JSONCursor.Mismatch()
        }
        self.init(
            key: key, manifest: manifest, outputs: outputs, discovered: discovered, answers: answers,
            diagnostics: diagnostics, verdict: verdict, cost: cost, origin: origin)
        (self.isSandboxed, self.isProvisional) = (isSandboxed, isProvisional)
    }

    private static func discovered(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) -> Discovered {
        var path: String?, digest: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "path": path = try cursor.string()
            case "digest": digest = try cursor.string()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let path, let digest else { throw JSONCursor.Mismatch() }
        guard !digest.isEmpty else { return Discovered(path: path, digest: nil) }
        guard let digest = Digest(hex: digest) else { throw JSONCursor.Mismatch() }
        return Discovered(path: path, digest: digest)
    }

    private static func answer(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) -> Answer {
        var question: String?, answer: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "question": question = try cursor.string()
            case "answer": answer = try cursor.string()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let question, let answer else { throw JSONCursor.Mismatch() }
        return Answer(question: question, answer: answer)
    }
}

extension Manifest {
    package init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var stage: String?, version: Int?, parameters: [String: Value]?, inputs: [Input]?, tools: [String: String]?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "stage": stage = try cursor.string()
            case "version": version = try cursor.int()
            case "parameters":
                parameters = try cursor.table { cursor throws(JSONCursor.Mismatch) in try cursor.value() }
            case "inputs": inputs = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Input(&cursor) }
            case "tools": tools = try cursor.table { cursor throws(JSONCursor.Mismatch) in try cursor.string() }
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let stage, let version, let parameters, let inputs, let tools else { throw JSONCursor.Mismatch() }
        self.init(stage: stage, version: version, parameters: parameters, inputs: inputs, tools: tools)
    }
}

extension Manifest.Input {
    /// As records are written: a film is joined from hundreds.
    fileprivate init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        try cursor.pass("{\"digest\":")
        let digest = try cursor.digest()
        let isExecutable: Bool? = cursor.passes(",\"isExecutable\":") ? try cursor.bool() : nil
        let path: String? = cursor.passes(",\"path\":") ? try cursor.string() : nil
        try cursor.pass(",\"slot\":")
        let slot = try cursor.string()
        try cursor.pass("}")
        self.init(slot: slot, digest: digest, path: path, isExecutable: isExecutable)
    }
}

extension Record.Output {
    fileprivate init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var name: String?, type: String?, fileName: String?, blobs: [Record.Blob]?
        try cursor.object { field, cursor throws(JSONCursor.Mismatch) in
            switch field {
            case "name": name = try cursor.string()
            case "type": type = try cursor.string()
            case "fileName": fileName = try cursor.string()
            case "blobs":
                blobs = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Record.Blob(&cursor) }
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let name, let type, let fileName, let blobs else { throw JSONCursor.Mismatch() }
        self.init(name: name, type: type, fileName: fileName, blobs: blobs)
    }
}

extension Record.Blob {
    /// As records are written.
    package init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        try cursor.pass("{\"digest\":")
        let digest = try cursor.digest()
        let isExecutable: Bool? = cursor.passes(",\"isExecutable\":") ? try cursor.bool() : nil
        let sha256: String? = cursor.passes(",\"sha256\":") ? try cursor.string() : nil
        try cursor.pass(",\"size\":")
        let size = try cursor.int()
        try cursor.pass("}")
        guard size >= 0 else { throw JSONCursor.Mismatch() }
        self.init(digest: digest, size: UInt64(size), sha256: sha256, isExecutable: isExecutable)
    }
}

extension Record.Cost {
    fileprivate init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var wall: Double?, cpu: Double?, price: Record.Price?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "wall": wall = try cursor.number()
            case "cpu": cpu = try cursor.number()
            case "price": price = try Record.Price(&cursor)
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let wall, let cpu else { throw JSONCursor.Mismatch() }
        self.init(wall: wall, cpu: cpu, price: price)
    }
}

extension Record.Price {
    fileprivate init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var amount: Double?, currency: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "amount": amount = try cursor.number()
            case "currency": currency = try cursor.string()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let amount, let currency else { throw JSONCursor.Mismatch() }
        self.init(amount: amount, currency: currency)
    }
}

extension Record.Origin {
    init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var user: String?, host: String?, time: String?, vgraph: String?, node: String?
        var remote: String?, executor: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "user": user = try cursor.string()
            case "host": host = try cursor.string()
            case "time": time = try cursor.string()
            case "vgraph": vgraph = try cursor.string()
            case "node": node = try cursor.string()
            case "remote": remote = try cursor.string()
            case "executor": executor = try cursor.string()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let user, let host, let time, let vgraph, let node else { throw JSONCursor.Mismatch() }
        self.init(user: user, host: host, time: time, vgraph: vgraph, node: node)
        (self.remote, self.executor) = (remote, executor)
    }
}
