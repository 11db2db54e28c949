// Findings as a person is told them: the first three of a kind with their places, the others as a number. `--findings`
// and the records have them all.
import Diagnostics

struct FindingsTold {
    private static let told = 3
    private var counts: [(id: String, count: Int)] = []

    /// Those that are to be told now.
    mutating func take(_ findings: [Diagnostic]) -> [Diagnostic] { findings.filter { take($0) } }

    private mutating func take(_ finding: Diagnostic) -> Bool {
        guard isOfATable(finding.id) else { return true }
        guard let index = counts.firstIndex(where: { $0.id == finding.id }) else {
            counts.append((finding.id, 1))
            return true
        }
        counts[index].count += 1
        return counts[index].count <= Self.told
    }

    /// What the proofreader's checks are called: P07.speed. Other errors are each their own.
    private func isOfATable(_ id: String) -> Bool {
        id.hasPrefix("P") && id.dropFirst().prefix(2).allSatisfy(\.isNumber) && id.count > 3
    }

    /// What was not told, a line a kind; those lines are not said again.
    mutating func rest() -> [String] {
        let lines = counts.filter { $0.count > Self.told }.map {
            "\($0.count - Self.told) more of \($0.id): 'vgraph checks \($0.id)' explains it, --findings FILE lists all"
        }
        counts = []
        return lines
    }
}
