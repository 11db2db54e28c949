// The results of check and gate. Verdicts are a closed set; only `pass` and `warn` speak for a file.
import Diagnostics

public struct CheckResult: Codable, Sendable, Hashable {
    /// The closed set of what a check says of a file, and the words for it in every report.
    public enum Verdict: String, Codable, Sendable, Hashable, CaseIterable {
        case pass, warn, fail
        /// Was asked for and could not be done: blocks.
        case notRun = "not_run"
        /// There was nothing to look at, or nothing was asked: counts as nothing.
        case notApplicable = "not_applicable"
        /// Switched off by a profile: counts as nothing, and the gate says so.
        case off

        /// For people: "not run".
        public var words: String { String(rawValue.map { $0 == "_" ? " " : $0 }) }
        /// Whether it keeps a file from passing.
        public var blocks: Bool { self == .fail || self == .notRun }
        /// Whether a person is shown what was measured and how to mend it.
        public var isFinding: Bool { blocks || self == .warn }
    }
    /// For example D02; stable.
    public var id: String
    public var title: String
    public var verdict: Verdict
    /// The measured and the required values, with units, for people.
    public var measured: String
    public var expected: String
    /// Where the result applies, in seconds from the start; nil: the whole file.
    public var from: Double?
    public var to: Double?
    public var hint: String?
    /// Every span that fails; nil where the check does not list them: `from` and `to` are then those of the worst.
    public var spans: [TimeSpan]?
    public init(
        id: String, title: String, verdict: Verdict, measured: String, expected: String,
        from: Double? = nil, to: Double? = nil, hint: String? = nil, spans: [TimeSpan]? = nil
    ) {
        self.id = id
        self.title = title
        self.verdict = verdict
        self.measured = measured
        self.expected = expected
        self.from = from
        self.to = to
        self.hint = hint
        self.spans = spans
    }
}

extension [CheckResult] {
    /// How many there are of each verdict: "11 pass, 1 warn, 1 fail".
    public var counts: String {
        CheckResult.Verdict.allCases.compactMap { verdict in
            let number = count { $0.verdict == verdict }
            return number > 0 ? "\(number) \(verdict.words)" : nil
        }.joined(separator: ", ")
    }
}

public struct CheckReport: Codable, Sendable, Hashable {
    /// A value over time, for the curves of the review sheet: "loudness" in LUFS, "luma" in 0...255, "flashes" a second
    /// over more than the allowed area.
    public struct Series: Codable, Sendable, Hashable {
        public var name: String
        public var unit: String
        /// Seconds from one value to the next; the first value is one step after the start.
        public var step: Double
        public var values: [Double]
        public init(name: String, unit: String, step: Double, values: [Double]) {
            self.name = name
            self.unit = unit
            self.step = step
            self.values = values
        }
    }

    /// SHA-256 of the file that was checked, 64 hex digits.
    public var sha256: String
    public var bytes: Int
    public var results: [CheckResult]
    public var series: [Series]
    /// The ids of all checks that are switched off, sorted, including those of proofreading.
    public var switchedOff: [String]
    public init(sha256: String, bytes: Int, results: [CheckResult], series: [Series] = [], switchedOff: [String] = []) {
        self.sha256 = sha256
        self.bytes = bytes
        self.results = results
        self.series = series
        self.switchedOff = switchedOff
    }
    public var passed: Bool {
        results.contains { $0.verdict == .pass || $0.verdict == .warn } && !results.contains { $0.verdict.blocks }
            && SwitchedOff.faults(switchedOff).isEmpty
    }
}

/// Which checks may be switched off, and how many. A spec cannot change this, since the spec is part of what is judged.
public enum SwitchedOff {
    /// The checks that the file decodes to its end, has the planned streams, pictures and duration, and contains the
    /// built segments.
    public static let never = ["D01", "D02", "D02.frames", "D03", "D15"]
    /// The greatest number of other checks.
    public static let most = 3

    /// Whether the check may be switched off, together with at most `most - 1` others.
    public static func mayBe(_ id: String) -> Bool { !never.contains(id) }

    /// The faults of a set of switched-off checks, one sentence each.
    public static func faults(_ ids: [String]) -> [String] {
        let fixed = ids.filter(never.contains), others = ids.count - fixed.count
        var faults = fixed.map { "\($0) is switched off, but must run: it checks that the file is complete" }
        if others > most { faults.append("\(others) checks are switched off, but at most \(most) may be") }
        return faults
    }
}
