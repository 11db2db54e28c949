// The runbook: what an operator does from draft to publish, and an entry for each id that a check, the gate, a waiver, a
// reviewer or a policy shows. These texts are the source: pipelines/RUNBOOK.md is their golden. Must not know what the
// ids mean to programs; a test holds the entries against the tables of the code.

public struct RunbookEntry: Sendable, Hashable {
    /// As messages print it: "D08", "gate.unanswered".
    public var id: String
    public var title: String
    /// What an operator sees.
    public var symptom: String
    public var cause: String
    /// What to do.
    public var remedy: String
    public var example: String

    init(_ id: String, _ title: String, symptom: String, cause: String, remedy: String, example: String) {
        self.id = id
        self.title = title
        self.symptom = symptom
        self.cause = cause
        self.remedy = remedy
        self.example = example
    }

    /// As a section of the document.
    public var markdown: String {
        """
        ### \(id): \(title)

        - **Symptom**: \(symptom)
        - **Cause**: \(cause)
        - **Remedy**: \(remedy)
        - **Example**: \(example)

        """
    }
}

public enum Runbook {
    /// In the order of the document.
    static let parts: [(title: String, entries: [RunbookEntry])] = [
        ("The gate and its waivers", ofGate), ("Reviewers and policies", ofPolicy),
        ("Checks of a delivered file", ofFiles), ("Checks of a spec", ofSpecs), ("Checks of what texts say", ofWording),
    ]

    public static let entries: [RunbookEntry] = parts.flatMap(\.entries)

    /// The entry of an id, in any case; of a part of a check's id, all entries that begin with it.
    public static func find(_ id: String) -> [RunbookEntry] {
        let wanted = id.lowercased()
        let exact = entries.filter { $0.id.lowercased() == wanted }
        return exact.isEmpty ? entries.filter { $0.id.lowercased().hasPrefix(wanted + ".") } : exact
    }

    /// The whole document.
    public static var text: String {
        day + parts.map { "\n## \($0.title)\n\n" + $0.entries.map(\.markdown).joined(separator: "\n") }.joined()
    }
}
