// Does the jobs of a folder, as it lies on a server that runs actions: job.json and what it names, relative to the folder,
// then those that came along. Leaves the results and the replies in the folder `out`.
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Processes
import Work

/// Of this process and of those that it waited for.
private func cpuSeconds() -> Double {
    [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0) { sum, whose in
        var usage = rusage()
        getrusage(__rusage_who_t(whose.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return sum + seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

/// A folder that holds no job, or one that cannot be done in it.
private struct NoJob: Error {
    var reason: String
}

/// - Returns: 0; 1: a stage failed, as its reply says; 2: there is no job.
func performFolder(_ folder: String) -> Int32 {
    // Libraries sometimes print to standard output, which is not ours to fill.
    dup2(2, 1)
    PictureShelf.shared.fonts.isAskedAgain = false
    do throws(NoJob) {
        guard let real = realpath(folder, nil) else { throw NoJob(reason: String(cString: strerror(errno))) }
        let base = String(cString: real) == "/" ? "" : String(cString: real)
        free(real)
        var jobs = [try job(JobPlaces.job, in: base)]
        while true {
            let place = JobPlaces.prefix(jobs.count) + JobPlaces.job
            guard access(base + "/" + place, F_OK) == 0 else { break }
            jobs.append(try job(place, in: base))
        }
        var status: Int32 = 0
        for job in jobs where try !performs(job, in: base) { status = 1 }
        return status
    } catch {
        let text = "vgraph-worker: \(BundleProblem.badJob(reason: error.reason).diagnostic.message)\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
        return 2
    }
}

private func job(_ place: String, in base: String) throws(NoJob) -> Job {
    do {
        var job = try JSONDecoder().decode(Job.self, from: Data(try WholeFile.read(base + "/" + place)))
        try job.placePaths { path in
            guard JobPlaces.isInside(path) else {
                throw BundleProblem.badJob(reason: "'\(path)' leads out of it").diagnostic
            }
            return base + "/" + path
        }
        return job
    } catch { throw NoJob(reason: words(of: error)) }
}

/// - Returns: whether it has an outcome.
private func performs(_ job: Job, in base: String) throws(NoJob) -> Bool {
    if let failed = Folder.failure(creating: job.scratch) { throw NoJob(reason: message(failed.code)) }
    let (start, before) = (monotonicSeconds(), cpuSeconds())
    var reply = job.stage == Job.command ? performCommand(job, in: base) : perform(job) { _ in }
    (reply.wall, reply.cpu) = (monotonicSeconds() - start, cpuSeconds() - before)
    if let fonts = bundleFolder.map({ $0 + "/" + WorkerParts.fontFolder + "/" }), var outcome = reply.outcome {
        // A font of the bundle is one of the machine that the bundle was made on.
        for index in outcome.discovered.indices where outcome.discovered[index].path.hasPrefix(fonts) {
            outcome.discovered[index].path.removeFirst(fonts.count - 1)
        }
        reply.outcome = outcome
    }
    guard let bytes = try? JSONForm.line.bytes(of: reply),
        (try? WholeFile.write(bytes, to: job.scratch + "/" + JobPlaces.reply)) != nil
    else { throw NoJob(reason: "cannot write the reply") }
    return reply.outcome != nil
}
