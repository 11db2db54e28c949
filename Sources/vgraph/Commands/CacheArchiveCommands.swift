import ArgumentParser
import Diagnostics
import Graph
import Store
import Work

extension CacheCommand {
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write what targets are made from, and no more, as one file.",
            discussion: """
                FILE is a tar of the records and blobs that the targets' nodes use now, for 'vgraph cache import' on \
                another machine.
                Targets that are not up to date are refused. The same cache gives the same bytes.

                  vgraph cache export --for launch.mp4 launch.tar
                """)
        @OptionGroup var folder: FolderOptions
        @Option(
            name: .customLong("for"), parsing: .singleValue,
            help: ArgumentHelp(
                "A target; may be given several times (default: every target of the folder).", valueName: "target"))
        var targets: [String] = []
        @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets:
            [String] = []
        @Argument(
            help: ArgumentHelp("One file; with more words before it, those are targets too.", valueName: "target… file")
        ) var words: [String]

        func run() throws {
            try exiting(json: folder.json) {
                let place = try Place(folder), file = words[words.count - 1]
                let request = place.request(targets: targets + words.dropLast(), sets: try BuildCommand.table(sets))
                let cache = try opened(place)
                // gc must not take what is about to be written.
                let lock = try CacheLock.shared(cache)
                defer { withExtendedLifetime(lock) {} }
                let records = try place.builder.closure(request)
                let written = try Archive.problems { () throws(ArchiveProblem) in
                    try ArchiveExport(cache).write(records, to: file)
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
                            ? "; \(written.missing) blobs are not in the cache any more and left out" : ""))
            }
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Take the records and blobs of an exported file into the cache.",
            discussion: """
                The whole file is checked before anything of it is put in place: blobs against their digests, records \
                against
                their checksums and keys. What the cache has already stays. Checksums find accidents, not attackers: \
                import
                files from where you would run programs from.
                """)
        @OptionGroup var folder: FolderOptions
        @Argument(help: ArgumentHelp("What 'vgraph cache export' wrote.", valueName: "file")) var file: String

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
                    "took \(result.records) records and \(result.blobs) blobs, \(Size.text(result.bytes)); "
                        + "\(result.known) were there already"
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
