// Checks and normalises the paths in a spec: inside the workspace or a root (`brand:logo.svg`).
import Diagnostics

extension Reader {
    /// The path with `.` and `..` resolved; nil after reporting why it cannot be used. Does not check whether a root is
    /// declared.
    /// - Parameter isRead: false for a file to be written, which cannot be in a root.
    func path(_ text: String, isRead: Bool = true, at place: Place) -> String? {
        func refuse(_ fault: SpecProblem.PathFault) -> String? {
            report(.path(text, fault, at: place))
            return nil
        }
        if text.isEmpty || text.utf8.count > 1024 || text.utf8.contains(where: { $0 < 0x20 }) {
            return refuse(.invalid)
        }
        if text.contains("://") { return refuse(.url) }
        if text.hasPrefix("/") || text.hasPrefix("~") || text.hasPrefix("\\") { return refuse(.absolute) }
        let root = Folders.root(of: text)
        if let root {
            if !isRead { return refuse(.root) }
            if root.rest.hasPrefix("/") { return refuse(.invalid) }
        }
        var parts: [Substring] = []
        for part in (root?.rest ?? text).split(separator: "/") where part != "." {
            guard part == ".." else { parts.append(part); continue }
            if parts.isEmpty { return refuse(.leaves) }
            parts.removeLast()
        }
        if parts.isEmpty { return refuse(.invalid) }
        let path = parts.joined(separator: "/")
        return root.map { $0.root + ":" + path } ?? Folders.plain(path)
    }
}
