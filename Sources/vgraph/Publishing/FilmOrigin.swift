// Where the film at a target comes from, found without running anything: the records of its nodes, the files that they
// read, the run that made it, and what persons signed.
import Composition
import Decisions
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Graph
import Provenance
import Spec
import Stages
import Store
import Work

struct FilmOrigin {
    let judged: JudgedTarget
    private let sets: [String: String]
    private let survey: Survey
    /// What says how the film was judged, in the order of its stages.
    private let artifacts: [Artifact]
    private var project: Project { judged.project }
    private var target: String { judged.name }
    /// Of the node that made the file.
    private let maker: Record

    init(judged: JudgedTarget, sets: [String: String]) throws {
        self.judged = judged
        self.sets = sets
        survey = try judged.project.builder.survey(
            judged.project.request(targets: [judged.name], sets: sets), running: [])
        artifacts = try judged.project.builder.artifacts(
            judged.project.request(targets: [], sets: sets), target: judged.name, types: Self.kept)
        let records = survey.nodes.filter { $0.target.isSameBytes(judged.name) }.compactMap(\.record)
        // The file is bound by SHA-256 where the pipeline decides upon it.
        func makes(_ record: Record) -> Bool {
            record.outputs.contains { $0.blobs.contains { $0.sha256 == judged.sha256 } }
        }
        guard
            let maker = records.first(where: makes)
                ?? records.first(where: { $0.manifest.stage == MuxStage.stage.name })
        else { throw PublishProblem.noEvidence(target: judged.name, missing: "no node made this file") }
        self.maker = maker
    }

    var graph: Digest { maker.key }

    // MARK: What made it

    /// The run in which the film was made; nil: the cache does not remember it.
    var run: String? {
        guard let cache = try? Cache(project.cache, for: .reading),
            let history = try? History(cache, workspace: project.workspace)
        else { return nil }
        return history.runs(limit: 1) { log in
            log.nodes.contains { $0.key == maker.key && $0.outcome == "ran" }
        }.first?.name
    }

    /// The spec's file: what the first stage takes in its slot of that name.
    private var spec: Manifest.Input? { records.lazy.flatMap(\.manifest.inputs).first { $0.slot == "spec" } }

    /// What `vgraph gate` and the sheet say of it, without hashing what went in.
    struct Made {
        var run: String?
        var at: String
        var graph: String
        var spec: String
        /// SHA-256; nil: the spec is no longer as it was built.
        var specSum: String?
        var profile: String
    }

    var made: Made {
        get throws {
            let spec = spec, path = spec?.path ?? ""
            return Made(
                run: run, at: maker.origin.time, graph: graph.hex, spec: path,
                specSum: spec.flatMap { sha256(path, $0.digest) }, profile: profile)
        }
    }

    func provenance() throws -> Provenance {
        guard let plan = try value("plan", Plan.self) else {
            throw PublishProblem.noEvidence(target: target, missing: "its plan is not in the cache")
        }
        let report = try value("report", CheckReport.self)
        let drafts = try value("drafts", [Draft].self)
        let facts = try value("facts", Facts.self)
        let spec = spec?.path ?? ""
        var sources = sources(rights: drafts?.first?.assetRights ?? [], facts)
        let own = sources.firstIndex { $0.path.isSameBytes(spec) }.map { sources.remove(at: $0) }
        let film = Provenance.Film(
            target: target, sha256: judged.sha256,
            bytes: report?.bytes ?? 0, graph: graph.hex, title: plan.title,
            size: "\(plan.size.width)x\(plan.size.height)", rate: decimals(plan.rate.perSecond, 3),
            duration: plan.rate.seconds(ofFrame: plan.frames), language: plan.language,
            sourceType: try value("header", Header.self)?.digitalSourceType.uri)
        return Provenance(
            film: film, spec: own ?? Provenance.Source(path: spec, digest: ""), settings: settings,
            revision: Revision.of(
                [spec] + sources.map(\.path).filter { $0.hasSuffix(".props.yaml") }, in: project.workspace),
            run: Provenance.Run(
                name: run, at: maker.origin.time, user: maker.origin.user, host: maker.origin.host,
                vgraph: maker.origin.vgraph),
            sources: sources, tools: tools, stages: stages, profile: profile, checks: report?.results ?? [],
            gate: judged.gate, reviewers: try reviewers(), signed: signed)
    }

    /// The film's place in the matrix of its spec, and what the command line set.
    private var settings: [String: String] {
        let name = ChosenFilm.parameter.declared.name
        let choices = records.compactMap { record -> FilmChoice? in
            guard case .string(let text)? = record.manifest.parameters[name] else { return nil }
            return FilmChoice(text: text)
        }
        guard let choice = choices.first(where: { $0 != .own }) else { return sets }
        var settings = choice.row ?? [:]
        settings["format"] = settings["format"] ?? choice.format
        settings["language"] = settings["language"] ?? choice.language
        return settings.merging(sets) { $1 }
    }

    private var profile: String {
        ((try? value("profile", Profile.self)) ?? nil)?.names.joined(separator: ", ") ?? ""
    }

    private var records: [Record] { survey.nodes.filter { $0.target.isSameBytes(target) }.compactMap(\.record) }

    /// Every file of the workspace and of the machine that a node read, once.
    private func sources(rights: [AssetRights], _ facts: Facts?) -> [Provenance.Source] {
        let made = Set(records.flatMap(\.outputs).flatMap(\.blobs).map(\.digest))
        var found: [ByteText: (digest: Digest, stages: Set<String>)] = [:]
        func add(_ path: String, _ digest: Digest, _ stage: String) {
            found[ByteText(path), default: (digest, [])].stages.insert(stage)
        }
        for record in records {
            for input in record.manifest.inputs {
                if let path = input.path, !made.contains(input.digest) {
                    add(path, input.digest, record.manifest.stage)
                }
            }
            for item in record.discovered {
                if let digest = item.digest { add(item.path, digest, record.manifest.stage) }
            }
        }
        let names = Dictionary(
            (facts?.assets ?? [:]).map { (ByteText($0.value.path), $0.key) }, uniquingKeysWith: { first, _ in first })
        return found.sorted { $0.key.text.precedes($1.key.text) }.map { path, entry in
            let name = names[path], right = rights.first { $0.name == name }
            return Provenance.Source(
                path: path.text, digest: entry.digest.hex, sha256: sha256(path.text, entry.digest), name: name,
                license: right?.license, credit: right?.credit, origin: right?.source, stages: entry.stages.sorted())
        }
    }

    /// nil: the file is no longer as it was read.
    private func sha256(_ path: String, _ digest: Digest) -> String? {
        let file = Descriptor(open(project.folders.path(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0, (try? OpenFile.digest(of: file.number)) == digest else { return nil }
        return try? OpenFile.sha256(of: file.number).sum
    }

    private var tools: [Provenance.Tool] {
        var found: [[String]: Set<String>] = [:]
        for record in records {
            for (name, version) in record.manifest.tools {
                found[[name, version], default: []].insert(record.manifest.stage)
            }
        }
        return found.map { Provenance.Tool(name: $0.key[0], version: $0.key[1], stages: $0.value.sorted()) }
            .sorted { ($0.name, $0.version) < ($1.name, $1.version) }
    }

    private var stages: [Provenance.Stage] {
        survey.stages.filter { $0.target.isSameBytes(target) }.map { stage in
            let nodes = survey.nodes.filter { $0.target.isSameBytes(target) && $0.stage == stage.name }.compactMap(
                \.record)
            var price: [String: Double] = [:]
            for record in nodes {
                if let paid = record.cost.price { price[paid.currency, default: 0] += paid.amount }
            }
            return Provenance.Stage(
                name: stage.name, kind: stage.manifest.stage, version: stage.manifest.version, nodes: nodes.count,
                cpu: nodes.reduce(0) { $0 + $1.cost.cpu }, price: price.isEmpty ? nil : price,
                parameters: stage.manifest.parameters.mapValues(\.canonical))
        }
    }

    private func reviewers() throws -> [Provenance.Reviewing] {
        try artifacts.filter { $0.type == "reviewer-report" }.map { file in
            let report = try JSONDecoder().decode(ReviewerReport.self, from: Data(contentsOf: URL(filePath: file.path)))
            return Provenance.Reviewing(
                reviewer: report.reviewer, status: report.status == .done ? "done" : report.reason ?? "not run",
                observations: report.observations.count)
        }
    }

    /// Of exactly these bytes; where a copy went is said beside it, not of it.
    private var signed: [SignedDecision] {
        guard let keys = try? PublicKeys.read(in: project.workspace) else { return [] }
        return [DecisionFile.Role.answers, .decisions].flatMap { role in
            (try? DecisionFile(role, of: target, in: project.workspace).read(keys: keys).records) ?? []
        }.filter { $0.sha256 == judged.sha256 && $0.kind != .publish }
    }

    /// Pictures, clips and sounds that the spec names, which may carry content credentials of their own: absolute paths
    /// with their names.
    func assetFiles() throws -> [(path: String, name: String)] {
        let facts = try value("facts", Facts.self)
        return (facts?.assets ?? [:]).sorted { $0.key < $1.key }.filter { $0.value.marks?.hasCredentials == true }
            .map { (project.folders.path($0.value.path), $0.key) }
    }

    // MARK: Its artifacts

    /// Kinds of artifacts that say how a film was judged, by type.
    private static let kept: Set<String> = [
        "composition", "plan", "header", "drafts", "facts", "profile", "findings", "report", "observations", "claims",
        "reviewer-report", "decision", "captions", "comparison",
    ]

    private func value<T: Decodable>(_ type: String, _: T.Type) throws -> T? {
        guard let file = artifacts.first(where: { $0.type == type }) else { return nil }
        return try JSONDecoder().decode(T.self, from: Data(contentsOf: URL(filePath: file.path)))
    }

    /// Each as `stage.file`, for people who look into the evidence.
    func artifactFiles() throws -> [Tar.File] {
        var names: [String: Int] = [:]
        return try artifacts.map { file in
            let stage = file.node.dropFirst(target.utf8.count + 1).filter {
                $0.isLetter || $0.isNumber || "-_.".contains($0)
            }
            var name = "artifacts/\(stage).\(file.fileName)"
            names[name, default: 0] += 1
            if let count = names[name], count > 1 { name = "artifacts/\(stage).\(count).\(file.fileName)" }
            return Tar.File(String(name.prefix(100)), Array(try Data(contentsOf: URL(filePath: file.path))))
        }
    }

    /// The spec and the files of the same name that decide, as they are now; each only if it is what the build read.
    func writtenFiles(_ origin: Provenance) throws -> [Tar.File] {
        let root = Root(project.workspace, links: .inside)
        var files: [Tar.File] = []
        func add(_ path: String, as name: String, _ sum: String? = nil) throws {
            guard let content = try FileContent.read(project.workspace + "/" + path, keepBytes: true, in: root) else {
                return
            }
            if let sum, content.bytes.withUnsafeBytes({ SHA256.of($0) }) != sum {
                throw PublishProblem.noEvidence(target: target, missing: "'\(path)' was changed since the build")
            }
            files.append(Tar.File(name, content.bytes))
        }
        guard !origin.spec.path.isEmpty, let sum = origin.spec.sha256 else {
            throw PublishProblem.noEvidence(target: target, missing: "its spec was changed since the build")
        }
        try add(origin.spec.path, as: "spec.video.yaml", sum)
        for source in origin.sources where source.path.hasSuffix(".props.yaml") {
            try add(source.path, as: "spec.props.yaml", source.sha256)
        }
        for role in [DecisionFile.Role.answers, .decisions] {
            try add(DecisionFile.name(role, of: target), as: "\(role.rawValue).jsonl")
        }
        try add(PublicKeys.fileName, as: PublicKeys.fileName)
        return files
    }
}
