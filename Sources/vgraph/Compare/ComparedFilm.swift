// One film of a comparison, read from the results of its stages. Makes nothing: a film that is not up to date is refused.
import Composition
import Decisions
import Diagnostics
import FoundationEssentials
import Graph
import Sheet
import Stages
import Store
import Work

struct ComparedFilm {
    let candidate: FilmComparison.Candidate
    let posters: [ComparisonPage.Poster]

    init(_ target: String, _ project: Project, sets: [String: String]) throws {
        let files = try project.builder.artifacts(
            project.request(targets: [], sets: sets), target: target,
            types: ["sheet", "decision", "frames", "segment", "sound"])
        func value<T: Decodable>(_ type: String, _: T.Type) throws -> T? {
            try files.first { $0.type == type }.map {
                do { return try JSONDecoder().decode(T.self, from: Data(contentsOf: URL(filePath: $0.path))) } catch {
                    throw Refusal(.cannotRead(path: $0.path, reason: words(of: error)))
                }
            }
        }
        guard let content = try value("sheet", SheetContent.self) else {
            throw Refusal(.noArtifact(target: target, stage: ReviewStage.stage.name))
        }
        // Blobs are named by their digests, so equal paths are equal pictures. A described segment says as much as its
        // pictures where these are no longer in the cache.
        let drawn = files.filter { $0.type == "frames" }.map(\.path), plan = content.plan
        let pictures = drawn.count == plan.spans.count ? drawn : plan.spans.map(\.segment.hex)
        let gate = try value("decision", GateDecision.self), sha256 = content.report.sha256
        candidate = FilmComparison.Candidate(
            target: target, settings: try Self.settings(of: target, project, sets), plan: plan,
            pictures: pictures, sound: files.first { $0.type == "sound" }?.path, gate: gate, report: content.report,
            decided: Self.decided(on: sha256, of: target, project))
        posters = content.moments.compactMap { moment in
            guard moment.caption == nil, let scene = moment.scene, let jpeg = moment.jpeg else { return nil }
            return ComparisonPage.Poster(scene: scene, jpeg: jpeg)
        }
    }

    /// What it was made with: its choice among the films of its spec, and values of props.
    private static func settings(
        of target: String, _ project: Project, _ sets: [String: String]
    ) throws -> [(name: String, value: String)] {
        let choice = try project.builder.film(target, in: project.folders).flatMap { FilmChoice(text: $0.choice) }
        var settings: [(name: String, value: String)] = []
        if let format = choice?.format { settings.append(("format", format)) }
        let values = (choice?.row ?? [:]).merging(sets) { $1 }
        return settings + values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func decided(on sha256: String, of target: String, _ project: Project) -> String? {
        guard let keys = try? PublicKeys.read(in: project.workspace),
            let log = try? DecisionFile(.decisions, of: target, in: project.workspace).read(keys: keys),
            let last = log.decision(on: sha256)
        else { return nil }
        return "\(last.kind == .approve ? "approved" : "sent back") by \(last.by)"
    }
}
