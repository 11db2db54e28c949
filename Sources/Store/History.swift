// The runs that a cache remembers, newest first, read one at a time, since a cache may hold thousands.
import Diagnostics

public struct History {
    public struct Run {
        /// `20260101T120000Z-xxxx`.
        public var name: String
        public var log: RunLog
        public init(name: String, log: RunLog) {
            self.name = name
            self.log = log
        }
    }

    private let cache: Cache
    /// Absolute path; nil: every workspace that shares the cache.
    private let workspace: String?
    /// Newest first.
    private let names: [String]

    public init(_ cache: Cache, workspace: String?) throws(StoreProblem) {
        self.cache = cache
        self.workspace = workspace
        // Names tell the second; within one second, the file that was written later is newer.
        func second(_ name: String) -> Substring { name.prefix { $0 != "-" } }
        func modified(_ name: String) -> Int64 {
            let look = cache.folder.look(at: cache.root + "/runs/" + name + ".json")
            return if case .present(let now) = look { now.modified } else { 0 }
        }
        let all = Array(try RunLog.names(in: cache).reversed())
        var sorted: [String] = []
        var start = all.startIndex
        while start < all.endIndex {
            let end = all[start...].firstIndex { second($0) != second(all[start]) } ?? all.endIndex
            sorted +=
                end - start == 1
                ? [all[start]]
                : all[start..<end].map { (name: $0, modified: modified($0)) }
                    .sorted { $0.modified > $1.modified }.map(\.name)
            start = end
        }
        names = sorted
    }

    /// Runs that satisfy `isWanted`, newest first, at most `limit`; skips damaged logs.
    public func runs(limit: Int = .max, where isWanted: (RunLog) -> Bool = { _ in true }) -> [Run] {
        var found: [Run] = []
        for name in names where found.count < limit {
            guard let log = RunLog.load(name, in: cache), isShown(log), isWanted(log) else { continue }
            found.append(Run(name: name, log: log))
        }
        return found
    }

    /// `last`, or `last~1` for the one before it and so on; nil: the text has another form.
    /// - Parameter target: only runs of this target count.
    public func run(back text: String, target: String? = nil) throws(HistoryProblem) -> Run? {
        guard let steps = text == "last" ? 0 : text.hasPrefix("last~") ? Int(text.dropFirst(5)) : nil else {
            return nil
        }
        guard (0..<1_000_000).contains(steps) else { throw .noSuchRun(text) }
        let runs = runs(limit: steps + 1) { log in target.map(log.asked(for:)) ?? true }
        guard runs.count == steps + 1, let found = runs.last else { throw runs.isEmpty ? .noRuns : .noSuchRun(text) }
        return found
    }

    private func isShown(_ log: RunLog) -> Bool { workspace == nil || log.workspace == workspace }

    /// The only run whose name begins with a text; nil: there is none. A damaged log is an error only if it is that
    /// run.
    public func run(beginning text: String) throws(HistoryProblem) -> Run? {
        let candidates = names.filter { $0.hasPrefix(text) }
        let sound = candidates.compactMap { name in RunLog.load(name, in: cache).map { Run(name: name, log: $0) } }
        let shown = sound.filter { isShown($0.log) }
        if shown.count > 1 { throw .manyRuns(text, found: shown.map(\.name)) }
        if shown.isEmpty && sound.isEmpty, let damaged = candidates.first { throw .damagedRun(damaged) }
        return shown.first
    }
}

extension RunLog {
    public func count(_ outcome: String) -> Int { nodes.count { $0.outcome == outcome } }

    /// The status in one or two words, as the build reported it.
    public var summary: String {
        status == .done && count("ran") == 0 ? "up to date" : status.word
    }

    /// Whether a target, or a stage of it, was requested.
    public func asked(for target: String) -> Bool { targets.contains { $0 == target || $0.hasPrefix(target + ":") } }
}
