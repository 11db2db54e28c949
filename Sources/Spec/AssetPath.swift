// Paths of files that a spec names: relative, inside the workspace, written one way only.
import Diagnostics

extension Reader {
    /// The path without `.` and with `..` resolved; nil after reporting why it cannot be used.
    func path(_ text: String, at place: Place) -> String? {
        func refuse(_ fault: SpecProblem.PathFault) -> String? {
            report(.path(text, fault, at: place))
            return nil
        }
        if text.isEmpty || text.utf8.count > 1024 || text.utf8.contains(where: { $0 < 0x20 }) { return refuse(.invalid) }
        if text.contains("://") { return refuse(.url) }
        if text.hasPrefix("/") || text.hasPrefix("~") || text.hasPrefix("\\") { return refuse(.absolute) }
        var parts: [Substring] = []
        for part in text.split(separator: "/") where part != "." {
            guard part == ".." else { parts.append(part); continue }
            if parts.isEmpty { return refuse(.leaves) }
            parts.removeLast()
        }
        return parts.isEmpty ? refuse(.invalid) : parts.joined(separator: "/")
    }
}
