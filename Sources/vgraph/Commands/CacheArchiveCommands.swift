// `vgraph cache export` and `import`: the part of a cache that targets need, as one file. `Store`
// defines its format.
import ArgumentParser
import Diagnostics
import Graph
import Store
import Work

extension CacheCommand {
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the part of the cache that targets need to one file.",
            discussion: """
                FILE is a tar of the records and blobs that the targets' nodes use now, for
                'vgraph cache import' on another machine, and a side for 'vgraph diff'. Every
                target must be up to date. The same cache gives the same bytes. What is in a
                remote cache alone is brought first.

                  vgraph cache export --for launch.mp4 launch.tar
                """)
        @OptionGroup var folder: FolderOptions
        @Option(
            name: .customLong("for"), parsing: .singleValue,
            help: ArgumentHelp(
                "A target; repeatable (default: every target of the folder).", valueName: "target"))
        var targets: [String] = []
        @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets:
            [String] = []
        @Argument(
            help: ArgumentHelp("The file to write; words before it are more targets.", valueName: "target… file")
        ) var words: [String]

        func run() throws {
            try exiting(json: folder.json) {
                let project = try Project(folder), file = words[words.count - 1]
                let request = project.request(targets: targets + words.dropLast(), sets: try BuildCommand.table(sets))
                let cache = try opened(project)
                // Keeps gc from removing what is about to be written.
                let lock = try CacheLock.shared(cache)
                defer { withExtendedLifetime(lock) {} }
                let nodes = try project.builder.closure(request)
                project.builder.bring(nodes.flatMap(\.record.outputs).flatMap(\.blobs), for: request)
                let written = try Archive.problems { () throws(ArchiveProblem) in
                    try ArchiveExport(cache).write(nodes, to: file)
                }
                if folder.json {
                    return JSONReport.say([
                        "file": .string(file), "records": .int(written.records), "blobs": .int(written.blobs),
                        "missing": .int(written.missing), "bytes": .int(Int(written.bytes)),
                    ])
                }
                print(
                    "wrote \(file): \(written.records) records, \(written.blobs) blobs, \(Size.text(written.bytes))"
                        + (written.missing > 0
                            ? "; left out \(written.missing) blobs that are no longer in the cache" : ""))
            }
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Add the records and blobs of an exported file to the cache.",
            discussion: """
                Verifies the whole file before it adds anything: blobs by their digests,
                records by their checksums and keys. Keeps what the cache already has.
                Checksums find accidents, not attackers: import a file only from where you
                would run programs from.
                """)
        @OptionGroup var folder: FolderOptions
        @Argument(help: ArgumentHelp("A file that 'vgraph cache export' wrote.", valueName: "file")) var file: String

        func run() throws {
            try exiting(json: folder.json) {
                let taken = try onCache(folder) { cache throws(StoreProblem) in
                    let lock = try CacheLock.shared(cache)
                    defer { withExtendedLifetime(lock) {} }
                    return Result { () throws(ArchiveProblem) in try ArchiveImport(cache).read(file) }
                }
                let result = try Archive.problems { () throws(ArchiveProblem) in try taken.get() }
                if folder.json {
                    return JSONReport.say([
                        "file": .string(file), "records": .int(result.records), "blobs": .int(result.blobs),
                        "known": .int(result.known), "bytes": .int(Int(result.bytes)),
                    ])
                }
                print(
                    "imported \(result.records) records and \(result.blobs) blobs, \(Size.text(result.bytes)); "
                        + "\(result.known) were already in the cache"
                )
            }
        }
    }
}

private enum Archive {
    static func problems<T>(_ body: () throws(ArchiveProblem) -> T) throws -> T {
        do throws(ArchiveProblem) { return try body() } catch { throw Refusal([error.diagnostic]) }
    }
}
