// The worker's loop: reads one job per line from standard input and writes replies to standard output, one job at a
// time.
import CSystem
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Media
import Stages
import Work

func perform(_ job: Job, progress: (Reply.Progress) -> Void) -> Reply {
    guard let body = StageBody.all.first(where: { $0.name == job.stage }) else {
        return Reply(id: job.id, failure: [WorkerProblem.unknownStage(job.stage).diagnostic])
    }
    do {
        return Reply(id: job.id, outcome: try body.perform(job, progress))
    } catch let error as Diagnostics {
        return Reply(id: job.id, failure: error.all)
    } catch let error as Diagnostic {
        return Reply(id: job.id, failure: [error])
    } catch let problem as any Problem {
        return Reply(id: job.id, failure: [problem.diagnostic])
    } catch {
        return Reply(
            id: job.id, failure: [WorkerProblem.unexpected(node: job.node, error: words(of: error)).diagnostic])
    }
}

/// The job of a process that began anew with it (`beginAnew`), and the descriptor of the replies; nil: there is none.
func leftJob(_ arguments: ArraySlice<String>) -> String? {
    guard let number = arguments.first.flatMap({ Int32($0) }) else { return nil }
    let file = Descriptor(number)
    return (try? OpenFile.read(file.number, limit: 1 << 30)).map { String(decoding: $0, as: UTF8.self) }
}

/// Does a job in a new program in this process, where libraries keep files that have changed since (`KeptFiles`): drawn
/// with the old ones, its result would be kept as that of the new ones. Returns if that fails.
private func beginAnew(_ line: String, _ replies: Int32) {
    let bytes = Array(line.utf8), job = csystem_memory_file(bytes, bytes.count)
    guard job >= 0 else { return }
    _ = fcntl(job, F_SETFD, 0)
    dup2(replies, 1)
    let arguments = [CommandLine.arguments[0], "--again", String(job)]
    var texts = arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &texts)
}

/// - Parameter first: a job that comes before those on standard input; nil: there is none.
func serve(first: String? = nil) -> Int32 {
    // Libraries sometimes print to standard output, so replies get their own descriptor and standard output becomes
    // standard error.
    let replies = fcntl(1, F_DUPFD_CLOEXEC, 3)
    dup2(2, 1)

    func send(_ reply: Reply) {
        guard var line = try? JSONForm.line.bytes(of: reply) else { return }
        line.append(10)
        line.withUnsafeBytes { bytes in
            // If writing fails, the engine has ended and no one needs this work.
            do throws(SystemFailure) { try OpenFile.write(bytes, to: replies) } catch { exit(1) }
        }
    }

    var stage: String?, next = first
    while let line = next ?? readLine() {
        if next == nil, PictureShelf.shared.fonts.hasChanged || DictionaryShelf.shared.hasChanged {
            beginAnew(line, replies)
            let text = "vgraph-worker: fonts or dictionaries have changed, and it cannot begin anew\n"
            _ = text.withCString { write(2, $0, strlen($0)) }
            return 2
        }
        next = nil
        guard let job = try? JSONDecoder().decode(Job.self, from: Data(line.utf8)) else {
            let text = "vgraph-worker: not a job: \(line.prefix(200))\n"
            _ = text.withCString { write(2, $0, strlen($0)) }
            return 2
        }
        // The next segment of a stage takes what the one before it freed; another stage would only add to it.
        if let stage, stage != job.stage {
            // Of the pictures that validate decoded, these stages draw some; the others are drawn by other workers.
            let drawing = [ValidateStage.stage, ProofreadStage.stage, ContrastStage.stage, RenderStage.stage]
            if !drawing.contains(where: { $0.name == job.stage }) { PictureShelf.shared.known.forgetPictures() }
            csystem_give_back_freed_memory()
        }
        stage = job.stage
        var lastSent = 0.0
        let reply = perform(job) { progress in
            // Ten updates a second are enough.
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            let seconds = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
            guard seconds - lastSent >= 0.1 else { return }
            lastSent = seconds
            send(Reply(id: job.id, progress: progress))
        }
        send(reply)
    }
    return 0
}
