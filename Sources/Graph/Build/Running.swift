// A node at work, and what its job is for.
import Pipelines
import Programs
import Store
import Work

/// A node at work.
struct Running {
    var node: BuildNode
    var scratch: String
    var lock: KeyLock
    var started: Double
    /// Where the node is a program.
    var command: Command?
    /// Else.
    var job: Job?
    var phase = Phase.first
    /// When it was started, by the clock of files.
    let moment = FileTable.now()
}

/// What is to be done for a node that has begun.
enum Assignment {
    case stage(Job)
    case program(Command, job: Int, scratch: String)
}

/// What a running job is for.
enum Phase {
    case first
    /// The node has run; the job is its second run.
    case again(Made)
    /// The two runs differ; a worker is asked to say it in terms of packets or frames.
    case telling(Made, second: String, OutputDifference)

    struct Made {
        var outcome: Outcome
        var scratch: String
        var seconds: Double
        var cpu: Double
        /// The job that made it.
        var job: Int
    }
}
