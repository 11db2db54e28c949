// Runs a user's program on the machine of a server that does jobs: the same folder, limits and judgement as on the
// machine that sent it. What it made lies in the job's results then. Must not know who asked for it.
import Diagnostics
import Files
import Glibc
import Programs
import Work

/// - Parameter base: the job's folder, without a slash at its end.
func performCommand(_ job: Job, in base: String) -> Reply {
    do throws(Diagnostics) { return Reply(id: job.id, outcome: try outcome(of: job, in: base)) } catch {
        return Reply(id: job.id, failure: error.all)
    }
}

private func outcome(of job: Job, in base: String) throws(Diagnostics) -> Outcome {
    func refused(_ reason: String) -> Diagnostics { Diagnostics([BundleProblem.badJob(reason: reason).diagnostic]) }
    guard let command = Command(job) else { throw refused("it says of no program how it is run") }
    if let other = command.otherProgram { throw Diagnostics([other.diagnostic]) }
    let folder = base + "/" + JobPlaces.build
    guard mkdir(folder, 0o777) == 0 else { throw refused("'\(JobPlaces.build)': " + String(cString: strerror(errno))) }
    // Where the job's folder is all that this process sees, the server has made the sandbox already.
    let isAlone = base.isEmpty && hasNoNetwork()
    let sandbox = isAlone ? Sandbox.State.none(reason: "") : tried(in: base)
    let pool = CommandPool(sandbox: sandbox), end: CommandEnd
    defer { pool.stop() }
    do throws(ProgramProblem) {
        try pool.start(job: 1, command, scratch: folder)
        end = pool.nextEnd()
    } catch { throw Diagnostics([error.diagnostic]) }
    var outcome = try command.outcome(of: end, scratch: folder, folders: job.folders)
    do throws(SystemFailure) { try collect(&outcome, from: folder, to: job.scratch) } catch {
        throw refused("what the program made cannot be collected: \(error.words)")
    }
    if case .bubblewrap = sandbox { outcome.isIsolated = true } else { outcome.isIsolated = isAlone }
    return outcome
}

private func tried(in base: String) -> Sandbox.State {
    let scratch = base + "/.sandbox"
    guard mkdir(scratch, 0o777) == 0 else { return .none(reason: "") }
    defer { Folder.remove(scratch) }
    return Sandbox.tried(in: scratch)
}

/// Whether this process reaches nobody but itself.
private func hasNoNetwork() -> Bool {
    guard let list = if_nameindex() else { return false }
    defer { if_freenameindex(list) }
    var next = list
    while next.pointee.if_index != 0, let name = next.pointee.if_name {
        if strcmp(name, "lo") != 0 { return false }
        next += 1
    }
    return true
}

/// Moves what the program made to the job's results, and names it there.
private func collect(_ outcome: inout Outcome, from folder: String, to results: String) throws(SystemFailure) {
    func make(_ folder: String) throws(SystemFailure) {
        if let failed = Folder.failure(creating: folder) { throw SystemFailure(code: failed.code) }
    }
    func move(_ file: String, to place: String) throws(SystemFailure) {
        guard rename(folder + "/" + file, results + "/" + place) == 0 else { throw SystemFailure(code: errno) }
    }
    let made = results + "/" + JobPlaces.made
    try make(made)
    for (output, files) in outcome.outputs {
        if output == Command.logOutput {
            if let file = files.first {
                try move(file, to: JobPlaces.log)
                outcome.outputs[output] = [JobPlaces.log]
            }
            continue
        }
        for file in files {
            if file.utf8.last == UInt8(ascii: "/") {
                try make(made + "/" + file.dropLast())
            } else {
                if let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) { try make(made + "/" + file[..<slash]) }
                try move(file, to: JobPlaces.made + "/" + file)
            }
        }
        outcome.outputs[output] = files.map { JobPlaces.made + "/" + $0 }
    }
}
