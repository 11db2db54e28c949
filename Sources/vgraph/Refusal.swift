// Why a command cannot do what it was asked: the problems, and the exit code that follows from them.
import ArgumentParser
import Diagnostics
import Store

struct Refusal: Error {
    var diagnostics: [Diagnostic]
    var status: ExitStatus { ExitStatus(endedBy: diagnostics) }

    init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
    init(_ problem: CommandProblem) { diagnostics = [problem.diagnostic] }
    init(_ problem: StoreProblem) { diagnostics = [problem.diagnostic] }

    /// nil: the error already has an exit code and was reported, for example `ExitCode`.
    init?(_ error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let problem as any Problem: self.init([problem.diagnostic])
        case let several as Diagnostics: self.init(several.all)
        case let one as Diagnostic: self.init([one])
        default: return nil
        }
    }
}

extension ExitStatus {
    var code: ExitCode { ExitCode(rawValue) }
}

/// Runs a command's body. Prints the problems that it throws and ends with their exit code.
func exiting(json: Bool = false, _ body: () throws -> Void) throws {
    do { try body() } catch {
        guard let refusal = Refusal(error) else { throw error }
        printDiagnostics(refusal.diagnostics, json: json)
        throw refusal.status.code
    }
}
