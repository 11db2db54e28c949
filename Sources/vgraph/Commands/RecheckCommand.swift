// vgraph recheck: which published films today's rules would not let pass. Decodes a film only where the rules for files,
// or how files are measured, are others than when it was judged.
import ArgumentParser
import Composition
import Decisions
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Spec
import Stages
import Store
import Work

struct RecheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recheck", abstract: "Hold published films against today's rules.",
        discussion: """
            Profiles, policies and checks change; what is published stays. Each published
            film is judged again from its evidence, under the workspace's profiles and
            policies as they are now and with the answers and waivers as they are now. One
            that a person sent back since does not pass. A film is decoded only if its
            profile or the version of 'check' is another. What needs drawn frames (D14,
            D15) keeps the result of the build.

              vgraph recheck --published
              vgraph recheck --published launch.mp4

            Exit codes: 0 all pass; 3 some would not, could not be read, or are not at their
            place, since their publication did not end.
            """)

    @OptionGroup var folder: FolderOptions
    @Flag(help: "Of all films that were published (the only kind so far).") var published = false
    @Argument(help: "Only films of these targets.") var targets: [String] = []

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder), ledger = try Ledger(project.workspace)
            if !folder.json { printDiagnostics(ledger.problems) }
            func isAsked(_ target: String) -> Bool { targets.isEmpty || targets.contains(target) }
            let published = ledger.published()
            let films = published.films.filter { isAsked($0.provenance.film.target) }
            let lost = published.lost.filter { isAsked($0.target) }
            let rules = films.isEmpty ? [] : try project.rules().map(\.id)
            var failed = !ledger.problems.isEmpty || !lost.isEmpty
            for film in films {
                let origin = film.provenance.film, policy = film.provenance.gate.policy
                guard ledger.publications(origin.sha256).contains(where: { $0.publication?.state == .done }) else {
                    let reason = "its publication did not end: 'vgraph publish' completes it"
                    say(origin.target, origin.sha256, policy, nil, [reason])
                    failed = true
                    continue
                }
                let result: Rejudged
                do { result = try Rejudged(film, ledger, project, rules: rules) } catch {
                    guard let refusal = Refusal(error) else { throw error }
                    say(origin.target, origin.sha256, policy, nil, refusal.diagnostics.map(\.message))
                    failed = true
                    continue
                }
                say(origin.target, origin.sha256, policy, result, result.reasons.map(\.text))
                failed = failed || !result.passes
            }
            for film in lost { say(film.target, film.sha256, nil, nil, [film.problem.diagnostic.message]) }
            if films.isEmpty, lost.isEmpty, !folder.json { print("no published film is known here") }
            guard !failed else { throw ExitStatus.revise.code }
        }
    }

    private func say(
        _ target: String, _ sha256: String, _ policy: String?, _ result: Rejudged?, _ reasons: [String]
    ) {
        if folder.json {
            return JSONReport.say([
                "event": .string("recheck"), "target": .string(target), "sha256": .string(sha256),
                "decision": result.map { .string(($0.passes ? Verdict.pass : .revise).rawValue) } ?? .null,
                "decoded": .bool(result?.wasDecoded ?? false), "policy": policy.map(Value.string) ?? .null,
                "reasons": .array(reasons.map(Value.string)),
            ])
        }
        let word = result.map { $0.passes ? "PASS" : "WOULD NOT PASS" } ?? "NOT CHECKED"
        let how = result.map { $0.wasDecoded ? ", decoded again" : ", from its evidence" } ?? ""
        print("\(target), SHA-256 \(sha256): \(word)\(how)")
        for reason in reasons { print("  \(reason)") }
    }
}

/// A published film, judged by the rules of today.
private struct Rejudged {
    private let decision: GateDecision
    /// The last decision about it, if that sends it back: also after it was published.
    private let sentBack: SignedDecision?
    let wasDecoded: Bool

    var reasons: [GateReason] { decision.reasons + (sentBack.map { [.revised($0)] } ?? []) }
    var passes: Bool { decision.decision == .pass && sentBack == nil }

    init(_ film: Ledger.Film, _ ledger: Ledger, _ project: Project, rules: [String]) throws {
        let origin = film.provenance, sha256 = origin.film.sha256
        func missing(_ what: String) -> PublishProblem { .badEvidence(file: film.file, reason: "it has no \(what)") }
        guard let then = film.artifact(of: "profile.json", Profile.self) else { throw missing("profile") }
        let root = Root(project.workspace, links: .inside)
        let now = try Profiles.read(then.names.map { Profiles.Name($0) }, checks: rules) { path in
            try FileContent.read(project.workspace + "/" + path, keepBytes: true, in: root)?.bytes
        }
        guard let kept = film.artifact(of: CheckStage.report.declared.fileName, CheckReport.self) else {
            throw missing("report of checks")
        }
        let version = origin.stages.first { $0.kind == CheckStage.stage.name }?.version
        wasDecoded = version != CheckStage.stage.version || now != then
        let report = wasDecoded ? try Self.decoded(film, now, kept, ledger, project) : kept

        let own = try FileContent.read(
            project.workspace + "/" + Policies.path(of: origin.gate.policy), keepBytes: true, in: root)?.bytes
        let answers = ledger.target(origin.film.target)?.answers
        var judgement = Judgement(
            target: origin.film.target, policy: try Policies.read(origin.gate.policy, own: own), sha256: sha256,
            waivers: answers?.records.filter { $0.kind == .waive } ?? [])
        judgement.add(report)
        let proof = origin.stages.first { $0.kind == ProofStage.stage.name }?.name ?? ProofStage.stage.name
        judgement.add(film.artifact(of: proof + ".findings.json", Findings.self)?.findings ?? [])
        guard let review = film.artifact(of: ReviewStage.observations.declared.fileName, ReviewReport.self) else {
            throw missing("review")
        }
        judgement.add(
            review, claims: film.artifact(of: ClaimsStage.claims.declared.fileName, ClaimList.self),
            reports: film.artifacts(of: ReviewerStage.report.declared.fileName, ReviewerReport.self),
            answers: answers?.answers(on: sha256) ?? [:])
        decision = judgement.decision
        let last = ledger.target(origin.film.target)?.decisions?.decision(on: sha256)
        sentBack = last?.kind == .revise ? last : nil
    }

    /// - Throws: where the film is not on this machine.
    private static func decoded(
        _ film: Ledger.Film, _ profile: Profile, _ kept: CheckReport, _ ledger: Ledger, _ project: Project
    ) throws -> CheckReport {
        let origin = film.provenance, sha256 = origin.film.sha256
        let places = ledger.publications(sha256).compactMap(\.publication).filter { $0.state == .done }
            .compactMap { publication in publication.folder(from: project.workspace).map { $0 + "/" + publication.file }
            }
        let path = (places + [project.workspace + "/" + origin.film.target]).first { path in
            let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
            return file.number >= 0 && (try? OpenFile.sha256(of: file.number).sum) == sha256
        }
        guard let path, let plan = film.files.first(where: { $0.name.hasSuffix(".plan.json") }) else {
            throw PublishProblem.cannotReach(
                place: origin.film.target, reason: "no copy with SHA-256 \(sha256) is on this machine")
        }
        let scratch = try JobFolder()
        try WholeFile.write(plan.bytes, to: scratch.path + "/plan.json")
        try WholeFile.write(Array(try JSONEncoder().encode(profile)), to: scratch.path + "/profile.json")
        var job = project.job(InspectRequest.request, node: "recheck of '\(origin.film.target)'", scratch: scratch.path)
        job.put(path, in: InspectRequest.media, as: origin.film.target)
        job.put(scratch.path + "/plan.json", in: InspectRequest.plan, as: "its plan")
        job.put(scratch.path + "/profile.json", in: InspectRequest.profile, as: "its profile")
        let outcome = try project.builder.perform(job)
        var report = try scratch.value(
            CheckReport.self, outcome[InspectRequest.report].first, of: "'\(origin.film.target)'")
        // What compares with drawn frames had them once.
        for (index, result) in report.results.enumerated() where result.verdict == .notApplicable {
            if let before = kept.results.first(where: { $0.id == result.id }) { report.results[index] = before }
        }
        return report
    }
}
