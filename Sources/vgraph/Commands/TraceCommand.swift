// vgraph trace: from any file back to its film, its spec, its run and its decision.
import ArgumentParser
import Composition
import Decisions
import Diagnostics
import Files
import FoundationEssentials
import Provenance
import Store
import Work

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", _superCommandName: "vgraph",
        abstract: "Find which film a file is, and who decided about it.",
        discussion: """
            The file may be renamed, in another container, cut or encoded again. Its bytes,
            its packets, the marks in its pictures and, last, its looks are compared with
            what the workspace's ledger knows: 'vgraph.ledger' and the signed records. A
            decision is about exact bytes: of anything else this says what it resembles.

              vgraph trace ~/Downloads/final-3.mp4
              vgraph trace clip.mp4 --evidence launch.0123456789ab.evidence.tar

            Exit codes: 0 these bytes were approved; 3 they were not, or nothing is known of
            them; 2 the file cannot be read.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(
        help: ArgumentHelp("Also compare with this evidence of a publication; repeatable.", valueName: "file"))
    var evidence: [String] = []
    @Argument(help: "The file.") var file: String

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder), ledger = try Ledger(project.workspace)
            let more = try evidence.map { try ledger.film(at: $0) }
            let path = Folder.absolute(file)
            let found = try Tracing(ledger, more: more, cache: try? Cache(project.cache, for: .reading)) {
                try PublishedFilm.essence(of: path, project, withLikeness: $0)
            }
            let problems = ledger.problems + found.lost.map(\.problem.diagnostic)
            if !folder.json { printDiagnostics(problems) }
            folder.json ? sayJSON(found, problems) : say(found)
            guard found.isApproved else { throw ExitStatus.revise.code }
        }
    }

    // MARK: For people

    private func say(_ found: Tracing) {
        print("\(file): " + headline(found))
        print("  bytes    SHA-256 \(found.essence.sha256), \(found.essence.container.prefix { $0 != "," })")
        let marks = found.essence.graphs.map(\.hex)
        print("  marks    " + (marks.isEmpty ? "none" : "graph " + marks.joined(separator: ", graph ")))
        for film in found.films {
            if found.films.count > 1 || found.match != .exact {
                print("  film     \(film.target), SHA-256 \(film.sha256)")
            }
            if let resemblance = film.resemblance { print("  match    " + words(resemblance, film)) }
            if let origin = film.provenance {
                print("  spec     \(origin.spec.path), SHA-256 \(origin.spec.sha256 ?? "not known")")
                if let revision = origin.revision {
                    print("  revision \(revision.commit)\(revision.isClean ? "" : ", changed since")")
                }
                print("  run      \(origin.run.words)")
                print(
                    "  checks   " + origin.checks.counts
                        + "; gate \(origin.gate.decision.rawValue), policy \(origin.gate.policy)")
            }
            print("  decision " + (film.decision.map(Self.words) ?? "none that a key of this workspace signed"))
            for record in film.publications {
                guard let publication = record.publication, publication.state == .done else { continue }
                print("  published \(publication.place), by \(record.by) at \(record.at)")
            }
            print("  evidence " + (film.evidence ?? "not here: it lies beside the published file"))
        }
        if let candidate = found.candidate {
            let origin = candidate.origin
            print(
                "  made     \(candidate.node), run \(candidate.run ?? "not remembered"), \(origin.time), \(origin.user) on \(origin.host)"
            )
        }
        if found.match == .unknown || found.match == .elsewhere {
            print("  hint: run this where 'vgraph.ledger' and the records of its film are, or give '--evidence FILE'")
        }
    }

    private static func words(_ record: SignedDecision) -> String {
        "\(record.kind == .approve ? "approved" : "sent back") by \(record.by) at \(record.at): \(record.reason)"
    }

    private func headline(_ found: Tracing) -> String {
        let names = found.films.map(\.target).joined(separator: " or ")
        switch found.match {
        case .exact:
            guard found.films.count == 1 else { return "these bytes are \(names)" }
            switch found.films[0].decision?.kind {
            case .approve:
                return found.films[0].sha256 == found.essence.sha256
                    ? "this is \(names) as it was approved, byte for byte"
                    : "this is \(names) as it was published: the approved film with content credentials"
            case .revise: return "this is \(names), which was SENT BACK"
            default: return "this is \(names); no approval of it counts here"
            }
        case .repackaged:
            return "every picture and sound of \(names), but not the bytes that were decided upon"
        case .pictures: return "the pictures of \(names) with other sound; NOT what was decided upon"
        case .parts: return "parts of \(names); NOT what was decided upon"
        case .alike: return "looks like \(names); looks prove nothing, and no decision is about this file"
        case .candidate:
            return found.candidate?.isExact == true
                ? "a candidate that this cache made; no decision is about it"
                : "made from a candidate that this cache made, and changed since; no decision is about it"
        case .elsewhere: return "vgraph made it, but nothing here knows its graph"
        case .unknown: return "nothing here is known of it"
        }
    }

    private func words(_ resemblance: Resemblance, _ film: Tracing.Known) -> String {
        func seconds(_ frame: Int) -> String {
            film.rate > 0 ? decimals(Double(frame) / film.rate, 2) + " s" : "frame \(frame)"
        }
        let sound =
            switch resemblance.sound {
            case .same: "the same sound"
            case .some: "some of its sound"
            case .other: "other sound"
            case .absent: "no sound"
            case .neverThere: "no sound, as the film"
            }
        switch resemblance.kind {
        case .everything: return "all \(resemblance.frames) frames and \(sound), packet by packet"
        case .pictures: return "all \(resemblance.frames) frames, packet by packet; \(sound)"
        case .parts:
            let parts = resemblance.parts.prefix(8).map { "\(seconds($0.lowerBound)) to \(seconds($0.upperBound))" }
            let count = resemblance.parts.reduce(0) { $0 + $1.count }
            guard count > 0 else { return "no pictures; \(sound)" }
            return "\(count) of \(resemblance.frames) frames"
                + (parts.isEmpty ? "" : ", from " + parts.joined(separator: ", "))
                + (resemblance.parts.count > 8 ? " and \(resemblance.parts.count - 8) more parts" : "")
                + (resemblance.foreign > 0 ? "; \(resemblance.foreign) frames are not of it" : "") + "; \(sound)"
        case .looksAlike:
            return "looks alike from \(decimals(resemblance.begins ?? 0, 2)) s of it on, mean difference "
                + "\(decimals(resemblance.difference ?? 0, 1)) of 255; encoded again; \(sound)"
        case .none: return "nothing"
        }
    }

    // MARK: For programs

    private func sayJSON(_ found: Tracing, _ problems: [Diagnostic]) {
        JSONReport.say([
            "event": .string("trace"), "file": .string(file), "sha256": .string(found.essence.sha256),
            "match": .string(found.match.rawValue), "approved": .bool(found.isApproved),
            "graphs": .array(found.essence.graphs.map { .string($0.hex) }),
            "films": .array(found.films.map(value)),
            "candidate": found.candidate.map {
                .object([
                    "node": .string($0.node), "run": $0.run.map(Value.string) ?? .null, "exact": .bool($0.isExact),
                    "at": .string($0.origin.time),
                ])
            } ?? .null,
            "problems": .array(problems.map { .string($0.message) }),
        ])
    }

    private func value(_ film: Tracing.Known) -> Value {
        func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }
        var fields: [String: Value] = ["target": .string(film.target), "sha256": .string(film.sha256)]
        let origin = film.provenance
        fields["spec"] = text(origin?.spec.path)
        fields["spec_sha256"] = text(origin?.spec.sha256)
        fields["commit"] = text(origin?.revision?.commit)
        fields["run"] = text(origin?.run.name)
        fields["graph"] = text(origin?.film.graph)
        fields["gate"] = text(origin?.gate.decision.rawValue)
        fields["policy"] = text(origin?.gate.policy)
        fields["evidence"] = text(film.evidence)
        fields["decision"] =
            film.decision.map {
                .object([
                    "kind": .string($0.kind.rawValue), "by": .string($0.by), "at": .string($0.at),
                    "reason": .string($0.reason),
                ])
            } ?? .null
        fields["published"] = .array(
            film.publications.compactMap { record in
                record.publication.map {
                    .object([
                        "to": .string($0.to), "file": .string($0.file), "state": .string($0.state.rawValue),
                        "by": .string(record.by), "at": .string(record.at),
                    ])
                }
            })
        guard let resemblance = film.resemblance else { return .object(fields) }
        fields["frames"] = .int(resemblance.frames)
        fields["parts"] = .array(resemblance.parts.map { .array([.int($0.lowerBound), .int($0.upperBound)]) })
        fields["sound"] = .string(resemblance.sound.rawValue)
        fields["difference"] = resemblance.difference.map(Value.number) ?? .null
        return .object(fields)
    }
}
