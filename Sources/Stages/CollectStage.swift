// collect: makes one report of a reviewer's reports on the parts of a film. A part that was not looked at makes the whole
// not run, since what was not seen is not answered.
import Composition
import Diagnostics
import Work

public enum CollectStage {
    public static let request = Slot("request", .request)
    public static let reports = Slot("reports", list: .reviewerReport)

    public static let parts = Parameter(
        "parts", choice: ReviewPart.Kind.pictures, "which parts of the request the reviewer was asked about")
    public static let name = Parameter("reviewer", default: "", "its name, where there was no part to ask it about")

    public static let report = Output("report", .reviewerReport, file: "reviewer.json")

    public static let stage = StageDescriptor(
        name: "collect", version: 1, summary: "puts a reviewer's reports on parts together",
        slots: [request.declared, reports.declared],
        outputs: [report.declared],
        parameters: [parts.declared, name.declared],
        place: .here(perform))

    private static func perform(_ job: Job) throws -> Outcome {
        let request = try job[request], reports = try job[reports]
        let parts = request.list.parts(try job[parts])
        guard parts.count == reports.count else {
            throw ReviewerProblem.otherParts(node: job.node, parts: parts.count, reports: reports.count).diagnostic
        }
        let made = try ReviewerReport(reports, on: parts, of: request, by: job[name]) { part in
            ReviewerProblem.otherPart(node: job.node, part: part).diagnostic
        }
        return Outcome([try job.write(made, to: report)])
    }
}

extension ReviewerReport {
    private static let mostEvidence = 16

    /// - Parameter fault: what is thrown for a report that is not about its part, by the part's number.
    package init(
        _ reports: [ReviewerReport], on parts: [ReviewPart], of request: ReviewRequest, by name: String,
        fault: (Int) -> Diagnostic
    ) throws {
        let reviewer =
            (reports.first { $0.status == .done } ?? reports.first)?.reviewer
            ?? Reviewer(name: name, kind: .rule, family: name, version: "0")
        self.init(reviewer: reviewer, status: .done, sha256: request.sha256, asked: [], observations: [])
        for (index, (report, part)) in zip(reports, parts).enumerated() {
            let ids = report.asked.map(part.id(of:)), said = report.observations.map(part.moved)
            guard !ids.contains(nil), !said.contains(nil), report.reviewer.name == reviewer.name else {
                throw fault(index + 1)
            }
            asked += ids.compactMap(\.self)
            for observation in said { add(observation!) }
            if report.isSandboxed == false { isSandboxed = false }
            if report.status == .notRun, status == .done {
                (status, reason) = (.notRun, report.reason)
            }
        }
        let order = Dictionary(request.list.claims.enumerated().map { ($1.id, $0) }) { first, _ in first }
        asked.sort { order[$0] ?? 0 < order[$1] ?? 0 }
        if status == .notRun { observations = [] }
    }

    /// What is found in several parts is one finding.
    private mutating func add(_ observation: Observation) {
        let same = observations.firstIndex {
            Observation.unasked.contains($0.claim) && $0.claim == observation.claim && $0.found != nil
                && $0.found == observation.found && $0.severity == observation.severity
                && $0.rationale == observation.rationale
        }
        guard let same else { return observations.append(observation) }
        observations[same].startFrame = min(observations[same].startFrame, observation.startFrame)
        observations[same].endFrame = max(observations[same].endFrame, observation.endFrame)
        let more = observation.evidence.filter { !observations[same].evidence.contains($0) }
        observations[same].evidence += more.prefix(max(0, Self.mostEvidence - observations[same].evidence.count))
    }
}
