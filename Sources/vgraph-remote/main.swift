// The entry point of vgraph-remote, which vgraph starts where a remote is configured. It alone knows a network. It reads
// requests from standard input, a line each, and answers on standard output.
import CCurl
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
ccurl_start()
// Nothing that a library prints gets between the replies.
let replies = Replies(to: fcntl(1, F_DUPFD_CLOEXEC, 3))
dup2(2, 1)

if executes { exit(serveJobs(CommandLine.arguments[2], replies)) }

private func request(_ line: String) -> RemoteRequest {
    do { return try JSONDecoder().decode(RemoteRequest.self, from: Data(line.utf8)) } catch {
        let text = "vgraph-remote: not a request: \(line.prefix(200))\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
        _exit(2)
    }
}

var service: Service?
while let line = readLine() {
    let request = request(line)
    if let service {
        service.take(request)
    } else if case .open(let settings) = request.call {
        service = Service(settings, replies)
    } else {
        replies.send(RemoteReply(id: request.id, failed: "the first request is not 'open'"))
    }
}
// vgraph has ended without a last word.
_exit(0)
