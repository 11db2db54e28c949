// One check: its description for people, and the function that judges what was measured. Checks decode nothing.
import Composition

/// A row of the table of checks. Each check is a file of this folder that ends in such a value; `Check.all` lists them.
/// The fields of its rule are read as its own: `check.title`.
@dynamicMemberLookup
public struct Check: Sendable {
    public typealias Severity = CheckRule.Severity

    public let rule: CheckRule
    let judge: @Sendable (Inspection, Plan?, Profile) -> Finding

    public subscript<Value>(dynamicMember field: KeyPath<CheckRule, Value>) -> Value { rule[keyPath: field] }

    init(
        id: String, title: String, measures: String, unit: String, threshold: String, source: String,
        changedBy: String? = nil,
        severity: Severity, runbook: String, judge: @escaping @Sendable (Inspection, Plan?) -> Finding
    ) {
        self.init(
            id: id, title: title, measures: measures, unit: unit, threshold: threshold, source: source,
            changedBy: changedBy,
            severity: severity, runbook: runbook, judge: { inspection, plan, _ in judge(inspection, plan) })
    }

    init(rule: CheckRule, judge: @escaping @Sendable (Inspection, Plan?) -> Finding) {
        self.rule = rule
        self.judge = { inspection, plan, _ in judge(inspection, plan) }
    }

    /// For a check whose limits a profile may set.
    init(
        id: String, title: String, measures: String, unit: String, threshold: String, source: String,
        changedBy: String? = nil,
        severity: Severity, runbook: String, judge: @escaping @Sendable (Inspection, Plan?, Profile) -> Finding
    ) {
        rule = CheckRule(
            id: id, title: title, measures: measures, unit: unit, threshold: threshold, source: source,
            changedBy: changedBy,
            severity: severity, runbook: runbook)
        self.judge = judge
    }

    /// - Parameter plan: nil for a file without a plan; a requirement that only a plan can make is then reported, not
    ///   judged.
    /// - Parameter profile: the limits that apply, and the severity of a breach of this check.
    public func result(_ inspection: Inspection, plan: Plan?, profile: Profile = .none) -> CheckResult {
        var finding = judge(inspection, plan, profile)
        switch (profile.severities[rule.id], finding.verdict) {
        case (.off?, _):
            finding.verdict = .off
            finding.expected = "not required: the check is switched off"
        // A check that may not be off may not be lowered either.
        case (.warn?, .fail) where SwitchedOff.mayBe(rule.id): finding.verdict = .warn
        case (.fail?, .warn): finding.verdict = .fail
        default: break
        }
        return CheckResult(
            id: rule.id, title: rule.title, verdict: finding.verdict, measured: finding.measured,
            expected: finding.expected,
            from: finding.from, to: finding.to, hint: [.warn, .fail].contains(finding.verdict) ? rule.runbook : nil,
            spans: finding.verdict == .fail ? finding.spans : nil)
    }
}

/// The result of a check for one file.
struct Finding {
    var verdict: CheckResult.Verdict
    var measured: String
    var expected: String
    var from: Double?
    var to: Double?
    /// Every span that fails, where the check lists them all.
    var spans: [TimeSpan]?

    init(
        _ verdict: CheckResult.Verdict, measured: String, expected: String, from: Double? = nil, to: Double? = nil,
        spans: [TimeSpan]? = nil
    ) {
        self.spans = spans
        self.verdict = verdict
        self.measured = measured
        self.expected = expected
        self.from = from
        self.to = to
    }

    static func notRun(_ why: String, expected: String) -> Finding {
        Finding(.notRun, measured: why, expected: expected)
    }
}

/// Breaches of several rules, merged into one finding: the worst verdict and all texts.
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
        Finding(
            verdict, measured: words.isEmpty ? measured : words.joined(separator: "; "), expected: expected, from: time)
    }
}

extension Breaches {
    /// Adds a breach unless the measured number is within a profile's limit.
    mutating func hold(
        _ value: Double, _ words: String, to rule: Profile.Rule, of profile: Profile, at time: Double? = nil
    ) {
        guard let limit = profile[rule], !limit.holds(value) else { return }
        add(.fail, "\(words), but the profile requires \(limit.words(rule)) (\(limit.source))", at: time)
    }
}
