// The entry point of vgraph-remote, which vgraph starts where a remote is configured. It alone knows a network. It
// reads requests from standard input, a line each, and answers on standard output.
import CCurl
import Files
import FoundationEssentials
import Glibc
import Remotes

let executes = CommandLine.arguments.count == 3 && CommandLine.arguments[1] == "--execute"
guard CommandLine.arguments.count == 1 || executes else {
    print(
        "vgraph-remote speaks to remote caches and executors for vgraph, which starts it.\n"
            + "usage: vgraph-remote [--execute FILE]")
    exit(CommandLine.arguments.contains("--help") ? 0 : 2)
}
signal(SIGPIPE, SIG_IGN)
// Exceeding the limit on file sizes becomes an error of the write.
signal(SIGXFSZ, SIG_IGN)
if executes { JobWatch.prepare() }
ccurl_start()
// Nothing that a library prints gets between the replies.
let replies = Replies(to: fcntl(1, F_DUPFD_CLOEXEC, 3))
dup2(2, 1)

if executes { exit(serveJobs(CommandLine.arguments[2], replies)) }

var service: Service?
while let line = readLine() {
    // The last request is short, and it is this thread that waits for the others.
    if let service {
        if line.utf8.count < 100, case .finish(let last) = request(line).call { service.finish(within: last.seconds) }
        service.take(line)
        continue
    }
    let request = request(line)
    guard case .open(let settings) = request.call else {
        replies.send(RemoteReply(id: request.id, failed: "the first request is not 'open'"))
        continue
    }
    do throws(SystemFailure) { service = try Service(settings, replies) } catch {
        refuse("no thread can be started: \(error.words)")
    }
}
// vgraph has ended without a last word.
_exit(0)
