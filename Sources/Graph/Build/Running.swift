// A running node, and the purpose of its job.
import Pipelines
import Programs
import Store
import Work

/// A running node.
struct Running {
    var node: BuildNode
    var scratch: String
    var lock: KeyLock
    var started: Double
    /// If the node runs a program.
    var command: Command?
    /// If it does not.
    var job: Job?
    var phase = Phase.first
    /// What was made for it beside another node's work.
    var companion: Companions.Made?
    /// It was sent to another machine.
    var isElsewhere = false
    /// It went there along with another, in one action.
    var isRider = false
    /// Seconds that it took there.
    var wall: Double?
    /// When it started, by the clock of file systems.
    let moment = FileTable.now()
}

/// What the loop must do for a node that has begun.
enum Assignment {
    case stage(Job)
    case program(Command, job: Int, scratch: String)
}

/// What a running job is for.
enum Phase {
    case first
    /// The node has run; this job is its second run.
    case again(Made)
    /// The two runs differ; a worker names the first packet or frame that does.
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
