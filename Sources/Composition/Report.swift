// What check and gate say. Verdicts are a closed set: only `pass` and `warn` count for a file.
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
    /// What was measured and what was demanded, with units, for people.
    public var measured: String
    public var expected: String
    /// Seconds from the start where it was found; nil: the whole file.
    public var from: Double?
    public var to: Double?
    public var hint: String?
    public init(
        id: String, title: String, verdict: Verdict, measured: String, expected: String,
        from: Double? = nil, to: Double? = nil, hint: String? = nil
    ) {
        self.id = id
        self.title = title
        self.verdict = verdict
        self.measured = measured
        self.expected = expected
        self.from = from
        self.to = to
        self.hint = hint
    }
}

public struct CheckReport: Codable, Sendable, Hashable {
    /// Something measured over time, for the review sheet to draw: "loudness" in LUFS, "luma" in 0...255,
    /// "flashes" a second over more than the allowed area.
    public struct Series: Codable, Sendable, Hashable {
        public var name: String
        public var unit: String
        /// Seconds from one value to the next; the first lies one step after the start.
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
    /// The ids of all checks that are switched off, in order; those of proofreading too.
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

/// Which checks may be switched off, and how many. A spec is part of what is judged, so it does not say this itself.
public enum SwitchedOff {
    /// That the file decodes to its end, has the planned streams, pictures and length, and is made of the segments that
    /// were built.
    public static let never = ["D01", "D02", "D02.frames", "D03", "D15"]
    /// Of all others together.
    public static let most = 3

    /// Whether a check may be, beside at most `most - 1` others.
    public static func mayBe(_ id: String) -> Bool { !never.contains(id) }

    /// What is wrong with a choice of switched-off checks, in a sentence each.
    public static func faults(_ ids: [String]) -> [String] {
        let fixed = ids.filter(never.contains), others = ids.count - fixed.count
        var faults = fixed.map { "\($0) is switched off, and may not be: it says whether the file is whole" }
        if others > most { faults.append("\(others) checks are switched off, and at most \(most) may be") }
        return faults
    }
}

public struct GateDecision: Codable, Sendable, Hashable {
    public var decision: Verdict
    /// SHA-256 of the exact file decided upon.
    public var sha256: String
    /// Why it is not a pass, one line each; empty for a pass.
    public var reasons: [String]
    public var checks: [String: CheckResult.Verdict]
    public init(decision: Verdict, sha256: String, reasons: [String], checks: [String: CheckResult.Verdict]) {
        self.decision = decision
        self.sha256 = sha256
        self.reasons = reasons
        self.checks = checks
    }
}
