// Plays what tests need as a process of its own: `engine-probe` is the fake stages' worker; `engine-probe build
// WORKSPACE CACHE TARGET [JOBS]` is a build to be killed or raced; `engine-probe nothing WORKSPACE CACHE TARGET` is the
// path on which nothing is to do; `engine-probe remote FOLDER [FAULT...]` is vgraph-remote with a folder as its remote;
// `engine-probe commands CACHE COUNT JOBS [sandbox]` is what running programs costs; `engine-probe fuzz` gives damaged
// files to whatever reads files.
import Diagnostics
import EngineFakes
import FoundationEssentials
import Glibc
import Graph
import Remotes
import Store
import Work

func serve() -> Int32 {
    let encoder = JSONEncoder()
    while let line = readLine() {
        guard let job = try? JSONDecoder().decode(Job.self, from: Data(line.utf8)) else { return 2 }
        // Tests count the work of several processes in one file.
        let log = open(job.workspace + "/work.log", O_WRONLY | O_APPEND)
        if log >= 0 {
            let text = job.node + "\n"
            _ = text.withCString { write(log, $0, strlen($0)) }
            close(log)
        }
        var reply = Reply(id: job.id)
        do { reply.outcome = try FakeWork.perform(job) } catch let error as Diagnostic {
            reply.failure = [error]
        } catch is FakeWork.Escape {
            reply.outcome = Outcome(outputs: ["frames": ["../../../etc/passwd"], "pixels": []])
        } catch { reply.failure = [Diagnostic("fake", .error, "\(error)")] }
        let progress = Reply(id: job.id, progress: Reply.Progress(done: 1, total: 1, unit: "lines"))
        for reply in [progress, reply] {
            guard let data = try? encoder.encode(reply) else { return 2 }
            print(String(decoding: data, as: UTF8.self))
        }
        fflush(nil)
    }
    return 0
}

func setFileLimit(_ limit: UInt) {
    var value = rlimit(rlim_cur: limit, rlim_max: UInt(Int.max))
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &value)
}

func build(_ arguments: [String]) -> Int32 {
    let worker = "/proc/self/exe"
    var path = [CChar](repeating: 0, count: 4096)
    guard realpath(worker, &path) != nil else { return 99 }
    let name = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    // A limit of file size stands for a full disk; the signal would end us before the error.
    signal(SIGXFSZ, SIG_IGN)
    if let text = getenv("PROBE_FILE_LIMIT"), let limit = UInt(String(cString: text)) {
        setFileLimit(limit)
    }

    if let text = getenv("PROBE_USER"), let user = UInt32(String(cString: text)) { setuid(user) }
    let builder = Builder(
        Engine(
            kinds: FakeStages.all, worker: name, version: "test",
            fallback: ("built-in", FakeWorkspace.pipeline)))
    var request = BuildRequest(
        workspace: arguments[0], cache: arguments[1], targets: [arguments[2]],
        jobs: arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1
    ) { "text \($0.nodes)" }
    // A tracer follows the engine alone, and must find the same calls every time.
    if getenv("PROBE_PLAIN") != nil { request.sandbox = false }
    var engine = builder.engine
    if let folder = getenv("PROBE_REMOTE"), let url = RemoteAddress("http://localhost/fake") {
        engine.remote = [name, "remote", String(cString: folder)]
        var remote = RemoteSettings.Remote(name: "fake", url: url)
        remote.access = .readWrite
        request.remotes.remotes = [remote]
    }
    do {
        let result = try Builder(engine).run(request)
        setFileLimit(UInt(Int.max))
        for diagnostic in result.diagnostics { print(diagnostic.text()) }
        print("ran \(result.ran) hits \(result.hits) failed \(result.failed) status \(result.status.rawValue)")
        return result.status.rawValue
    } catch {
        setFileLimit(UInt(Int.max))
        for diagnostic in error.all { print(diagnostic.text()) }
        return 77
    }
}

func nothing(_ arguments: [String]) -> Int32 {
    let request = StateRequest(
        workspace: arguments[0], targets: [arguments[2]], sets: [:], environment: [],
        worker: arguments.count > 3 ? arguments[3] : CommandLine.arguments[0])
    guard let summary = request.upToDate(cache: arguments[1]) else { return 1 }
    print(summary.text)
    return summary.status.rawValue
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case nil: exit(serve())
case "--tools":
    let searched = FakeWork.fontFolders.joined(separator: "\",\"")
    print("{\"tools\":{\"pencil\":\"HB\"},\"libraries\":[],\"searched\":[\"\(searched)\"]}")
    exit(0)
case "build" where arguments.count >= 4: exit(build(Array(arguments.dropFirst())))
case "commands" where arguments.count >= 4: exit(runCommands(Array(arguments.dropFirst())))
case "fuzz" where arguments.count >= 6: exit(fuzz(Array(arguments.dropFirst())))
case "remote" where arguments.count >= 2: exit(FakeRemote(Array(arguments.dropFirst())).serve())
case "nothing" where arguments.count >= 4: exit(nothing(Array(arguments.dropFirst())))
default:
    print(
        "usage: engine-probe [--tools | build WORKSPACE CACHE TARGET [JOBS] | nothing WORKSPACE CACHE TARGET [WORKER] "
            + "| commands CACHE COUNT JOBS [sandbox] | remote FOLDER [FAULT...] | fuzz KIND FIRST COUNT SECONDS SEEDFILE [CORPUS...]]"
    )
    exit(2)
}
