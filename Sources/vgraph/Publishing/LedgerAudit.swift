// Whether a ledger holds: chains, signatures, evidence, statements, and what lies at the places of publication.
import Decisions
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Provenance

struct LedgerAudit {
    private let ledger: Ledger

    init(_ ledger: Ledger) { self.ledger = ledger }

    var problems: [Diagnostic] {
        ledger.problems + ledger.targets.flatMap(cuts) + ledger.targets.flatMap(publications) + unnamed
    }

    /// Records whose signers saw others that are gone.
    private func cuts(_ target: Ledger.Target) -> [Diagnostic] {
        guard let decisions = target.decisions, let answers = target.answers ?? empty else { return [] }
        return DecisionLog.cuts(answers: answers, decisions: decisions, of: target.name).map(\.diagnostic)
    }

    private var empty: DecisionLog? { try? DecisionLog([], file: "", target: "", keys: ledger.keys) }

    private func publications(_ target: Ledger.Target) -> [Diagnostic] {
        var problems: [Diagnostic] = [], checked: Set<String> = []
        for record in target.publications {
            guard let publication = record.publication, checked.insert(publication.sha256).inserted else { continue }
            let evidence = Ledger.path(record.sha256, Ledger.evidenceSuffix)
            let statements = Ledger.path(publication.sha256, Ledger.statementsSuffix)
            let named = target.publications.filter { $0.sha256 == record.sha256 }.compactMap(\.publication)
            let sums = (ledger.sum(of: evidence), ledger.sum(of: statements))
            if !named.contains(where: { $0.evidence == sums.0 }) {
                problems.append(PublishProblem.evidenceMissing(file: evidence, target: target.name).diagnostic)
            }
            if !named.contains(where: { $0.statements == sums.1 }) {
                problems.append(PublishProblem.evidenceMissing(file: statements, target: target.name).diagnostic)
            } else if !isSigned(statements, about: publication.sha256) {
                problems.append(PublishProblem.unsigned(file: statements).diagnostic)
            }
        }
        // Of each place, the last record is about what lies there.
        var last: [String: SignedDecision] = [:]
        for record in target.publications {
            if let publication = record.publication { last[publication.place] = record }
        }
        for (place, record) in last.sorted(by: { $0.key < $1.key }) {
            guard let publication = record.publication, let folder = publication.folder(from: ledger.workspace) else {
                continue
            }
            guard let found = found(publication, in: folder, target) else {
                problems.append(PublishProblem.placeUnknown(target: target.name, place: place).diagnostic)
                continue
            }
            if publication.state == .begun {
                problems.append(
                    PublishProblem.interrupted(target: target.name, place: place, at: record.at, found: found.words)
                        .diagnostic)
            } else if !found.isRight {
                problems.append(
                    PublishProblem.notThere(target: target.name, place: place, found: found.words).diagnostic)
            }
        }
        return problems
    }

    /// What lies at a place; nil: its folder is not here.
    private func found(_ publication: SignedDecision.Publication, in path: String, _ target: Ledger.Target) -> (
        isRight: Bool, words: String
    )? {
        let folder = Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard folder.number >= 0 else { return nil }
        let file = Descriptor(
            openat(folder.number, publication.file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
        guard file.number >= 0, let sum = try? OpenFile.sha256(of: file.number).sum else { return (false, "nothing") }
        if sum == publication.sha256 { return (true, "the new file, whole") }
        let isEarlier = target.publications.contains {
            $0.publication?.sha256 == sum && $0.publication?.to == publication.to
        }
        return (false, isEarlier ? "the file that was published before" : "a file with SHA-256 \(sum)")
    }

    /// Each statement by a listed key, and about this file.
    private func isSigned(_ name: String, about sha256: String) -> Bool {
        struct About: Decodable {
            struct Subject: Decodable { var digest: [String: String] }
            var subject: [Subject]
        }
        guard let bytes = ledger.bytes(of: name) else { return false }
        let lines = bytes.split(separator: 10)
        return !lines.isEmpty
            && lines.allSatisfy { line in
                guard let envelope = Envelope(line: Array(line)), envelope.payloadType == StatementKind.payloadType,
                    !envelope.signers(ledger.keys).isEmpty,
                    let about = try? JSONDecoder().decode(About.self, from: envelope.payload)
                else { return false }
                return about.subject.contains { $0.digest["sha256"] == sha256 }
            }
    }

    /// Files of the ledger that no record names.
    private var unnamed: [Diagnostic] {
        let named = Set(ledger.targets.flatMap(\.publications).flatMap { [$0.sha256, $0.publication?.sha256 ?? ""] })
        return ledger.names.filter { name in
            let isEvidence = name.hasSuffix(Ledger.evidenceSuffix) || name.hasSuffix(Ledger.statementsSuffix)
            return isEvidence && !named.contains(String(name.prefix { $0 != "." }))
        }.map { PublishProblem.evidenceUnnamed(file: Ledger.folder + "/" + $0).diagnostic }
    }
}
