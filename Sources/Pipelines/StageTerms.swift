// On which terms a stage's result is kept and its failure taken for one.
import Diagnostics
import Store
import YAML

extension Pipeline {
    public struct Terms: Sendable, Hashable {
        /// How often it is tried again when it fails.
        public var retries = 0
        /// false: it runs in every build.
        public var isKept = true
        /// Seconds after which a result counts no more.
        public var maxAge: Double?

        /// Whether only a clock or another run can tell that there is nothing to do.
        var isTimeless: Bool { isKept && maxAge == nil }

        /// Seconds before it is tried again: one, two, four, a minute at most.
        static func delay(before attempt: Int) -> Double { min(60, Double(1 << min(6, attempt - 1))) }
    }
}

extension PipelineReader {
    static let termKeys = ["retry", "cache", "max_age"]

    /// - Parameter isPaid: each of its runs costs money.
    mutating func terms(_ node: Node, _ key: String, isPaid: Bool, into terms: inout Pipeline.Terms) {
        switch key {
        case "retry":
            let known = ["times", "paid"]
            for pair in node.pairs ?? [] where !known.contains(pair.name) {
                problems.append(.unknownField(pair.name, known: known, at: pair.key.place))
            }
            let times = node.pairs == nil ? node : node["times"] ?? node
            guard let number = times.int, (0...10).contains(number) else {
                return problems.append(.wrongType("retry", expected: "a whole number from 0 to 10",
                    found: times.text.map { "'\($0)'" } ?? times.kindName, at: times.place))
            }
            terms.retries = number
            // A program that was paid for and failed may have done what it is paid for.
            if isPaid && number > 0 && node["paid"]?.bool != true {
                problems.append(.retryPaid(times: number, at: node.place))
            }
        case "cache":
            guard let isKept = node.bool else {
                return problems.append(.wrongType("cache", expected: "true or false", found: node.kindName,
                    at: node.place))
            }
            terms.isKept = isKept
        default: terms.maxAge = seconds(node, "max_age")
        }
    }
}

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
