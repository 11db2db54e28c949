// Does the one job of a folder, as it lies on a server that runs actions: job.json and what it names, relative to the
// folder. Leaves the results and the reply in the folder `out`.
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Work

private func cpuSeconds(_ whose: __rusage_who) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(whose.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// - Returns: 0; 1: the stage failed, as the reply says; 2: there is no job.
func performFolder(_ folder: String) -> Int32 {
    func refuse(_ reason: String) -> Int32 {
        let text = "vgraph-worker: \(BundleProblem.badJob(reason: reason).diagnostic.message)\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
        return 2
    }
    guard let real = realpath(folder, nil) else { return refuse(String(cString: strerror(errno))) }
    let base = String(cString: real) == "/" ? "" : String(cString: real)
    free(real)
    let job: Job
    do {
        var read = try JSONDecoder().decode(Job.self, from: Data(try WholeFile.read(base + "/" + JobPlaces.job)))
        try read.placePaths { path in
            guard JobPlaces.isInside(path) else {
                throw BundleProblem.badJob(reason: "'\(path)' leads out of it").diagnostic
            }
            return base + "/" + path
        }
        job = read
    } catch { return refuse(words(of: error)) }
    if mkdir(job.scratch, 0o777) != 0, errno != EEXIST { return refuse(String(cString: strerror(errno))) }

    // Libraries sometimes print to standard output, which is not ours to fill.
    dup2(2, 1)
    var reply = job.stage == Job.command ? performCommand(job, in: base) : perform(job) { _ in }
    reply.cpu = cpuSeconds(RUSAGE_SELF) + cpuSeconds(RUSAGE_CHILDREN)
    if let fonts = bundleFolder.map({ $0 + "/" + WorkerParts.fontFolder + "/" }), var outcome = reply.outcome {
        // A font of the bundle is one of the machine that the bundle was made on.
        for index in outcome.discovered.indices where outcome.discovered[index].path.hasPrefix(fonts) {
            outcome.discovered[index].path.removeFirst(fonts.count - 1)
        }
        reply.outcome = outcome
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(reply),
        (try? WholeFile.write(bytes, to: job.scratch + "/" + JobPlaces.reply)) != nil
    else { return refuse("cannot write the reply") }
    return reply.outcome == nil ? 1 : 0
}
