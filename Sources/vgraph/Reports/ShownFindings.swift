// Limits what a person sees: the first three findings of each check with their places, the first three notes of a kind,
// and the number of the others.
// `--findings` and the records have them all.
import Diagnostics

struct ShownFindings {
    private static let limit = 3
    private var seen: Set<Diagnostic> = []
    private var counts: [(id: String, count: Int)] = []

    /// Those to print now.
    mutating func take(_ findings: [Diagnostic]) -> [Diagnostic] { findings.filter { take($0) } }

    private mutating func take(_ finding: Diagnostic) -> Bool {
        // Films of one spec have the same faults.
        if finding.place != nil, !seen.insert(finding).inserted { return false }
        guard isOfATable(finding.id) || finding.severity == .note else { return true }
        guard let index = counts.firstIndex(where: { $0.id == finding.id }) else {
            counts.append((finding.id, 1))
            return true
        }
        counts[index].count += 1
        return counts[index].count <= Self.limit
    }

    /// Ids of proofreading checks have this form: P07.speed. Other diagnostics are never limited.
    private func isOfATable(_ id: String) -> Bool {
        id.hasPrefix("P") && id.dropFirst().prefix(2).allSatisfy(\.isNumber) && id.count > 3
    }

    /// One line per check with findings that were not printed. A second call returns none.
    mutating func rest() -> [String] {
        let lines = counts.filter { $0.count > Self.limit }.map {
            "\($0.count - Self.limit) more of \($0.id): "
                + (isOfATable($0.id) ? "'vgraph checks \($0.id)' explains it, " : "") + "--findings FILE lists all"
        }
        counts = []
        return lines
    }
}
