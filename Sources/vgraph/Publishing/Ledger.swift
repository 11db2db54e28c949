// What a workspace remembers of films, whatever becomes of its cache: the signed records of every target, and the
// evidence of what was published. Read whole; nothing here is believed before its sums and signatures are.
import Composition
import Decisions
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Provenance
import Store

struct Ledger {
    static let folder = "vgraph.ledger"
    static let evidenceSuffix = ".evidence.tar"
    static let statementsSuffix = ".intoto.jsonl"

    struct Target {
        var name: String
        /// nil: its file has a line that does not count, and no record of it does.
        var decisions: DecisionLog?
        var answers: DecisionLog?

        var records: [SignedDecision] { (answers?.records ?? []) + (decisions?.records ?? []) }
        var publications: [SignedDecision] { decisions?.records.filter { $0.kind == .publish } ?? [] }
    }

    /// What was published, with its evidence.
    struct Film {
        var provenance: Provenance
        var essence: Essence?
        /// How messages name where the evidence is.
        var file: String
        var files: [Tar.File]

        /// The artifacts of a stage's output by its file's name, which a stage's name precedes.
        func artifacts<T: Decodable>(of name: String, _: T.Type) -> [T] {
            files.filter {
                $0.name.hasPrefix("artifacts/") && ($0.name.hasSuffix("." + name) || $0.name.hasSuffix("/" + name))
            }
            .compactMap { try? JSONDecoder().decode(T.self, from: Data($0.bytes)) }
        }

        func artifact<T: Decodable>(of name: String, _ type: T.Type) -> T? { artifacts(of: name, type).first }
    }

    /// A film that was published, without evidence that counts.
    struct Lost {
        var target: String
        /// Of the approved film.
        var sha256: String
        var problem: PublishProblem
    }

    let workspace: String
    let keys: PublicKeys
    private(set) var targets: [Target] = []
    /// What does not count, with its place.
    private(set) var problems: [Diagnostic] = []
    private let root: Root

    init(_ workspace: String) throws {
        self.workspace = workspace
        root = Root(workspace, links: .inside)
        keys = try PublicKeys.read(in: workspace)
        var names: [String] = []
        try find(in: workspace, depth: 0, &names)
        for file in names.sorted(by: { $0.precedes($1) }) { read(file) }
    }

    // MARK: Records

    /// Paths of files of records, in the workspace. Folders that begin with a dot, caches, and other workspaces, which
    /// have keys of their own, have none.
    private func find(in folder: String, depth: Int, _ found: inout [String]) throws {
        let entries = try root.entries(folder) ?? []
        guard depth < 16, found.count < 100_000,
            depth == 0 || !entries.contains(where: { $0.name == PublicKeys.fileName })
        else { return }
        for entry in entries where !entry.name.hasPrefix(".") {
            let path = folder + "/" + entry.name
            switch entry.kind {
            case .file where entry.name.hasSuffix(".decisions.jsonl") || entry.name.hasSuffix(".answers.jsonl"):
                if let name = path.beneath(workspace) { found.append(name) }
            case .folder where !Cache.isCache(path): try find(in: path, depth: depth + 1, &found)
            default: break
            }
        }
    }

    /// The target's name is in its records; the file's must follow from it.
    private mutating func read(_ file: String) {
        let role: DecisionFile.Role = file.hasSuffix(".answers.jsonl") ? .answers : .decisions
        guard let target = target(of: file) else {
            // An empty file says nothing.
            guard (try? FileContent.read(workspace + "/" + file, keepBytes: true, in: root)?.bytes.isEmpty) != true
            else {
                return
            }
            let problem = DecisionProblem.badRecord(file: file, line: 1, reason: "it names no target of this file")
            return problems.append(problem.diagnostic)
        }
        var log: DecisionLog?
        do throws(DecisionProblem) { log = try DecisionFile(role, of: target, in: workspace).read(keys: keys) } catch {
            problems.append(error.diagnostic)
        }
        let index = targets.firstIndex { $0.name.isSameBytes(target) } ?? targets.endIndex
        if index == targets.endIndex { targets.append(Target(name: target)) }
        if role == .answers { targets[index].answers = log } else { targets[index].decisions = log }
    }

    private func target(of file: String) -> String? {
        struct Named: Decodable { var target: String }
        guard let bytes = try? FileContent.read(workspace + "/" + file, keepBytes: true, in: root)?.bytes,
            let line = bytes.split(separator: 10, maxSplits: 1).first,
            let named = try? JSONDecoder().decode(Named.self, from: Data(line))
        else { return nil }
        let role: DecisionFile.Role = file.hasSuffix(".answers.jsonl") ? .answers : .decisions
        return DecisionFile.name(role, of: named.target).isSameBytes(file) ? named.target : nil
    }

    func target(_ name: String) -> Target? { targets.first { $0.name.isSameBytes(name) } }

    /// The verdict that counts for a target's file with these bytes.
    func decision(on sha256: String, of target: String) -> SignedDecision? {
        self.target(target)?.decisions?.decision(on: sha256)
    }

    /// All that persons signed about a file with these bytes, whatever its target.
    func records(of sha256: String) -> [SignedDecision] { targets.flatMap(\.records).filter { $0.sha256 == sha256 } }

    /// Publications of a file, by the bytes that were approved or by those that arrived.
    func publications(_ sha256: String) -> [SignedDecision] {
        targets.flatMap(\.publications).filter { $0.sha256 == sha256 || $0.publication?.sha256 == sha256 }
    }

    // MARK: Evidence

    static func path(_ sha256: String, _ suffix: String) -> String { "\(folder)/\(sha256)\(suffix)" }

    /// Evidence is small text; more is not of vgraph.
    private static let bytesLimit = 256 << 20

    /// The evidence of all publications, in the order of their targets. A film whose evidence is not what a record
    /// names is in `lost`, so that no answer leaves it out in silence.
    func published() -> (films: [Film], lost: [Lost]) {
        var seen: Set<String> = [], films: [Film] = [], lost: [Lost] = []
        for record in targets.flatMap(\.publications) where seen.insert(record.sha256).inserted {
            let file = Self.path(record.sha256, Self.evidenceSuffix)
            if let bytes = bytes(of: file), let film = try? film(bytes, named: file), isNamed(bytes, of: film) {
                films.append(film)
            } else {
                lost.append(
                    Lost(
                        target: record.target, sha256: record.sha256,
                        problem: .evidenceMissing(file: file, target: record.target)))
            }
        }
        return (films, lost)
    }

    /// The content of a file of the ledger; nil: there is none, or it is too large.
    func bytes(of name: String) -> [UInt8]? {
        let file = Descriptor(root.open(workspace + "/" + name, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0, let bytes = try? OpenFile.read(file.number, limit: Self.bytesLimit) else { return nil }
        return bytes.count <= Self.bytesLimit ? bytes : nil
    }

    /// Evidence that a person names, wherever it lies.
    /// - Throws: `PublishProblem`
    func film(at path: String) throws -> Film {
        let bytes: [UInt8]
        do throws(SystemFailure) {
            let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
            guard file.number >= 0 else { throw SystemFailure(code: errno) }
            bytes = try OpenFile.read(file.number, limit: Self.bytesLimit)
        } catch { throw PublishProblem.badEvidence(file: path, reason: error.words) }
        guard bytes.count <= Self.bytesLimit else {
            throw PublishProblem.badEvidence(file: path, reason: "it has more than \(Self.bytesLimit) bytes")
        }
        return try film(bytes, named: path)
    }

    private func film(_ bytes: [UInt8], named name: String) throws -> Film {
        let files: [Tar.File]
        do throws(Tar.Damaged) { files = try Tar.files(in: bytes) } catch {
            throw PublishProblem.badEvidence(file: name, reason: error.reason)
        }
        func value<T: Decodable>(_ file: String, _: T.Type) -> T? {
            files.first { $0.name == file }.flatMap { try? JSONDecoder().decode(T.self, from: Data($0.bytes)) }
        }
        guard let origin = value(EvidenceFiles.provenance, Provenance.self) else {
            throw PublishProblem.badEvidence(file: name, reason: "it has no provenance")
        }
        return Film(
            provenance: origin, essence: value(EvidenceFiles.essence, Essence.self), file: name,
            files: files)
    }

    /// Whether a record that a listed key signed names exactly this evidence.
    private func isNamed(_ evidence: [UInt8], of film: Film) -> Bool {
        let sum = evidence.withUnsafeBytes { SHA256.of($0) }, film = film.provenance.film.sha256
        return publications(film).contains { $0.publication?.evidence == sum && $0.sha256 == film }
    }

    /// Of the files in its folder.
    var names: [String] { ((try? root.names(workspace + "/" + Self.folder)) ?? nil) ?? [] }

    /// SHA-256 of a file of the ledger; nil: there is none.
    func sum(of name: String) -> String? {
        let file = Descriptor(root.open(workspace + "/" + name, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        return file.number < 0 ? nil : try? OpenFile.sha256(of: file.number).sum
    }
}

/// Names of files in the evidence of a publication.
enum EvidenceFiles {
    static let provenance = "provenance.json"
    static let page = "provenance.html"
    static let essence = "essence.json"
    static let crate = "ro-crate-metadata.json"
}

extension Ledger {
    /// Everything that it consists of, under the paths in the workspace.
    func files() throws -> [Tar.File] {
        var files: [Tar.File] = []
        func add(_ path: String) throws {
            guard let content = try FileContent.read(workspace + "/" + path, keepBytes: true, in: root) else { return }
            guard path.utf8.count <= 100 else {
                throw PublishProblem.badEvidence(file: path, reason: "its path has more than 100 bytes")
            }
            files.append(Tar.File(path, content.bytes))
        }
        for target in targets {
            try add(DecisionFile.name(.answers, of: target.name))
            try add(DecisionFile.name(.decisions, of: target.name))
        }
        try add(PublicKeys.fileName)
        for name in names where !name.hasPrefix(".") {
            try add(Self.folder + "/" + name)
        }
        return files
    }
}
