// A target with what its gate says and what persons decided of it: the file that lies there now is hashed here, and
// what was said of other bytes counts for nothing.
import Composition
import Decisions
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Graph
import Spec
import Stages
import Work

extension GateReason {
    /// A person says revise, whatever the gate says.
    static func revised(_ record: SignedDecision) -> GateReason {
        GateReason(.revised, "\(record.by) says revise: \(record.reason)")
    }
}

struct JudgedTarget {
    let name: String
    let project: Project
    private let sets: [String: String]
    /// Of the file as it is now.
    let sha256: String
    let gate: GateDecision
    /// The gate's name in the pipeline.
    let stage: String
    /// Seconds since 1970. Waivers end; the gate itself looks at no clock.
    let now = Int64(Date().timeIntervalSince1970)

    /// - Throws: where the file or an up-to-date result of its gate is missing.
    init(_ target: String, _ project: Project, sets: [String: String]) throws {
        name = target.hasPrefix("./") ? String(target.dropFirst(2)) : target
        self.project = project
        self.sets = sets
        let judge = try Self.gate(of: name, project)
        stage = judge
        let root = Root(project.workspace, links: .inside)
        let file = Descriptor(root.open(project.workspace + "/" + name, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.number >= 0 else {
            throw Refusal(.cannotOpen(name, error: message(-file.number)))
        }
        do throws(SystemFailure) { sha256 = try OpenFile.sha256(of: file.number).sum } catch {
            throw Refusal(.cannotOpen(name, error: error.words))
        }
        var request = project.request(targets: [name], sets: sets), named = name
        // A person decides on the file that lies there: nothing puts another in its place.
        request.publishes = false
        request.isRemembered = false
        func result() throws -> GateDecision? {
            guard
                let made = try project.builder.artifacts(request, target: named, stage: judge, output: "decision")
                    .first,
                let data = try? Data(contentsOf: URL(filePath: made.path))
            else { return nil }
            return try? JSONDecoder().decode(GateDecision.self, from: data)
        }
        var found = try result()
        if found == nil {
            // An answer or a key that came since is judged at once. A film is never made again here: a person decides
            // upon the one that was looked at.
            let stale = try project.builder.why(request).filter { $0.outcome != .hit }
            if !stale.isEmpty, stale.allSatisfy({ $0.stage == judge }) {
                _ = try project.builder.run(request)
                found = try result()
            }
        }
        guard let found else { throw Refusal(.noArtifact(target: name, stage: judge)) }
        gate = found
    }

    /// Texts of the film that promise something until a day that is over; a day late, for all time zones.
    func deadlinesThatAreOver() -> [Diagnostic] {
        var request = project.request(targets: [name], sets: sets)
        request.publishes = false
        request.isRemembered = false
        guard
            let claims = try? project.builder.stages(of: ClaimsStage.stage.name, for: name, in: project.folders).first,
            let made = try? project.builder.artifacts(
                request, target: name, stage: claims, output: ClaimsStage.claims.declared.name
            ).first,
            let data = try? Data(contentsOf: URL(filePath: made.path)),
            let list = try? JSONDecoder().decode(ClaimList.self, from: data)
        else { return [] }
        let yesterday = Deadline.Day(secondsSince1970: now - 86_400)
        let shown: Set<Claim.Kind> = [.text, .caption, .speech]
        return list.claims.filter { shown.contains($0.kind) }.compactMap { claim in
            Deadline.over(in: claim.text, language: list.language, today: yesterday).map {
                PublishProblem.deadlineOver(text: claim.text, day: $0, at: claim.place).diagnostic
            }
        }
    }

    /// By what it is, since a pipeline may call it anything.
    private static func gate(of target: String, _ project: Project) throws -> String {
        let kind = GateStage.stage.name
        let found = try project.builder.stages(of: kind, for: target, in: project.folders)
        guard let first = found.first else { throw Refusal(.noGate(target: target)) }
        guard found.count == 1 else { throw Refusal(.severalGates(found, target: target)) }
        return first
    }

    /// Why it does not pass, whatever persons decided: the gate's reasons, that the file is another, that a waiver has
    /// expired.
    var reasons: [GateReason] {
        var all = gate.reasons
        if gate.sha256 != sha256 {
            let problem = GateProblem.otherFile(target: name).diagnostic
            all.insert(GateReason(.otherFile, problem.message, remedy: problem.hint), at: 0)
        }
        if gate.hasExpired(at: now) {
            let over = gate.waivers.filter { $0.state == .counts && hasExpired($0) }
                .map { "\($0.by) waived \($0.check) until \($0.until)" }
            all.append(
                GateReason(
                    .waiverExpired, "a waiver has expired: " + over.joined(separator: "; "),
                    remedy: "mend what was waived, or sign a new waiver"))
        }
        return all
    }

    func hasExpired(_ waiver: WaiverStanding) -> Bool { Expiry(waiver.until).map { $0.seconds <= now } ?? true }

    /// Both files of records, and why they do not count.
    func records() -> (decisions: DecisionLog?, reasons: [GateReason]) {
        do {
            let keys = try PublicKeys.read(in: project.workspace)
            let decisions = try file(.decisions).read(keys: keys), answers = try file(.answers).read(keys: keys)
            // An answer or a waiver counts only where the gate took it; here it is about what is missing.
            let cuts = DecisionLog.cuts(answers: answers, decisions: decisions, of: name).map {
                Self.reason(.recordsCutOff, $0.diagnostic)
            }
            let last = decisions.decision(on: sha256)
            return (decisions, cuts + notTheirs(last) + basisGone(last, keys))
        } catch let problem as DecisionProblem {
            return (nil, [Self.reason(.records, problem.diagnostic)])
        } catch let several as Diagnostics {
            return (nil, several.all.map { Self.reason(.records, $0) })
        } catch { return (nil, [GateReason(.records, "\(error)")]) }
    }

    private func notTheirs(_ last: SignedDecision?) -> [GateReason] {
        guard let last, last.kind == .approve, !gate.mayBeApproved(by: last.by) else { return [] }
        return [Self.reason(.notTheirs, DecisionProblem.notTheirs(last.by, decides: gate.decides ?? []).diagnostic)]
    }

    /// What was approved because another film was is approved no longer than that one.
    private func basisGone(_ last: SignedDecision?, _ keys: PublicKeys) -> [GateReason] {
        guard let last, last.kind == .approve, let basis = last.basis else { return [] }
        let log = try? DecisionFile(.decisions, of: basis.target, in: project.workspace).read(keys: keys)
        if log?.decision(on: basis.sha256)?.kind == .approve { return [] }
        return [Self.reason(.basisGone, DecisionProblem.basisGone(by: last.by, basis: basis.target).diagnostic)]
    }

    private static func reason(_ id: GateReason.Kind, _ problem: Diagnostic) -> GateReason {
        GateReason(
            id, (problem.place.map { "\($0.file):\($0.line): " } ?? "") + problem.message, remedy: problem.hint)
    }

    private func file(_ role: DecisionFile.Role) -> DecisionFile { DecisionFile(role, of: name, in: project.workspace) }

    /// What is decided about stays in the cache, also where it was one of many films that lie in the workspace alone.
    func keepCopy() {
        _ = try? project.builder.artifacts(
            project.request(targets: [name], sets: sets), target: name, types: [MuxStage.media.declared.type])
    }

    /// Signs and appends.
    func decide(_ draft: SignedDecision.Draft, by: String) throws -> SignedDecision {
        let keys = try PublicKeys.read(in: project.workspace)
        let (record, remark) = try file(draft.kind.role).append(draft, by: try PrivateKey.read(by), keys: keys)
        if let remark { printDiagnostics([remark.diagnostic]) }
        return record
    }

    func draft(_ kind: SignedDecision.Kind, reason: String) -> SignedDecision.Draft {
        SignedDecision.Draft(kind, target: name, sha256: sha256, reason: reason)
    }

    /// - Throws: unless the gate passes the film and this person may approve it. Another person's approval that does not
    ///   count is no reason against that.
    func mayBeApproved(by person: String) throws(DecisionProblem) {
        guard reasons.isEmpty, records().reasons.allSatisfy({ [.notTheirs, .basisGone].contains($0.id) }) else {
            throw .notPassed(target: name)
        }
        guard gate.mayBeApproved else { throw .draftPolicy(target: name, policy: gate.policy) }
        guard gate.mayBeApproved(by: person) else { throw .notTheirs(person, decides: gate.decides ?? []) }
    }

    /// What the build warned of and what keeps the film from nothing: a pass should not be read without it.
    func warnings() throws -> [Diagnostic] {
        var request = project.request(targets: [name], sets: sets)
        request.isRemembered = false
        return try project.builder.remarks(request, target: name).filter {
            $0.severity == .warning && !GateProblem.toldByTheGate.contains($0.id)
        }
    }

    /// Of the film; nil: its plan is not in the cache.
    func rate() throws -> FrameRate? {
        let request = project.request(targets: [], sets: sets)
        for stage in try project.builder.stages(of: PlanStage.stage.name, for: name, in: project.folders) {
            let made = try project.builder.artifacts(
                request, target: name, stage: stage, output: PlanStage.plan.declared.name)
            if let path = made.first?.path, let data = try? Data(contentsOf: URL(filePath: path)),
                let plan = try? JSONDecoder().decode(Plan.self, from: data)
            {
                return plan.rate
            }
        }
        return nil
    }
}
