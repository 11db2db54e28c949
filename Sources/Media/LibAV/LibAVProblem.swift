// Maps an error of libav to a problem that a user can act on. The wording is in Diagnostics.
import Diagnostics

extension LibAVError: Problem {
    public var problem: EncodeProblem {
        if isDiskFull { return .diskFull(doing: doing) }
        if isOutOfMemory { return .outOfMemory(doing: doing) }
        return .media(doing: doing, reason: text)
    }
    public var diagnostic: Diagnostic { problem.diagnostic }
}
