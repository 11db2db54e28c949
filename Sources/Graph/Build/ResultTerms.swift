// The terms of a stage as a build keeps them: which results count no more, and how long a build's answer holds.
import Diagnostics
import Store

extension Build {
    /// From when on no state of files says that nothing is to do, in seconds since 1970: then a clock or a run must be asked.
    /// 0: never.
    var expires: Int64 {
        var first: Int64 = 0
        for node in allNodes {
            let terms = stage(node).terms
            guard !terms.isTimeless, let record = node.record else { continue }
            // 1: it is over already.
            let age = terms.isKept ? terms.maxAge : nil
            let end = age.flatMap { age in record.origin.seconds.map { max(1, $0 + Int64(age)) } } ?? 1
            first = first == 0 ? end : min(first, end)
        }
        return first
    }

    /// Why a result that is there does not count for a node; nil: it does.
    func refusal(_ node: BuildNode, _ record: Record) -> String? {
        guard !request.takesAnyResult, !made.contains(record.key) else { return nil }
        let stage = stage(node), terms = stage.terms
        if !terms.isKept { return Explanation.neverKept }
        if let age = terms.maxAge, Origin.age(of: record.origin.time).map({ Double($0) >= age }) ?? true {
            return Explanation.tooOld(age)
        }
        guard stage.command != nil, request.sandbox, record.isSandboxed != true, case .bubblewrap = sandbox else {
            return nil
        }
        return Explanation.unsandboxed
    }
}
