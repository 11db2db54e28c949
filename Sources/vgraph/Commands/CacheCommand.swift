// `vgraph cache`: what the cache holds, whether it is intact, and how to make it smaller. Also sizes in the form that
// people write and read.
import ArgumentParser
import Diagnostics
import Graph
import Stages
import Store
import Work

struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Inspect the cache, verify it, make it smaller, or copy a part of it to another machine.",
        subcommands: [Stats.self, Verify.self, Collect.self, Export.self, Import.self])

    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "stats", abstract: "Print what the cache holds.")
        @OptionGroup var folder: FolderOptions

        func run() throws {
            try exiting(json: folder.json) {
                let stats = try storeProblems { cache throws(StoreProblem) in try cache.stats() }
                let kept = try kept()
                if folder.json {
                    return JSONReport.say([
                        "records": .int(stats.records), "blobs": .int(stats.blobs), "bytes": .int(Int(stats.bytes)),
                        "runs": .int(stats.runs),
                        "bytes_by_type": .object(stats.bytesByType.mapValues { .int(Int($0)) }),
                        "kept": .object(
                            kept.reduce(into: [:]) { all, kind in
                                all[kind.name] = .object([
                                    "films": .int(kind.held.films), "bytes": .int(Int(kind.held.bytes)),
                                    "days": kind.days.map(Value.int) ?? .null,
                                ])
                            }),
                    ])
                }
                print("\(stats.records) records, \(stats.blobs) blobs, \(Size.text(stats.bytes)), \(stats.runs) runs")
                for (type, bytes) in stats.bytesByType.sorted(by: { $0.value > $1.value }) {
                    print("  \(type): \(Size.text(bytes))")
                }
                for kind in kept where kind.held.films > 0 {
                    print(
                        "kept \(kind.days.map { "for \($0) days" } ?? "for ever"): \(kind.held.films) \(kind.name) films, "
                            + Size.text(kind.held.bytes))
                }
            }
        }

        /// What stays because of a decision, by kind.
        private func kept() throws -> [(name: String, days: Int?, held: Retention.Held)] {
            let project = try Project(folder), retention = try Retention(project.workspace)
            let cache = try Cache(project.cache, for: .serving)
            return [
                ("approved or published", nil, try retention.held(retention.forever, cache, project)),
                (
                    "revised", retention.policy.retain.revised,
                    try retention.held(retention.forATime, cache, project)
                ),
            ]
        }

        private func storeProblems<T>(_ body: (Cache) throws(StoreProblem) -> T) throws -> T {
            try onCache(folder, for: .serving, body)
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Hash every blob again and remove damaged ones; the next build makes them again.",
            discussion: "Ends with exit code 4 if it finds damage.")
        @OptionGroup var folder: FolderOptions

        func run() throws {
            try exiting(json: folder.json) {
                let verified = try onCache(folder, for: .serving) { cache throws(StoreProblem) in try cache.verify() }
                if folder.json {
                    JSONReport.say([
                        "blobs": .int(verified.blobs), "bytes": .int(Int(verified.bytes)),
                        "records": .int(verified.records),
                        "damaged_blobs": .array(verified.damagedBlobs.map { .string($0.hex) }),
                        "damaged_records": .array(verified.damagedRecords.map(Value.string)),
                    ])
                } else {
                    let damaged =
                        "\(verified.damagedBlobs.count) blobs and \(verified.damagedRecords.count) records are damaged"
                    print(
                        "\(verified.blobs) blobs, \(Size.text(verified.bytes)), \(verified.records) records: "
                            + (verified.damagedBlobs.isEmpty && verified.damagedRecords.isEmpty
                                ? "no damage"
                                : damaged
                                    + (verified.isCleaned ? " and were removed" : "; vgraph cannot remove them here"))
                    )
                }
                guard verified.damagedBlobs.isEmpty, verified.damagedRecords.isEmpty else {
                    throw ExitStatus.damaged.code
                }
            }
        }
    }

    struct Collect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "gc",
            abstract: "Make the cache smaller: drop kept frames first, and last what the targets were made from.",
            discussion: """
                Without options it drops what no build has used for the days that 'retain' of
                the policy 'default' gives candidates. What approved and published films were
                made from always stays, and what was sent back for the policy's time; only
                their kept frames may go, which are drawn again.
                """)
        @OptionGroup var folder: FolderOptions
        @Option(help: ArgumentHelp("Keep at most this much, for example 500M or 20G.", valueName: "size")) var maxSize:
            String?
        @Option(help: ArgumentHelp("Drop what no build has used for this many days.", valueName: "days")) var keepDays:
            Int?
        @Flag(name: [.customShort("n"), .long], help: "Print what would be dropped; drop nothing.") var dryRun = false

        func validate() throws {
            if let keepDays, keepDays < 0 { throw ValidationError("--keep-days takes a number of days") }
        }

        func run() throws {
            try exiting(json: folder.json) {
                var limit: UInt64?
                if let maxSize {
                    limit = Size.parse(maxSize)
                    if limit == nil { throw Refusal(.badSize(maxSize)) }
                }
                let project = try Project(folder), retention = try Retention(project.workspace)
                guard retention.damaged.isEmpty else { throw Refusal(retention.damaged) }
                let days = keepDays ?? (maxSize == nil ? retention.policy.retain.candidates : nil)
                let held = try retention.keys(Cache(project.cache, for: .serving), project)
                let swept = try onCache(folder) { cache throws(StoreProblem) in
                    try cache.gc(
                        maxBytes: limit, keepDays: days, dryRun: dryRun, bulky: Stages.droppedFirst, held: held)
                }
                if folder.json {
                    return JSONReport.say([
                        "records": .int(swept.records), "blobs": .int(swept.blobs), "bytes": .int(Int(swept.bytes)),
                        "kept": .int(Int(swept.kept)), "dry_run": .bool(dryRun),
                    ])
                }
                print(
                    "\(dryRun ? "would drop" : "dropped") \(swept.records) records and \(swept.blobs) blobs, "
                        + "\(Size.text(swept.bytes)); \(Size.text(swept.kept)) remain"
                )
            }
        }
    }
}

func onCache<T>(_ folder: FolderOptions, for use: Cache.Use = .building, _ body: (Cache) throws(StoreProblem) -> T)
    throws -> T
{
    let workspace = try folder.workspace()
    let path = try folder.cachePath(workspace: workspace)
    do throws(StoreProblem) { return try body(Cache(path, for: use)) } catch { throw Refusal([error.diagnostic]) }
}

/// Sizes as people write and read them; units are powers of 1024.
enum Size {
    static func parse(_ text: String) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt64(digits) else { return nil }
        let shift: UInt64
        switch text.dropFirst(digits.count).uppercased() {
        case "", "B": shift = 0
        case "K", "KB": shift = 10
        case "M", "MB": shift = 20
        case "G", "GB": shift = 30
        case "T", "TB": shift = 40
        default: return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : bytes
    }

    static func text(_ bytes: UInt64) -> String {
        var value = Double(bytes), unit = 0
        while value >= 1024, unit < 4 { value /= 1024; unit += 1 }
        let tenths = Int((value * 10).rounded())
        return (unit == 0 ? "\(bytes)" : "\(tenths / 10).\(tenths % 10)") + " " + ["B", "KB", "MB", "GB", "TB"][unit]
    }
}
