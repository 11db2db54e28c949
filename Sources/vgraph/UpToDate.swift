// What a build with nothing to do prints, kept as one text in the state file: what is up to date, and the diagnostics
// that still hold, for people and for programs. Reading it touches neither JSON nor a record.

struct UpToDate {
    /// One line per target.
    var text: String
    /// Errors and reasons of a gate, which `-q` prints too; each ends in a line break.
    var reasons: String
    var warnings: String
    /// Events of `--json`.
    var json: String

    /// Separates the parts; printable text never contains it.
    private static let mark: Character = "\u{1E}"

    init(text: String, reasons: String, warnings: String, json: String) {
        self.text = text
        self.reasons = reasons
        self.warnings = warnings
        self.json = json
    }

    init(_ kept: String) {
        let parts = kept.split(separator: Self.mark, maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        self.init(
            text: parts[0], reasons: parts.count > 1 ? parts[1] : "", warnings: parts.count > 2 ? parts[2] : "",
            json: parts.count > 3 ? parts[3] : "")
    }

    var kept: String {
        reasons.isEmpty && warnings.isEmpty && json.isEmpty
            ? text : [text, reasons, warnings, json].joined(separator: String(Self.mark))
    }
}
