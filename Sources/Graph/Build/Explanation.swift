// Why a node is stale, in words, from the two manifests that differ.
import Diagnostics
import Store
import Work

enum Explanation {
    static let firstBuild = "it was never built"
    static let forced = "it was asked to run again"
    static let resultGone = "its result is no longer in the cache"
    static let recordDamaged = "its record is damaged"

    static let unsandboxed = "it was made without a sandbox"
    static let neverKept = "it is never kept"
    static let provisional = "it failed the last time"
    static func tooOld(_ seconds: Double) -> String { "it is older than \(Value.number(seconds).canonical) seconds" }

    static func discovered(_ path: String) -> String { "'\(path)', which it read, has changed" }
    static func answer(_ question: String) -> String {
        // Its first two fields are for people.
        let fields = question.split(separator: "\t", maxSplits: 2)
        let what = fields.prefix(2).map { $0 == fields[0] ? String($0) : "'\($0)'" }.joined(separator: " ")
        return "the search for \(what) now finds something else"
    }
    static func depends(on node: String) -> String { "it depends on \(node)" }

    static func changes(files: [String], results: [String]) -> [String] {
        shortened(files.map { "'\($0)' has changed" } + results.map { "the result of '\($0)' has changed" })
    }

    /// Hundreds of segments may have changed; the first few are enough.
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
        case (.input, let old, let new) where name.hasSuffix(Manifest.mode):
            let slot = name.prefix { $0 != "[" }, path = old ?? new ?? ""
            let can = new == nil ? "is no longer executable" : "is now executable"
            return "'\(path.isEmpty ? String(slot) : path)' \(can)"
        case (.input, let old, let new): return input(name, old, new, source)
        default: return "'\(name)' is now \(difference.new ?? "gone"), was \(difference.old ?? "not there")"
        }
    }

    /// An input's value is its digest, and for a file of the workspace its path.
    private static func input(_ name: String, _ old: String?, _ new: String?, _ source: (String) -> String?) -> String {
        func path(_ value: String?) -> String? {
            value.flatMap { $0.utf8.count > 33 ? String(decoding: $0.utf8.dropFirst(33), as: UTF8.self) : nil }
        }
        let slot = String(name.prefix { $0 != "[" }), index = name.dropFirst(slot.count + 1).dropLast()
        if let before = path(old), let now = path(new), !before.isSameBytes(now) {
            return "'\(slot)' is now '\(now)', was '\(before)'"
        }
        let what: String
        if let path = path(new) ?? path(old) {
            what = "'\(path)'"
        } else if let stage = source(slot) {
            what = index == "0" ? "the result of '\(stage)'" : "result \(index) of '\(stage)'"
        } else {
            what = "'\(name)'"
        }
        if old == nil { return what + " is new" }
        if new == nil { return what + " is gone" }
        return what + " has changed"
    }
}
