// Whether a result counts: the only place that decides it, for builds and for every command that asks.
import Diagnostics
import Digests
import Store
import Work

extension Build {
    enum Found {
        case hit(Record)
        case stale([String])
    }

    func find(_ node: BuildNode, _ key: Digest) -> Found {
        switch records.lookup(key, where: holds) {
        case .missing: return .stale(why(node, key))
        case .damaged:
            account.remark(node, StoreProblem.damagedRecord(key: key.hex).diagnostic)
            return .stale([Explanation.recordDamaged])
        case .others(let record):
            let why =
                record.discovered.filter { !holds($0) }.map { Explanation.discovered($0.path) }
                + changed(record.answers).map { Explanation.answer($0.question) }
            return .stale(why.isEmpty ? [Explanation.resultGone] : why)
        case .found(let record):
            // Several worlds were compared, but the build depends only on the files of this one.
            guard record.discovered.allSatisfy(holds) else { return .stale([Explanation.resultGone]) }
            if let why = refusal(node, record) { return .stale([why]) }
            return bytesAreThere(node, record) ? .hit(record) : .stale([Explanation.resultGone])
        }
    }

    /// A key's result in the present world; nil: there is none.
    func fresh(_ key: Digest) -> Record? {
        if case .found(let record) = records.lookup(key, where: holds) { record } else { nil }
    }

    // MARK: What was found while a record was made

    private func holds(_ record: Record) -> Bool {
        record.discovered.allSatisfy { item in
            let path = absolute(item.path)
            if let blob = lookups.planned[path] { return blob.digest == item.digest }
            do throws(StoreProblem) { return try files.glance(path) == item.digest } catch { return false }
        } && changed(record.answers).isEmpty
    }

    /// A path that ends in a slash is a folder: the names in it count.
    func holds(_ item: Discovered) -> Bool {
        let path = absolute(item.path)
        if let blob = lookups.planned[path] { return blob.digest == item.digest }
        do throws(StoreProblem) {
            let digest =
                item.path.utf8.last == UInt8(ascii: "/")
                ? try files.listing(of: path)
                : try files.digest(of: path)
            return digest == item.digest
        } catch { return false }
    }

    /// Searches that find something else now.
    private func changed(_ answers: [Answer]?) -> [Answer] {
        guard let answers, !answers.isEmpty else { return [] }
        // In a resumed build without a worker nothing that searches depend on has changed, since those files are
        // leaves.
        return searches?.changed(answers) ?? (resumption == nil ? answers : [])
    }

    // MARK: The stage's terms

    /// Why an existing result does not count for a node; nil: it does.
    private func refusal(_ node: BuildNode, _ record: Record) -> String? {
        guard !request.takesAnyResult, !keys.isMade(record.key) else { return nil }
        let stage = stage(node), terms = stage.terms
        if !terms.isKept { return Explanation.neverKept }
        if record.isProvisional == true { return Explanation.provisional }
        if let age = terms.maxAge, Origin.age(of: record.origin.time).map({ Double($0) >= age }) ?? true {
            return Explanation.tooOld(age)
        }
        guard stage.command != nil, request.sandbox, record.isSandboxed != true, case .bubblewrap = jobs.sandbox else {
            return nil
        }
        return Explanation.unsandboxed
    }

    /// When the first result expires, in seconds since 1970: from then on unchanged files do not mean that nothing is
    /// to do. 0: never.
    var expires: Int64 {
        var first: Int64 = 0
        for node in allNodes {
            let terms = stage(node).terms
            guard let record = node.record, !terms.isTimeless || record.isProvisional == true else { continue }
            // 1: it has already expired.
            let age = terms.isKept && record.isProvisional != true ? terms.maxAge : nil
            let end = age.flatMap { age in record.origin.seconds.map { max(1, $0 + Int64(age)) } } ?? 1
            first = first == 0 ? end : min(first, end)
        }
        // A decision that has expired already stays so.
        for (_, decision) in decisions where !decision.hasExpired {
            guard let end = decision.expires else { continue }
            first = first == 0 ? end : min(first, end)
        }
        return first
    }

    // MARK: Bytes

    /// Intermediate results are assumed to exist until a node needs them; requested ones are checked now.
    private func bytesAreThere(_ node: BuildNode, _ record: Record) -> Bool {
        if request.verifiesOutputs && !areSound(record.outputs.flatMap(\.blobs), of: node) { return false }
        if node.mustRun { return record.outputs.allSatisfy { $0.blobs.allSatisfy(blobs.has) } }
        let stage = stage(node)
        if stage.descriptor.decides != nil && decision(node, record) == nil { return false }
        guard node.family.isWanted else { return true }
        for output in record.outputs {
            for blob in output.blobs {
                if let pattern = stage.output, output.name == stage.descriptor.outputs.first?.name,
                    isAt(pattern.file(for: targets[node.target].name), blob)
                {
                    continue
                }
                if !blobs.has(blob) { return false }
            }
        }
        return true
    }

    private func isAt(_ file: String, _ blob: Record.Blob) -> Bool {
        (try? files.digest(of: request.workspace + "/" + file)) == blob.digest
    }

    private func areSound(_ made: [Record.Blob], of node: BuildNode) -> Bool {
        for blob in made {
            switch blobs.inspectBytes(blob) {
            case .sound: continue
            case .missing: return false
            case .damaged:
                account.remark(node, StoreProblem.damagedBlob(digest: blob.digest.hex).diagnostic)
                return false
            }
        }
        return true
    }
}
