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
                out.member("{\"answer\":", answer.answer)
                out.member(",\"question\":", answer.question)
                out.raw("}")
            }
            out.raw(",")
        }
        out.member("\"cost\":{\"cpu\":", cost.cpu)
        if let price = cost.price {
            out.member(",\"price\":{\"amount\":", price.amount)
            out.member(",\"currency\":", price.currency)
            out.raw("}")
        }
        out.member(",\"wall\":", cost.wall)
        out.raw("},\"diagnostics\":")
        out.list(diagnostics) { $1.diagnostic($0) }
        out.raw(",\"discovered\":")
        out.list(discovered) { found, out in
            out.raw("{\"digest\":")
            if let digest = found.digest { out.digest(digest) } else { out.string("") }
            out.member(",\"path\":", found.path)
            out.raw("}")
        }
        out.member(",\"isProvisional\":", isProvisional)
        out.member(",\"isSandboxed\":", isSandboxed)
        out.member(",\"key\":", key)
        out.raw(",\"manifest\":")
        manifest.put(to: &out)
        out.raw(",\"origin\":")
        origin.put(to: &out)
        out.raw(",\"outputs\":")
        out.list(outputs) { $0.put(to: &$1) }
        out.member(",\"verdict\":", verdict?.rawValue)
        out.raw("}")
        return out.isSound ? out.bytes : nil
    }
}

extension Manifest {
    fileprivate func put(to out: inout JSONText) {
        out.raw("{\"inputs\":")
        out.list(inputs) { input, out in
            out.member("{\"digest\":", input.digest)
            out.member(",\"isExecutable\":", input.isExecutable)
            out.member(",\"path\":", input.path)
            out.member(",\"slot\":", input.slot)
            out.raw("}")
        }
        out.raw(",\"parameters\":")
        out.table(parameters) { $1.value($0) }
        out.member(",\"stage\":", stage)
        out.raw(",\"tools\":")
        out.table(tools) { $1.string($0) }
        out.member(",\"version\":", version)
        out.raw("}")
    }
}

extension Record.Origin {
    fileprivate func put(to out: inout JSONText) {
        out.raw("{")
        if let executor {
            out.member("\"executor\":", executor)
            out.raw(",")
        }
        out.member("\"host\":", host)
        out.member(",\"node\":", node)
        out.member(",\"remote\":", remote)
        out.member(",\"time\":", time)
        out.member(",\"user\":", user)
        out.member(",\"vgraph\":", vgraph)
        out.raw("}")
    }
}

extension Record.Output {
    fileprivate func put(to out: inout JSONText) {
        out.raw("{\"blobs\":")
        out.list(blobs) { blob, out in
            out.member("{\"digest\":", blob.digest)
            out.member(",\"isExecutable\":", blob.isExecutable)
            out.member(",\"sha256\":", blob.sha256)
            out.member(",\"size\":", blob.size)
            out.raw("}")
        }
        out.member(",\"fileName\":", fileName)
        out.member(",\"name\":", name)
        out.member(",\"type\":", type)
        out.raw("}")
    }
}
