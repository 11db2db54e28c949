// How long a stage's result counts, and how often the stage runs again after a failure.
import Diagnostics
import Store
import YAML

extension Pipeline {
    public struct Terms: Sendable, Hashable {
        /// How often it runs again when it fails.
        public var retries = 0
        /// false: it runs in every build.
        public var isKept = true
        /// Seconds after which a result no longer counts.
        public var maxAge: Double?

        /// Whether its result counts whatever the time is. Otherwise only the clock, or a run, can tell that nothing is
        /// to do.
        package var isTimeless: Bool { isKept && maxAge == nil }

        /// Seconds before the next try: one, two, four, at most a minute.
        package static func delay(before attempt: Int) -> Double { min(60, Double(1 << min(6, attempt - 1))) }
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
                return problems.append(
                    .wrongType(
                        "retry", expected: "a whole number from 0 to 10",
                        found: times.text.map { "'\($0)'" } ?? times.kindName, at: times.place))
            }
            terms.retries = number
            // A paid program that failed may have done, and charged for, its work.
            if isPaid && number > 0 && node["paid"]?.bool != true {
                problems.append(.retryPaid(times: number, at: node.place))
            }
        case "cache":
            guard let isKept = node.bool else {
                return problems.append(
                    .wrongType(
                        "cache", expected: "true or false", found: node.kindName,
                        at: node.place))
            }
            terms.isKept = isKept
        default: terms.maxAge = seconds(node, "max_age")
        }
    }
}
