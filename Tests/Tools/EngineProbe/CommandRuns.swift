// Runs a number of small programs as command stages are run, and says what that cost: for benchmarks and for `strace
// -c`.
import Diagnostics
import Files
import Glibc
import Graph
import Processes
import Programs
import Store

/// Reads two files, writes one, each in a folder of its own; results go into the cache. Returns an exit status.
func runCommands(_ arguments: [String]) -> Int32 {
    guard arguments.count >= 3, let count = Int(arguments[1]), let jobs = Int(arguments[2]) else { return 2 }
    do {
        let cache = try Cache(arguments[0]), blobs = Blobs(cache)
        let pool = CommandPool(
            sandbox: arguments.dropFirst(3).first == "sandbox"
                ? Sandbox.find(cache: cache) : .none(reason: "switched off"))
        let scratches = ScratchPool(cache, kind: "c", keeping: [".tmp"])
        var sources: [String] = []
        for index in 0..<64 {
            sources.append(cache.root + "/source\(index)")
            try Array("\(index)\n".utf8).withUnsafeBytes {
                try AtomicFile.write($0, to: sources[index], by: cache.root)
            }
        }
        var running: [Int: (command: Command, scratch: String)] = [:], next = 0, made = 0
        let begun = monotonicSeconds()
        while made < count {
            while next < count && running.count < jobs {
                let scratch = try scratches.take()
                var command = Command(
                    node: "n\(next)", program: "/bin/sh",
                    arguments: ["sh", "-c", "cat a b > out; echo \(next) >> out"],
                    environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"], timeout: 60)
                command.mounts = [
                    .init(at: "a", source: sources[next % 64]), .init(at: "b", source: sources[next / 64 % 64]),
                ]
                command.outputs = [.init("out", file: "out")]
                try pool.start(job: next, command, scratch: scratch)
                running[next] = (command, scratch)
                next += 1
            }
            var list: [pollfd] = []
            pool.descriptors(into: &list)
            _ = poll(&list, nfds_t(list.count), Int32((pool.nextDeadline ?? 1) * 1000) + 1)
            for case .ended(let job, let end) in pool.handle(list[...]) {
                guard let work = running.removeValue(forKey: job) else { continue }
                let outcome = try work.command.outcome(
                    of: end, scratch: work.scratch, folders: Folders(workspace: cache.root))
                for file in outcome.outputs["out"] ?? [] { _ = try blobs.adopt(work.scratch + "/" + file) }
                scratches.give(back: work.scratch)
                made += 1
            }
        }
        var own = rusage(), children = rusage()
        getrusage(RUSAGE_SELF.rawValue, &own)
        getrusage(RUSAGE_CHILDREN.rawValue, &children)
        func milliseconds(_ use: rusage) -> Double {
            (Double(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + Double(use.ru_utime.tv_usec + use.ru_stime.tv_usec)
                * 1e-6) * 1000 / Double(count)
        }
        print(
            "wall \((monotonicSeconds() - begun) * 1000 / Double(count)) own \(milliseconds(own)) children "
                + "\(milliseconds(children)) ms each"
        )
        return 0
    } catch {
        print(error)
        return 1
    }
}
