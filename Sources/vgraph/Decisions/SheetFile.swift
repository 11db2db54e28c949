// The review sheet of a target as a file: what the build found, what the gate says, what persons signed, and the film,
// put together and written beside the film. Must not judge anything.
import Composition
import Decisions
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Graph
import Sheet
import Stages
import Store
import Work

struct SheetFile {
    let target: String
    let project: Project
    let sets: [String: String]
    private let root: Root

    /// A film with at most this many bytes is put into the page.
    private static let embeddedLimit = 8 << 20

    init(_ target: String, _ project: Project, sets: [String: String]) {
        self.target = target.hasPrefix("./") ? String(target.dropFirst(2)) : target
        self.project = project
        self.sets = sets
        root = Root(project.workspace, links: .inside)
    }

    /// In the workspace: launch.review.html of launch.mp4.
    var name: String {
        let record = DecisionFile.name(.decisions, of: target)
        return record.dropLast("decisions.jsonl".count) + "review.html"
    }

    private var path: String { project.workspace + "/" + name }

    // MARK: Writing

    /// Writes it beside the film.
    func write() throws {
        guard try isThere() != false else { throw Refusal(.notASheet(name)) }
        let page = Array(try sheet(in: path.folderPart).html.utf8)
        try AtomicFile.write(page, to: path, by: path.folderPart, in: root)
    }

    /// Writes it where a person wants it.
    func write(to destination: String) throws {
        let folder = destination.contains("/") ? destination.folderPart : "."
        guard let real = realpath(folder.isEmpty ? "/" : folder, nil) else {
            throw Refusal(.cannotWrite(path: destination, reason: message(errno)))
        }
        defer { free(real) }
        try writeDocument(sheet(in: String(cString: real)).html, to: destination)
    }

    /// As the other, for every film of a build in which anything ran.
    static func refresh(after result: BuildResult, _ project: Project, sets: [String: String], json: Bool) {
        guard result.ran > 0 else { return }
        for target in result.targets where !target.name.contains(":") {
            refresh(target.name, project, sets: sets, json: json)
        }
    }

    /// Writes the page anew where one lies beside the film: it must not show what held before. What keeps it from that
    /// is a warning.
    static func refresh(_ target: String, _ project: Project, sets: [String: String], json: Bool) {
        let sheet = SheetFile(target, project, sets: sets)
        do {
            if try sheet.isThere() == true { try sheet.write() }
        } catch {
            let reason = Refusal(error)?.diagnostics.first?.message ?? words(of: error)
            let problem = CommandProblem.oldSheet(sheet.name, target: sheet.target, reason: reason)
            printDiagnostics([problem.diagnostic], json: json)
        }
    }

    /// nil: there is no file; false: it is not a page of vgraph.
    private func isThere() throws -> Bool? {
        let file = Descriptor(root.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0 else {
            if file.number == -ENOENT { return nil }
            throw Refusal(.cannotOpen(name, error: message(-file.number)))
        }
        let start = try OpenFile.read(file.number, limit: 1024).prefix(1024)
        return String(decoding: start, as: UTF8.self).contains(ReviewSheet.mark)
    }

    // MARK: What it shows

    /// - Parameter folder: absolute, where the page will lie.
    private func sheet(in folder: String) throws -> ReviewSheet {
        // First, since an answer that is newer than the gate's decision is judged here.
        let judged = try? JudgedTarget(target, project, sets: sets)
        let files = try project.builder.artifacts(
            project.request(targets: [], sets: sets), target: target,
            types: ["sheet", "observations", "claims", "reviewer-report", "decision", "sound"])
        func values<T: Decodable>(_ type: String, _: T.Type) throws -> [T] {
            try files.filter { $0.type == type }.map {
                do { return try JSONDecoder().decode(T.self, from: Data(contentsOf: URL(filePath: $0.path))) } catch {
                    throw Refusal(.cannotRead(path: $0.path, reason: words(of: error)))
                }
            }
        }
        guard let content = try values("sheet", SheetContent.self).first else {
            throw Refusal(.noArtifact(target: target, stage: ReviewStage.stage.name))
        }
        let (film, sha256) = film(from: folder)
        let persons = persons(),
            last = sha256.flatMap { sum in persons.decisions.last { $0.kind.isVerdict && $0.sha256 == sum } }
        var reasons = judged.map { $0.reasons + $0.records().reasons } ?? []
        if let last, last.kind == .revise { reasons.append(.revised(last)) }
        let made = judged.flatMap { try? FilmOrigin(judged: $0, sets: sets).made }
        var facts: [(name: String, value: String)] = []
        if let made {
            facts = [
                ("made at", made.at), ("run", made.run ?? "not remembered"), ("graph", made.graph), ("spec", made.spec),
                ("spec's SHA-256", made.specSum ?? "not as it was built"), ("profile", made.profile),
            ]
        }
        return ReviewSheet(
            target: target, content: content, made: facts,
            observations: try values("observations", ReviewReport.self).flatMap(\.observations), sha256: sha256,
            gate: try judged?.gate ?? values("decision", GateDecision.self).first, reasons: reasons,
            claims: try values("claims", ClaimList.self).first,
            // Those on parts are in those on the whole film.
            reports: try values("reviewer-report", ReviewerReport.self).filter { !$0.sha256.isEmpty }, persons: persons,
            since: since(persons, sha256, content.plan, sound: files.first { $0.type == "sound" }?.path), film: film,
            written: Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)).formatted(.iso8601))
    }

    /// The film that lies at the target, and its SHA-256. What is put into the page is what was hashed.
    private func film(from folder: String) -> (ReviewSheet.Film, String?) {
        let film = project.workspace + "/" + target
        let file = Descriptor(root.open(film, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0 else { return (.missing("\(target): \(message(-file.number))"), nil) }
        do throws(SystemFailure) {
            let bytes = try OpenFile.read(file.number, limit: Self.embeddedLimit)
            if bytes.count <= Self.embeddedLimit {
                return (.embedded(Data(bytes)), bytes.withUnsafeBytes { SHA256.of($0) })
            }
            lseek(file.number, 0, SEEK_SET)
            return (.beside(Self.link(from: folder, to: film)), try OpenFile.sha256(of: file.number).sum)
        } catch { return (.missing("\(target): \(error.words)"), nil) }
    }

    /// The relative address of a file, for a page in a folder.
    static func link(from folder: String, to file: String) -> String {
        let from = folder.split(separator: "/"), to = file.split(separator: "/")
        let common = zip(from, to).prefix { $0.0.utf8.elementsEqual($0.1.utf8) }.count
        let steps = from.dropFirst(common).map { _ in ".." } + to.dropFirst(common).map { $0.percentEncoded() }
        // Else a name with a colon would be a scheme.
        return (steps.first == ".." ? "" : "./") + steps.joined(separator: "/")
    }

    private func persons() -> ReviewSheet.Persons {
        var persons = ReviewSheet.Persons()
        func read(_ role: DecisionFile.Role) -> [SignedDecision] {
            // What does not count is a reason of the gate, and is not shown as a decision.
            guard let keys = try? PublicKeys.read(in: project.workspace) else { return [] }
            return (try? DecisionFile(role, of: target, in: project.workspace).read(keys: keys).records) ?? []
        }
        persons.decisions = read(.decisions)
        persons.answers = read(.answers)
        return persons
    }

    // MARK: Since the last approval

    private func since(_ persons: ReviewSheet.Persons, _ sha256: String?, _ plan: Plan, sound: String?)
        -> ReviewSheet.Since
    {
        // An approval that was taken back is none.
        let approval = persons.decisions.last { record in
            record.kind == .approve
                && persons.decisions.last { $0.kind.isVerdict && $0.sha256 == record.sha256 }?.kind == .approve
        }
        guard let approval else { return .never }
        if approval.sha256 == sha256 { return .same(approval) }
        guard let cache = try? Cache(project.cache, for: .serving), let lock = try? CacheLock.shared(cache),
            let run = try? JudgedRuns(cache, project).run(on: approval.sha256, of: target)
        else { return .unknown(approval) }
        let side = DiffSide(name: "approved", run: run, cache: cache)
        defer { withExtendedLifetime(lock) {} }
        let blobs = Blobs(cache)
        guard let before = side.plan(target, blobs) else { return .unknown(approval) }
        let heard = side.blob(target, kind: AudioStage.stage.name, output: AudioStage.sound.declared.name)
        return .changes(
            approval, PlanChanges(from: before, to: plan),
            sound: heard.flatMap { heard in sound.map { blobs.path(heard.digest) != $0 } })
    }
}
