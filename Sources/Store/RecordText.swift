// A record written as JSON, byte for byte as its encoder would: a build writes one for each node that ran. Members stand
// in the order of their names.
import Digests
import Work

extension Record {
    /// One line without its end; nil: a number in it has no form in JSON.
    var text: [UInt8]? {
        var out = JSONText()
        out.raw("{")
        if let answers {
            out.raw("\"answers\":")
            out.list(answers) { answer, out in
                out.raw("{\"answer\":")
                out.string(answer.answer)
                out.raw(",\"question\":")
                out.string(answer.question)
                out.raw("}")
            }
            out.raw(",")
        }
        out.raw("\"cost\":{\"cpu\":")
        out.number(cost.cpu)
        if let price = cost.price {
            out.raw(",\"price\":{\"amount\":")
            out.number(price.amount)
            out.raw(",\"currency\":")
            out.string(price.currency)
            out.raw("}")
        }
        out.raw(",\"wall\":")
        out.number(cost.wall)
        out.raw("},\"diagnostics\":")
        out.list(diagnostics) { $1.diagnostic($0) }
        out.raw(",\"discovered\":")
        out.list(discovered) { found, out in
            out.raw("{\"digest\":")
            if let digest = found.digest { out.digest(digest) } else { out.string("") }
            out.raw(",\"path\":")
            out.string(found.path)
            out.raw("}")
        }
        out.put(isProvisional, as: ",\"isProvisional\":")
        out.put(isSandboxed, as: ",\"isSandboxed\":")
        out.raw(",\"key\":")
        out.digest(key)
        out.raw(",\"manifest\":")
        manifest.put(to: &out)
        out.raw(",\"origin\":")
        origin.put(to: &out)
        out.raw(",\"outputs\":")
        out.list(outputs) { $0.put(to: &$1) }
        out.put(verdict?.rawValue, as: ",\"verdict\":")
        out.raw("}")
        return out.isSound ? out.bytes : nil
    }
}

extension Manifest {
    fileprivate func put(to out: inout JSONText) {
        out.raw("{\"inputs\":")
        out.list(inputs) { input, out in
            out.raw("{\"digest\":")
            out.digest(input.digest)
            out.put(input.isExecutable, as: ",\"isExecutable\":")
            out.put(input.path, as: ",\"path\":")
            out.raw(",\"slot\":")
            out.string(input.slot)
            out.raw("}")
        }
        out.raw(",\"parameters\":")
        out.table(parameters) { $1.value($0) }
        out.raw(",\"stage\":")
        out.string(stage)
        out.raw(",\"tools\":")
        out.table(tools) { $1.string($0) }
        out.raw(",\"version\":")
        out.int(version)
        out.raw("}")
    }
}

extension Record.Origin {
    fileprivate func put(to out: inout JSONText) {
        out.raw("{")
        if let executor {
            out.raw("\"executor\":")
            out.string(executor)
            out.raw(",")
        }
        out.raw("\"host\":")
        out.string(host)
        out.raw(",\"node\":")
        out.string(node)
        out.put(remote, as: ",\"remote\":")
        out.raw(",\"time\":")
        out.string(time)
        out.raw(",\"user\":")
        out.string(user)
        out.raw(",\"vgraph\":")
        out.string(vgraph)
        out.raw("}")
    }
}

extension Record.Output {
    fileprivate func put(to out: inout JSONText) {
        out.raw("{\"blobs\":")
        out.list(blobs) { blob, out in
            out.raw("{\"digest\":")
            out.digest(blob.digest)
            out.put(blob.isExecutable, as: ",\"isExecutable\":")
            out.put(blob.sha256, as: ",\"sha256\":")
            out.raw(",\"size\":")
            out.int(blob.size)
            out.raw("}")
        }
        out.raw(",\"fileName\":")
        out.string(fileName)
        out.raw(",\"name\":")
        out.string(name)
        out.raw(",\"type\":")
        out.string(type)
        out.raw("}")
    }
}

extension JSONText {
    /// A member that is there only if it has a value.
    fileprivate mutating func put(_ text: String?, as name: StaticString) {
        guard let text else { return }
        raw(name)
        string(text)
    }

    fileprivate mutating func put(_ value: Bool?, as name: StaticString) {
        guard let value else { return }
        raw(name)
        bool(value)
    }
}
