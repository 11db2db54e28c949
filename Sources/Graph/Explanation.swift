// Why a node is stale, in a person's words, from the two manifests that disagree.
import Store

enum Explanation {
    static let firstBuild = "it was never built"
    static let forced = "it was asked to run again"
    static let resultGone = "its result is not in the cache any more"
    static let recordDamaged = "its record is damaged"

    static func discovered(_ path: String) -> String { "'\(path)', which it read, has changed" }
    static func depends(on node: String) -> String { "it depends on \(node)" }

    static func changes(files: [String], results: [String]) -> [String] {
        shortened(files.map { "'\($0)' has changed" } + results.map { "the result of '\($0)' has changed" })
    }

    /// Hundreds of segments may have changed; the first few tell the story.
    private static func shortened(_ lines: [String]) -> [String] {
        lines.count > 8 ? Array(lines.prefix(7)) + ["and \(lines.count - 7) more changes"] : lines
    }

    /// - Parameter source: what a slot is wired to, for example "render" or nil for a file.
    static func differences(_ old: Manifest, _ new: Manifest, source: (String) -> String?) -> [String] {
        var lines: [String] = []
        for difference in Manifest.differences(old, new) {
            lines.append(line(difference, source))
        }
        return lines.isEmpty ? [resultGone] : shortened(lines)
    }

    private static func line(_ difference: Manifest.Difference, _ source: (String) -> String?) -> String {
        let name = difference.name
        switch (Manifest.Part(rawValue: difference.part), difference.old, difference.new) {
        case (.stage, let old?, let new?): return "the stage is now '\(new)', was '\(old)'"
        case (.version, let old?, let new?): return "the stage's version is now \(new), was \(old)"
        case (.parameter, let old, let new): return "'\(name)' is now \(new ?? "not given"), was \(old ?? "not given")"
        case (.tool, let old, let new): return "\(name) is now \(new ?? "not used"), was \(old ?? "not used")"
        case (.input, let old, let new): return input(name, old, new, source)
        default: return "'\(name)' is now \(difference.new ?? "gone"), was \(difference.old ?? "not there")"
        }
    }

    /// An input's value is its digest, and for a file of the workspace its path.
    private static func input(_ name: String, _ old: String?, _ new: String?, _ source: (String) -> String?) -> String {
        func path(_ value: String?) -> String? { value.flatMap { $0.utf8.count > 33 ? String($0.dropFirst(33)) : nil } }
        let slot = String(name.prefix { $0 != "[" }), index = name.dropFirst(slot.count + 1).dropLast()
        if let before = path(old), let now = path(new), before != now { return "'\(slot)' is now '\(now)', was '\(before)'" }
        let what: String
        if let path = path(new) ?? path(old) { what = "'\(path)'" }
        else if let stage = source(slot) { what = index == "0" ? "the result of '\(stage)'" : "result \(index) of '\(stage)'" }
        else { what = "'\(name)'" }
        if old == nil { return what + " is new" }
        if new == nil { return what + " is gone" }
        return what + " has changed"
    }
}
