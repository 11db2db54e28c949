// A row of the table of checks as data, without the function that judges, so that the table can leave the worker.

public struct CheckRule: Codable, Sendable, Hashable {
    /// What a breach does: `fail` fails the file, `warn` is a warning, `info` is only reported.
    public enum Severity: String, Codable, Sendable, Hashable { case fail, warn, info }

    /// Stable, for example "D02" or "D02.frames".
    public var id: String
    public var title: String
    /// What is measured, and how.
    public var measures: String
    /// Empty for a quantity without a unit.
    public var unit: String
    public var threshold: String
    /// Standard and clause, or "vgraph" for a rule of our own.
    public var source: String
    /// The field of a spec that changes the threshold; nil if none does.
    public var changedBy: String?
    public var severity: Severity
    /// What to do about a breach.
    public var runbook: String

    public init(
        id: String, title: String, measures: String, unit: String, threshold: String, source: String,
        changedBy: String?,
        severity: Severity, runbook: String
    ) {
        self.id = id
        self.title = title
        self.measures = measures
        self.unit = unit
        self.threshold = threshold
        self.source = source
        self.changedBy = changedBy
        self.severity = severity
        self.runbook = runbook
    }

    private enum CodingKeys: String, CodingKey {
        case id, title, measures, unit, threshold, source, changedBy = "changed_by", severity, runbook
    }
}

extension CheckRule {
    /// The only check that judges a file that cannot be read. It stands here because it is reported even if no worker
    /// is left to ask for the table.
    public static let opens = CheckRule(
        id: "D01", title: "Opens and decodes to the end",
        measures:
            "errors of demuxer and decoders up to the end of the file; decoded pictures against packets and against "
            + "the index; lengths, counters and checksums of the container; durations in its header against its "
            + "content",
        unit: "count", threshold: "0", source: "vgraph", changedBy: nil, severity: .fail,
        runbook: "the file is truncated or damaged: build it again; if the fault returns, look for a full disk")
}
