// One publication: from an approved candidate to a copy at its place, with the evidence and the statements that say why
// it ships. Two records enclose it, so that after any end the ledger and the place together say what happened.
import Composition
import Decisions
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Provenance
import Sheet
import Stages
import Store
import Work

struct PublishedFilm {
    enum Result { case published(SignedDecision), alreadyThere(SignedDecision) }

    let judged: JudgedTarget
    let sets: [String: String]
    let key: PrivateKey
    let reason: String
    /// nil: what is published is the approved file, byte for byte.
    var credentials: SignedCredentials?
    private var project: Project { judged.project }
    private var sha256: String { judged.sha256 }
    /// The name at the place.
    var file: String { judged.name.namePart }

    // MARK: Whether it may

    /// - Throws: unless the gate passes exactly this file, and an approval counts for it.
    private func mayBePublished(_ log: DecisionLog?) throws(DecisionProblem) {
        guard judged.gate.mayBeApproved else {
            throw .draftPolicy(target: judged.name, policy: judged.gate.policy)
        }
        guard let last = log?.decision(on: sha256) else { throw .notApproved(target: judged.name, sha256: sha256) }
        guard last.kind == .approve else { throw .revisedBy(last.by, target: judged.name) }
        guard judged.gate.mayBeApproved(by: last.by) else {
            throw .notTheirs(last.by, decides: judged.gate.decides ?? [])
        }
    }

    func publish(to place: any Destination) throws -> Result {
        let (log, reasons) = judged.records()
        guard judged.reasons.isEmpty, reasons.isEmpty else { throw PublishProblem.notPassed(target: judged.name) }
        try mayBePublished(log)
        let keys = try PublicKeys.read(in: project.workspace)
        guard keys.holds(key.name, key.publicKey) else {
            throw DecisionProblem.unlistedKey(name: key.name, file: PublicKeys.fileName)
        }
        // Held to the end: of two publications at once, the last record is about what lies there.
        let lock = try lockedLedger()
        defer { withExtendedLifetime(lock) {} }
        let ledger = try Ledger(project.workspace)
        if let other = ledger.publications(sha256).first(where: { !$0.target.isSameBytes(judged.name) }) {
            throw PublishProblem.otherIdentity(target: judged.name, published: other.target)
        }
        let earlier = ledger.publications(sha256).filter { $0.target.isSameBytes(judged.name) }
        let there = try found(at: place, ledger)

        let kept = earlier.last { isKept($0.publication, ledger) }?.publication
        if let done = earlier.last(where: { $0.publication?.to == place.name && $0.publication?.file == file }),
            let publication = done.publication, publication.state == .done,
            publication == kept.map({ named($0, .done, place) }),
            there == publication.sha256, try isComplete(place, publication)
        {
            return .alreadyThere(done)
        }
        // A signature has a time: each copy with credentials has bytes of its own.
        let scratch = try JobFolder(), signed = scratch.path + "/" + file
        var publication: SignedDecision.Publication
        if let kept, credentials == nil {
            publication = named(kept, .begun, place)
        } else {
            // The evidence is about the approved film, however its copies are signed.
            let own = ledger.sum(of: Ledger.path(sha256, Ledger.evidenceSuffix))
            let evidence = earlier.contains { $0.publication?.evidence == own } ? own : nil
            publication = try writeEvidence(place, keeping: evidence) { facts, origin in
                guard let credentials else { return sha256 }
                return try credentials.sign(
                    project.workspace + "/" + judged.name, to: signed, facts, assets: origin.assetFiles(), sha256)
            }
        }
        publication.state = .begun
        _ = try record(publication, keys)
        try deliver(publication, from: credentials == nil ? nil : signed, to: place)
        var done = publication
        done.state = .done
        return .published(try record(done, keys))
    }

    private func named(
        _ publication: SignedDecision.Publication, _ state: SignedDecision.Publication.State, _ place: any Destination
    ) -> SignedDecision.Publication {
        SignedDecision.Publication(
            state, to: place.name, file: file, sha256: publication.sha256, evidence: publication.evidence,
            statements: publication.statements)
    }

    private func record(_ publication: SignedDecision.Publication, _ keys: PublicKeys) throws -> SignedDecision {
        let draft = SignedDecision.Draft(
            .publish, target: judged.name, sha256: sha256, reason: reason, publication: publication)
        let (record, remark) = try DecisionFile(.decisions, of: judged.name, in: project.workspace)
            .append(draft, by: key, keys: keys) { log throws(DecisionProblem) in
                // What was decided in the meantime counts; once it has begun, a publication ends.
                if publication.state == .begun { try mayBePublished(log) }
            }
        if let remark { printDiagnostics([remark.diagnostic]) }
        return record
    }

    // MARK: The place

    /// - Returns: the SHA-256 of the file of this name there; nil: there is none.
    /// - Throws: where that file is not of this target.
    private func found(at place: any Destination, _ ledger: Ledger) throws -> String? {
        if let folder = place as? FolderDestination, folder.holds(judged.name, of: project.workspace) {
            throw PublishProblem.ontoItself(target: judged.name)
        }
        guard let there = try place.sha256(of: file) else { return nil }
        if there == sha256, credentials == nil { return there }
        let isOurs = ledger.publications(there).contains {
            $0.target.isSameBytes(judged.name) && $0.publication?.to == place.name && $0.publication?.file == file
        }
        guard isOurs else {
            throw PublishProblem.foreign(place: place.place(of: file), found: "a file with SHA-256 \(there)")
        }
        return there
    }

    /// Beside the film, under names that no other version has.
    private var evidenceName: String { stem + "." + sha256.prefix(12) + Ledger.evidenceSuffix }
    private var statementsName: String { stem + "." + sha256.prefix(12) + Ledger.statementsSuffix }
    private var stem: String {
        file.lastIndex(of: ".").map { $0 > file.startIndex ? String(file[..<$0]) : file } ?? file
    }

    private func isComplete(_ place: any Destination, _ publication: SignedDecision.Publication) throws -> Bool {
        try place.sha256(of: evidenceName) == publication.evidence
            && place.sha256(of: statementsName) == publication.statements
    }

    /// The film comes last: where it lies, what says why lies too.
    /// - Parameter signed: the film with content credentials; nil: the approved file itself.
    private func deliver(_ publication: SignedDecision.Publication, from signed: String?, to place: any Destination)
        throws
    {
        let root = Root(project.workspace, links: .inside)
        func send(_ path: String, as name: String, _ sum: String) throws {
            let source = Descriptor(root.open(project.workspace + "/" + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
            guard source.number >= 0 else { throw Refusal(.cannotOpen(path, error: message(-source.number))) }
            try place.deliver(source.number, as: name, sha256: sum)
        }
        try send(Ledger.path(sha256, Ledger.evidenceSuffix), as: evidenceName, publication.evidence)
        try send(Ledger.path(publication.sha256, Ledger.statementsSuffix), as: statementsName, publication.statements)
        guard let signed else { return try send(judged.name, as: file, publication.sha256) }
        let source = Descriptor(open(signed, O_RDONLY | O_CLOEXEC))
        guard source.number >= 0 else { throw Refusal(.cannotOpen(signed, error: message(errno))) }
        try place.deliver(source.number, as: file, sha256: publication.sha256)
    }

    // MARK: Evidence

    private func lockedLedger() throws -> Descriptor {
        let root = Root(project.workspace, links: .inside), path = project.workspace + "/" + Ledger.folder
        let code = root.create(path)
        let folder = Descriptor(code == 0 ? root.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -code)
        guard folder.number >= 0 else {
            throw PublishProblem.cannotWrite(place: Ledger.folder, reason: message(-folder.number))
        }
        while flock(folder.number, LOCK_EX) != 0 {
            guard errno == EINTR else { throw PublishProblem.cannotWrite(place: Ledger.folder, reason: message(errno)) }
        }
        return folder
    }

    /// Whether the ledger still has what a record names.
    private func isKept(_ publication: SignedDecision.Publication?, _ ledger: Ledger) -> Bool {
        guard let publication, (publication.sha256 == sha256) == (credentials == nil) else { return false }
        return ledger.sum(of: Ledger.path(sha256, Ledger.evidenceSuffix)) == publication.evidence
            && ledger.sum(of: Ledger.path(publication.sha256, Ledger.statementsSuffix)) == publication.statements
    }

    /// - Parameters:
    ///   - evidence: SHA-256 of what the ledger has already of this film; nil: nothing.
    ///   - copy: makes what is published, and returns its SHA-256.
    private func writeEvidence(
        _ place: any Destination, keeping evidence: String?, _ copy: (Provenance, FilmOrigin) throws -> String
    ) throws -> SignedDecision.Publication {
        let origin = try FilmOrigin(judged: judged, sets: sets)
        let facts = try origin.provenance()
        let essence = try Self.essence(of: judged.name, project, withLikeness: true)
        guard essence.sha256 == sha256 else { throw PublishProblem.changedMeanwhile(target: judged.name) }
        let sum = try evidence ?? collect(origin, facts, essence)
        let published = try copy(facts, origin)
        var lines: [UInt8] = []
        for payload in facts.statements(file: file, sha256: published, evidence: sum) {
            lines += Envelope(payload, type: StatementKind.payloadType, by: key).line + [10]
        }
        try keep(lines, as: published, Ledger.statementsSuffix)
        return SignedDecision.Publication(
            .begun, to: place.name, file: file, sha256: published, evidence: sum,
            statements: lines.withUnsafeBytes { SHA256.of($0) })
    }

    /// - Returns: the SHA-256 of the evidence that the ledger has now.
    private func collect(_ origin: FilmOrigin, _ facts: Provenance, _ essence: Essence) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var files = try origin.writtenFiles(facts) + origin.artifactFiles()
        files += [
            Tar.File(EvidenceFiles.provenance, facts.json),
            Tar.File(EvidenceFiles.page, Array(ProvenancePage(facts).html.utf8)),
            Tar.File(EvidenceFiles.essence, Array(try encoder.encode(essence))),
        ]
        files.append(Tar.File(EvidenceFiles.crate, facts.crate(of: files.map(\.name))))
        let evidence = Tar.bytes(of: files)
        try keep(evidence, as: sha256, Ledger.evidenceSuffix)
        return evidence.withUnsafeBytes { SHA256.of($0) }
    }

    private func keep(_ bytes: [UInt8], as sha256: String, _ suffix: String) throws {
        let folder = project.workspace + "/" + Ledger.folder
        try AtomicFile.write(
            bytes, to: project.workspace + "/" + Ledger.path(sha256, suffix), by: folder, prefix: ".",
            in: Root(project.workspace, links: .inside), lasts: true)
    }

    /// Of any file, read by a worker.
    static func essence(of file: String, _ project: Project, withLikeness: Bool) throws -> Essence {
        let scratch = try JobFolder()
        var job = project.job(EssenceRequest.request, node: "essence of '\(file)'", scratch: scratch.path)
        job.put(file.hasPrefix("/") ? file : project.workspace + "/" + file, in: EssenceRequest.media, as: file)
        job.set(EssenceRequest.likeness, to: withLikeness)
        let outcome = try project.builder.perform(job)
        return try scratch.value(Essence.self, outcome[EssenceRequest.essence].first, of: "'\(file)'")
    }
}
