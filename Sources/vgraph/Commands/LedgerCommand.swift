// vgraph ledger: what a workspace remembers of its films: whether it holds, what was published, and questions to it.
import ArgumentParser
import Decisions
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Provenance
import Store
import Work

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Ask what was decided and published, and verify that record.",
        discussion: """
            The ledger is the signed records (NAME.decisions.jsonl, NAME.answers.jsonl) and
            the evidence of publications (vgraph.ledger). It needs no cache.
            """,
        subcommands: [LedgerVerifyCommand.self, LedgerFindCommand.self, LedgerExportCommand.self],
        defaultSubcommand: LedgerFindCommand.self)
}

struct LedgerVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Walk every chain of records and say where it breaks.",
        discussion: """
            Signatures and order of all records, records that are missing at an end, the
            evidence and statements that records name, publications that did not end, and
            files in folders of this machine that are no longer what was published.

            Exit codes: 0 everything holds; 3 something does not.
            """)
    @OptionGroup var folder: FolderOptions

    func run() throws {
        try exiting(json: folder.json) {
            let ledger = try Ledger(try folder.workspace()), problems = LedgerAudit(ledger).problems
            printDiagnostics(problems, json: folder.json)
            let records = ledger.targets.reduce(0) { $0 + $1.records.count }
            let films = Set(ledger.targets.flatMap(\.publications).map(\.sha256)).count
            if folder.json {
                JSONReport.say([
                    "event": .string("ledger"), "targets": .int(ledger.targets.count), "records": .int(records),
                    "films": .int(films), "problems": .int(problems.count { $0.severity == .error }),
                ])
            } else {
                func counted(_ number: Int, _ words: String) -> String { "\(number) \(words)\(number == 1 ? "" : "s")" }
                print(
                    "\(counted(ledger.targets.count, "target")), \(counted(records, "signed record")), "
                        + counted(films, "published film"))
            }
            guard !problems.contains(where: { $0.severity == .error }) else { throw ExitStatus.revise.code }
            if !folder.json { print("everything holds") }
        }
    }
}

struct LedgerFindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "List published films, all or those that match.",
        discussion: """
              vgraph ledger find                        every published film
              vgraph ledger find --asset music.wav      whose licence was withdrawn, say
              vgraph ledger find --by anna              approved, answered or published by her
              vgraph ledger find --used "libx264 164"   a library, model, voice, font or program

            --asset takes a path or its end, a name in the spec, or a digest. Several
            conditions must all hold.

            Exit codes: 0 films were found; 3 none was, or records or evidence are damaged or
            missing, so that there may be more.
            """)
    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("A path or its end, a name in the spec, or a SHA-256.", valueName: "what")) var asset:
        String?
    @Option(help: ArgumentHelp("A person's key name.", valueName: "name")) var by: String?
    @Option(
        help: ArgumentHelp("Words of a tool, reviewer, stage or font, with its version or without.", valueName: "words")
    )
    var used: String?

    func run() throws {
        try exiting(json: folder.json) {
            let ledger = try Ledger(try folder.workspace())
            let (films, lost) = ledger.published()
            printDiagnostics(ledger.problems + lost.map(\.problem.diagnostic), json: folder.json)
            let found = films.compactMap { film -> (Ledger.Film, [String])? in
                matches(film.provenance, ledger).map { (film, $0) }
            }
            for (film, why) in found { say(film, why, ledger) }
            if found.isEmpty, !folder.json {
                print("no published film matches" + (lost.isEmpty ? "" : " among those with evidence"))
            }
            guard !found.isEmpty, lost.isEmpty, ledger.problems.isEmpty else { throw ExitStatus.revise.code }
        }
    }

    /// Why it matches; nil: it does not.
    private func matches(_ origin: Provenance, _ ledger: Ledger) -> [String]? {
        var why: [String] = []
        if let asset {
            let found = ([origin.spec] + origin.sources).filter { Self.names($0, asset) }
            guard !found.isEmpty else { return nil }
            why += found.map { "\($0.path)\($0.name.map { " (\($0))" } ?? "")" }
        }
        if let by {
            let found = ledger.records(of: origin.film.sha256).filter { $0.by == by }
            guard !found.isEmpty else { return nil }
            why += found.map { "\($0.kind.rawValue) by \($0.by) at \($0.at)" }
        }
        if let used {
            let found = Self.users(of: used, in: origin)
            guard !found.isEmpty else { return nil }
            why += found
        }
        return why
    }

    private static func names(_ source: Provenance.Source, _ text: String) -> Bool {
        source.path.isSameBytes(text) || source.path.hasSuffix("/" + text) || source.name == text
            || source.sha256 == text.lowercased() || source.digest == text.lowercased()
    }

    /// Tools, reviewers with their models, stages with their parameters, fonts.
    private static func users(of text: String, in origin: Provenance) -> [String] {
        var all = origin.tools.map { "\($0.name) \($0.version)" }
        all += origin.reviewers.map { reviewing in
            let reviewer = reviewing.reviewer
            return
                (["reviewer", reviewer.name, reviewer.family, reviewer.version, reviewer.model ?? ""]
                + (reviewer.parameters ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        all += origin.stages.map { stage in
            (["stage", stage.name, stage.kind]
                + stage.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }).joined(separator: " ")
        }
        all += origin.sources.map { "file \($0.path)" }
        return all.filter { $0.lowercased().contains(text.lowercased()) }
    }

    private func say(_ film: Ledger.Film, _ why: [String], _ ledger: Ledger) {
        let origin = film.provenance, sum = origin.film.sha256
        let places = ledger.publications(sum).compactMap(\.publication).filter { $0.state == .done }
            .map(\.place)
        let decision = ledger.decision(on: sum, of: origin.film.target)
        if folder.json {
            return JSONReport.say([
                "event": .string("film"), "target": .string(origin.film.target), "sha256": .string(sum),
                "places": .array(places.map(Value.string)), "why": .array(why.map(Value.string)),
                "decision": decision.map { .string($0.kind.rawValue) } ?? .null,
                "by": decision.map { .string($0.by) } ?? .null, "evidence": .string(film.file),
            ])
        }
        print("\(origin.film.target), SHA-256 \(sum)")
        if let decision { print("  \(decision.kind.rawValue)  \(decision.by) at \(decision.at)") }
        for place in Array(Set(places)).sorted() { print("  published \(place)") }
        for reason in why.prefix(20) { print("  has  \(reason)") }
    }
}

struct LedgerExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all records and all evidence as one tar file, for an archive.")
    @OptionGroup var folder: FolderOptions
    @Argument(help: ArgumentHelp("The archive; an existing file is replaced.", valueName: "file.tar")) var file: String

    func run() throws {
        try exiting(json: folder.json) {
            let workspace = try folder.workspace(), ledger = try Ledger(workspace)
            let problems = LedgerAudit(ledger).problems
            if !folder.json { printDiagnostics(problems) }
            let files = try ledger.files()
            let place = file.contains("/") ? file.folderPart : "."
            try AtomicFile.write(Tar.bytes(of: files), to: file, by: place.isEmpty ? "/" : place, lasts: true)
            if folder.json {
                JSONReport.say(["event": .string("ledger"), "file": .string(file), "files": .int(files.count)])
            } else {
                print("\(file): \(files.count) files")
            }
            guard !problems.contains(where: { $0.severity == .error }) else { throw ExitStatus.revise.code }
        }
    }
}
