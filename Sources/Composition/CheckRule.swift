// A row of the table of checks as data: what a check is, without how it judges. So the table can leave the worker.

public struct CheckRule: Codable, Sendable, Hashable {
    /// How bad a breach is: `fail` fails the file, `warn` is told, `info` is only reported.
    public enum Severity: String, Codable, Sendable, Hashable { case fail, warn, info }

    /// Stable, for example "D02" or "D02.frames".
    public var id: String
    public var title: String
    /// What is measured, and how.
    public var measures: String
    /// Empty where what is measured has none.
    public var unit: String
    public var threshold: String
    /// Standard and clause, or "vgraph" for a rule of our own.
    public var source: String
    /// The field of a spec that changes the threshold; nil: none does.
    public var changedBy: String?
    public var severity: Severity
    /// What to do when it is broken.
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
    /// The one check that says something of a file that cannot be looked at: also where no worker is left to ask for
    /// the table.
    public static let opens = CheckRule(
        id: "D01", title: "Opens and decodes to the end",
        measures:
            "errors of demuxer and decoders over the whole file, also at its end; pictures that come out against "
            + "packets and against the index; lengths, counters and checksums of the container; durations that its "
            + "header states against what is there",
        unit: "count", threshold: "0", source: "vgraph", changedBy: nil, severity: .fail,
        runbook: "the file is cut or damaged: build it again; if it comes back, look for a full disk")
}
