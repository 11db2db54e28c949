// approve, revise, answer: what a person decides of the file that lies at a target, signed.
import ArgumentParser
import Decisions
import Diagnostics
import Work

struct DecisionOptions: ParsableArguments {
    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("Who decides: the name of your key.", valueName: "name")) var by: String
    @Option(help: ArgumentHelp("Why, in a sentence.", valueName: "text")) var reason: String
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Argument(help: "The target, for example launch.mp4.") var target: String

    func judged() throws -> JudgedTarget {
        try JudgedTarget(target, try Project(folder), sets: try BuildCommand.table(sets))
    }

    func say(_ record: SignedDecision, _ words: String, then: String? = nil) {
        if folder.json {
            return JSONReport.say([
                "event": .string(record.kind.rawValue), "target": .string(record.target),
                "sha256": .string(record.sha256), "by": .string(record.by), "at": .string(record.at),
                "reason": .string(record.reason), "claim": record.claim.map(Value.string) ?? .null,
                "answer": record.answer.map { .string($0.rawValue) } ?? .null,
            ])
        }
        print("\(words) by \(record.by) at \(record.at), SHA-256 \(record.sha256)")
        if let then { print(then) }
    }
}

struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve the file at a target that the gate passes.",
        discussion: """
            The decision is signed, names the SHA-256 of the file, and is void as soon
            as the file is another. It is kept in TARGET's .decisions.jsonl, which is
            to be committed.
            """)
    @OptionGroup var options: DecisionOptions

    func run() throws {
        try exiting(json: options.folder.json) {
            let judged = try options.judged()
            guard judged.passes else { throw DecisionProblem.notPassed(target: judged.name) }
            guard judged.gate.mayBeApproved else {
                throw DecisionProblem.draftPolicy(target: judged.name, policy: judged.gate.policy)
            }
            let record = try judged.decide(.approve, by: options.by, reason: options.reason)
            options.say(record, "\(judged.name): APPROVED")
        }
    }
}

struct ReviseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revise", abstract: "Say that the file at a target must be revised, whatever the gate says.")
    @OptionGroup var options: DecisionOptions

    func run() throws {
        try exiting(json: options.folder.json) {
            let judged = try options.judged()
            let record = try judged.decide(.revise, by: options.by, reason: options.reason)
            options.say(record, "\(judged.name): REVISED")
        }
    }
}

extension SignedDecision.Answer: ExpressibleByArgument {}

struct AnswerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Answer a claim about a file as a person, signed.",
        discussion: """
            'vgraph gate TARGET' lists the claims. The answer counts for the file that
            lies at the target now, and is an input of the gate: build again.
            """)
    @OptionGroup var options: DecisionOptions
    @Argument(help: "The claim, for example claim.1.") var claim: String
    @Argument(help: "supports or contradicts.") var answer: SignedDecision.Answer

    func run() throws {
        try exiting(json: options.folder.json) {
            let judged = try options.judged()
            let known = judged.gate.claims.map(\.id)
            guard known.contains(claim) else { throw DecisionProblem.unknownClaim(claim, known: known) }
            guard judged.gate.sha256 == judged.sha256 else { throw GateProblem.otherFile(target: judged.name) }
            let record = try judged.decide(
                .answer, by: options.by, reason: options.reason, claim: claim, answer: answer)
            options.say(
                record, "\(judged.name): '\(claim)' \(answer.rawValue)", then: "now run 'vgraph build \(judged.name)'")
        }
    }
}
