// One check: what it is, for people, and how it judges what was measured. Checks decode nothing.
import Composition

/// A row of the table of checks. Each check is a file of this folder that ends in such a value; `Check.all` lists them.
public struct Check: Sendable {
    /// How bad it is when the rule is broken: decides between `fail` and `warn`.
    public typealias Severity = CheckRule.Severity

    /// Stable, for example "D02" or "D02.frames".
    public var id: String
    public var title: String
    /// What is measured, and how.
    public var measures: String
    public var unit: String
    public var threshold: String
    /// Standard and clause, or "vgraph" for a rule of our own.
    public var source: String
    /// The field of a spec that changes the threshold; nil: none does.
    public var changedBy: String?
    public var severity: Severity
    /// What to do when it is broken.
    public var runbook: String
    let judge: @Sendable (Inspection, Plan?) -> Finding

    init(id: String, title: String, measures: String, unit: String, threshold: String, source: String, changedBy: String? = nil,
         severity: Severity, runbook: String, judge: @escaping @Sendable (Inspection, Plan?) -> Finding) {
        self.id = id
        self.title = title
        self.measures = measures
        self.unit = unit
        self.threshold = threshold
        self.source = source
        self.changedBy = changedBy
        self.severity = severity
        self.runbook = runbook
        self.judge = judge
    }

    /// - Parameter plan: nil for a file that no plan describes: what only a plan can demand is then reported, not judged.
    public func result(_ inspection: Inspection, plan: Plan?) -> CheckResult {
        let finding = judge(inspection, plan)
        let isFine = finding.verdict == .pass
        return CheckResult(id: id, title: title, verdict: finding.verdict, measured: finding.measured, expected: finding.expected,
                           from: finding.from, to: finding.to, hint: isFine || finding.verdict == .notRun ? nil : runbook)
    }
}

/// What a check says of one file.
struct Finding {
    var verdict: CheckResult.Verdict
    var measured: String
    var expected: String
    var from: Double?
    var to: Double?

    init(_ verdict: CheckResult.Verdict, measured: String, expected: String, from: Double? = nil, to: Double? = nil) {
        self.verdict = verdict
        self.measured = measured
        self.expected = expected
        self.from = from
        self.to = to
    }

    static func notRun(_ why: String, expected: String) -> Finding { Finding(.notRun, measured: why, expected: expected) }
}

/// Breaches of several rules, put together to one finding: the worst verdict, all the words.
struct Breaches {
    private(set) var verdict = CheckResult.Verdict.pass
    private(set) var words: [String] = []
    private(set) var time: Double?

    mutating func add(_ severity: CheckResult.Verdict, _ text: String, at time: Double? = nil) {
        words.append(text)
        if verdict != .fail { verdict = severity }
        if self.time == nil { self.time = time }
    }
    func finding(measured: String, expected: String) -> Finding {
        Finding(verdict, measured: words.isEmpty ? measured : words.joined(separator: "; "), expected: expected, from: time)
    }
}
