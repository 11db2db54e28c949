// A command that cannot do what was asked: an error with an exit code.
import ArgumentParser
import Diagnostics
import Store

/// What exit codes mean, for every command.
enum ExitStatus: Int32 {
    case done = 0, failed = 1, badInput = 2, revise = 3, damaged = 4, interrupted = 130
    var code: ExitCode { ExitCode(rawValue) }
}

struct Refusal: Error {
    var diagnostics: [Diagnostic]
    var status: ExitStatus
    init(_ problem: CommandProblem, status: ExitStatus = .badInput) {
        diagnostics = [problem.diagnostic]
        self.status = status
    }
    /// Exit code 4 where a cache is damaged, 2 where what was asked or written is at fault, else 1.
    init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
        if diagnostics.contains(where: { StoreProblem.damages.contains($0.id) && $0.severity == .error }) { status = .damaged }
        else { status = diagnostics.contains { $0.fault == .input } ? .badInput : .failed }
    }

    /// nil: an error that is not ours to word, for example an exit code.
    init?(_ error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let problem as StoreProblem: self.init([problem.diagnostic])
        case let several as Diagnostics: self.init(several.all)
        case let one as Diagnostic: self.init([one])
        default: return nil
        }
    }
}

/// Runs a command's body; prints what it throws in the agreed form and turns it into an exit code.
func exiting(json: Bool = false, _ body: () throws -> Void) throws {
    do { try body() } catch {
        guard let refusal = Refusal(error) else { throw error }
        printDiagnostics(refusal.diagnostics, json: json)
        throw refusal.status.code
    }
}
