// What can be wrong with a job that a worker gets.

public enum JobProblem: Problem, Hashable {
    /// Something that the stage needs is missing or of another type.
    case badJob(String)

    public var diagnostic: Diagnostic {
        switch self {
        case .badJob(let why):
            Diagnostic("bad-job", fault: .bug, "the job is incomplete: \(why)")
        }
    }
}
