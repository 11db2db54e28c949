// Whether a result counts: the only place that decides it, for builds and for every command that asks.
import Diagnostics
import Digests
import Store
import Work

extension Build {
    enum Found {
        case hit(Record)
        /// The record counts, and these bytes, which are needed now, can be brought from a remote cache.
        case away(Record, [Record.Blob])
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
            let missing = missing(node, record)
            guard missing.isEmpty else {
                guard canBring(missing, of: record) else { return .stale([Explanation.resultGone]) }
                return request.dryRun ? .hit(record) : .away(record, missing)
            }
            guard agreesWithListings(node, record), hasDecision(node, record) else {
                return .stale([Explanation.resultGone])
            }
            return .hit(record)
        }
    }

    /// A key's result in the present world; nil: there is none.
    func fresh(_ key: Digest) -> Record? {
        if case .found(let record) = records.lookup(key, where: holds) { record } else { nil }
    }

    // MARK: What was found while a record was made

    func holds(_ record: Record) -> Bool {
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

    private func hasDecision(_ node: BuildNode, _ record: Record) -> Bool {
        stage(node).descriptor.decides == nil || decision(node, record) != nil
    }

    func isAt(_ file: String, _ blob: Record.Blob) -> Bool {
        (try? files.digest(of: request.workspace + "/" + file)) == blob.digest
    }

    func areSound(_ made: [Record.Blob], of node: BuildNode) -> Bool {
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
