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
        package var isTimeless: Bool { isKept && maxAge == nil }

        /// Seconds before it is tried again: one, two, four, a minute at most.
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
            // A program that was paid for and failed may have done what it is paid for.
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
