// vgraph approve: a person's approval of the files at targets, signed, one record each.
import ArgumentParser
import Composition
import Decisions
import Diagnostics
import Work

struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve the file at a target that the gate passes.",
        discussion: """
            The decision is signed, names the SHA-256 of the file, and is void as soon
            as the file is another. It is kept in TARGET's .decisions.jsonl, which is
            to be committed.

            Each of several targets gets a decision of its own; none is signed unless
            the gate passes all of them. With --like, they are approved because a film
            that a person looked at shows the same: the same pictures in the same order
            and the same sound, but for the scenes of --except. Such an approval says
            so, and counts as long as that of the other film.

              vgraph approve launch.mp4 --by anna --reason "looked at it"
              vgraph approve launch-b.mp4 launch-c.mp4 --like launch-a.mp4 \\
                --except price --by anna --reason "looked at one, and at all prices"
            """)
    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("The approved film that was looked at in their place.", valueName: "target"))
    var like: String?
    @Option(
        help: ArgumentHelp("Scenes in which they may differ from it, with commas between them.", valueName: "scenes"))
    var except: String?
    @Flag(help: "Their sound may differ from it.") var otherSound = false
    @Argument(help: "The targets, for example launch.mp4.") var targets: [String]

    func validate() throws {
        guard like != nil || (except == nil && !otherSound) else {
            throw ValidationError("--except and --other-sound belong to --like")
        }
    }

    func run() throws {
        try exiting(json: options.folder.json) {
            // All are judged before the first is signed.
            let judged = try targets.map { target in
                let one = try options.judged(target)
                try one.mayBeApproved(by: options.by)
                return one
            }
            var drafts = judged.map { $0.draft(.approve, reason: options.reason) }
            if let like {
                let basis = try options.judged(like)
                try look(at: basis)
                let seen = try compared(basis)
                for (index, film) in judged.enumerated() { drafts[index].basis = try shared(film, with: basis, seen) }
            }
            for (film, draft) in zip(judged, drafts) {
                printDiagnostics(film.deadlinesThatAreOver(), json: options.folder.json)
                let record = try film.decide(draft, by: options.by)
                film.keepCopy()
                options.say(record, "\(film.name): APPROVED" + (record.basis.map { " like \($0.target)" } ?? ""))
                try options.show(on: film)
            }
        }
    }

    /// The other films rest on what a person saw of this one.
    private func look(at film: JudgedTarget) throws {
        func refuse(_ reason: String) -> DecisionProblem { .noBasis(target: film.name, reason: reason) }
        let records = film.records()
        guard film.reasons.isEmpty, records.reasons.isEmpty else { throw refuse("the gate does not pass it") }
        guard let last = records.decisions?.decision(on: film.sha256), last.kind == .approve else {
            throw refuse("no approval counts for it")
        }
        if let basis = last.basis { throw refuse("it was itself approved like \(basis.target)") }
    }

    private func compared(_ film: JudgedTarget) throws -> FilmComparison.Candidate {
        try ComparedFilm(film.name, film.project, sets: BuildCommand.table(options.sets)).candidate
    }

    private func shared(
        _ film: JudgedTarget, with basis: JudgedTarget, _ other: FilmComparison.Candidate
    ) throws -> SignedDecision.Basis {
        let own = try compared(film), scenes = (except ?? "").split(separator: ",").map(String.init)
        guard !film.name.isSameBytes(basis.name) else {
            throw DecisionProblem.noBasis(target: film.name, reason: "it is one of the targets")
        }
        let known = own.plan.scenes.map(\.id)
        if let unknown = scenes.first(where: { !known.contains($0) }) {
            throw DecisionProblem.unknownScene(unknown, target: film.name, known: known)
        }
        var (shared, differs) = FilmComparison.difference(own, from: other, except: Set(scenes))
        if own.plan.size != other.plan.size || own.plan.rate != other.plan.rate { differs.append("size or frame rate") }
        if own.sound != other.sound && !otherSound { differs.append("the sound") }
        guard differs.isEmpty else {
            let more = differs.count - 4
            throw DecisionProblem.notLike(
                target: film.name, basis: basis.name,
                differs: differs.prefix(4) + (more > 0 ? ["\(more) more"] : []))
        }
        shared = min(shared, own.plan.rate.seconds(ofFrame: own.plan.frames))
        return SignedDecision.Basis(
            target: basis.name, sha256: basis.sha256, except: scenes, otherSound: otherSound, shared: shared,
            seconds: own.plan.rate.seconds(ofFrame: own.plan.frames))
    }
}
