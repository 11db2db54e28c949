// `vgraph build`: turns the command line into a `BuildRequest`, chooses reports and ends with the build's exit code.
// Must not know how anything is built.
import ArgumentParser
import Diagnostics
import Glibc
import Graph
import Processes
import Remotes
import Stages
import Work

typealias Download = RemoteSettings.Download

extension RemoteSettings.Download: ExpressibleByArgument {}

struct BuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", _superCommandName: "vgraph", abstract: "Build targets; only what is stale runs.",
        discussion: """
            A target is a file such as launch.mp4, or launch.mp4:plan for the work up
            to one stage. Without a target, vgraph builds everything that the folder's
            pipelines can make. It writes the file as soon as it is complete and then
            runs check, review and gate; exit code 3 means that the gate says revise,
            or a person of exactly this file.
            """)

    @OptionGroup var folder: FolderOptions

    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp(
            "Run this many workers at once (default: one per core); 0: send what --remote can do, if it is worth the way.",
            valueName: "n"))
    var jobs: Int?

    @Flag(name: .shortAndLong, help: "After a failure, build what does not depend on it.")
    var keepGoing = false

    @Flag(name: [.customShort("n"), .long], help: "Print what would run and why; run nothing.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Print only errors and the gate's reasons.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Print why each node runs, which were cache hits, and what programs printed.")
    var verbose = false

    @Flag(help: "Show the output of the pipeline's programs while they run.")
    var follow = false

    @Flag(help: "Replace target files that vgraph did not write. Still runs only what is stale.")
    var overwrite = false

    @Flag(help: "Run every node, even if the cache has its result. Implies --overwrite.")
    var force = false

    @Flag(
        help:
            """
            Run each stale node twice and fail with the place where the two results differ. A node that has a price \
            runs once.
            """
    )
    var checkDeterminism = false

    @Flag(help: "Also verify every intermediate result in the cache; make missing and damaged ones again.")
    var verifyOutputs = false

    @Flag(inversion: .prefixedNo, help: "Run the pipeline's own programs in a sandbox if bubblewrap works here.")
    var sandbox = true

    @Option(
        help: ArgumentHelp(
            """
            Bring from remote caches every result ('all'), what is published ('target', the default) or only what a \
            node that runs here asks for ('none').
            """, valueName: "what"))
    var download: Download?

    @Option(
        help: ArgumentHelp(
            """
            Also have work done by this server of the Remote Execution API, grpc://HOST:PORT/INSTANCE, or by the remote \
            with this name: drawing, encoding, sound, measuring, checks, and programs of pipelines that say \
            'travels: true'. Results are the same.
            """, valueName: "url"))
    var remote: String?

    @Option(
        help: ArgumentHelp(
            "Have this many actions under way there; short nodes share one (default: 4).", valueName: "n"))
    var remoteJobs: Int?

    @Option(
        help: ArgumentHelp(
            "Write a timeline of the build, one lane per worker, as JSON for Perfetto or chrome://tracing.",
            valueName: "file"))
    var trace: String?

    @Option(
        help: ArgumentHelp(
            "Also write errors and warnings with their lines in the specs, to a file ending in .sarif, .xml (JUnit) "
                + "or .json; '-' prints annotations for GitHub Actions.",
            valueName: "file"))
    var findings: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set one of the spec's props; repeatable.", valueName: "key=value"))
    var sets: [String] = []

    @Option(
        name: .customShort("o"),
        help: ArgumentHelp(
            "Write the only target to this file and leave the target's own file as it is.", valueName: "file"))
    var output: String?

    @OptionGroup var rows: RowOptions

    @Argument(help: "What to build.") var targets: [String] = []

    func validate() throws {
        if let jobs, !(remote == nil ? 1...256 : 0...256).contains(jobs) {
            throw ValidationError("-j takes a number from 1 to 256, and with --remote also 0")
        }
        if let remoteJobs, !(1...256).contains(remoteJobs) {
            throw ValidationError("--remote-jobs takes a number from 1 to 256")
        }
        if checkDeterminism && dryRun {
            throw ValidationError("--check-determinism needs a build: with -n nothing runs")
        }
        if rows.each != nil && targets.isEmpty { throw ValidationError(RowOptions.needsTarget) }
        if let output {
            guard targets.count == 1, rows.each == nil, !targets[0].contains(":") else {
                throw ValidationError("-o takes one target, which is a file")
            }
            guard Self.ending(of: output) == Self.ending(of: targets[0]) else {
                throw ValidationError("-o FILE must end like the target, in '\(Self.ending(of: targets[0]))'")
            }
            if dryRun { throw ValidationError("-o needs a build: with -n nothing runs") }
        }
        if trace != nil && dryRun { throw ValidationError("--trace needs a build: with -n nothing runs") }
    }

    func run() throws {
        do { try build() } catch let refusal as Refusal {
            if folder.json {
                JSONReport.refused(refusal.diagnostics, target: targets.first)
            } else {
                printDiagnostics(refusal.diagnostics)
            }
            throw refusal.status.code
        }
    }

    private func build() throws {
        let project = try Project(folder, rows: rows)
        var request = project.request(targets: targets, sets: try Self.table(sets))
        rows.apply(to: &request)
        request.jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        request.elsewhere = try project.elsewhere(remote, jobs: remoteJobs ?? 4, isInstead: jobs == 0)
        request.keepGoing = keepGoing
        request.dryRun = dryRun
        request.force = force
        request.overwrites = overwrite
        request.rehearses = dryRun
        request.checksDeterminism = checkDeterminism
        request.verifiesOutputs = verifyOutputs
        request.sandbox = sandbox
        request.upToDateText = ReportText.upToDate
        request.follows = follow
        request.recalls = verbose
        if let download { request.remotes.download = download }
        // The file is to be written, wherever it lies.
        if output != nil && request.remotes.download == .none { request.remotes.download = .target }
        if output != nil {
            request.publishes = false
            request.isRemembered = false
        }

        let trace = try trace.map { try TraceReport(file: $0, started: monotonicSeconds()) }
        let findings = try findings.map { try FindingsFile(file: $0) }
        let result: BuildResult
        let others: [(any BuildObserver)?] = [trace, findings]
        do { result = try ran(request, by: project.builder, others.compactMap { $0 }) } catch let refusal as Refusal {
            refusal.diagnostics.forEach { findings?.add($0) }
            try findings?.write(rules: project.rules())
            throw refusal
        }
        if let output { try deliver(to: output, request, result, project) }
        if !dryRun && output == nil { SheetFile.refresh(after: result, project, sets: request.sets, json: folder.json) }
        try findings?.write(rules: project.rules())
        try trace?.write(result, cache: project.cache)
        if dryRun, !folder.json { sayPlanned(result) }
        // The film that lies there, whatever was built of it.
        let sentBack = dryRun || output != nil ? [] : SentBack.problems(of: result, in: project)
        printDiagnostics(sentBack, json: folder.json)
        guard result.status == .done else { throw result.status.code }
        if !sentBack.isEmpty { throw ExitStatus.revise.code }
    }

    private static func ending(of path: String) -> String {
        path.namePart.lastIndex(of: ".").map { String(path.namePart[$0...]) } ?? ""
    }

    private func deliver(to output: String, _ request: BuildRequest, _ result: BuildResult, _ project: Project) throws {
        let path = output.hasPrefix("/") ? output : project.workspace + "/" + output
        guard try project.builder.deliver(request, target: targets[0], to: path) else { return }
        if folder.json {
            JSONReport.say(["event": .string("published"), "file": .string(output), "changed": .bool(true)])
        } else if !quiet {
            print("wrote \(output)")
        }
    }

    private func ran(_ request: BuildRequest, by builder: Builder, _ others: [any BuildObserver]) throws -> BuildResult
    {
        let report = observer(), audience: any BuildObserver = others.isEmpty ? report : Audience([report] + others)
        do throws(Diagnostics) { return try builder.run(request, observer: audience) } catch {
            throw Refusal(error.all)
        }
    }

    private func observer() -> any BuildObserver {
        let volume: PlainReport.Volume = quiet ? .quiet : verbose ? .verbose : .normal
        if folder.json { return JSONReport() }
        return isatty(1) == 1 && !Terminal.isDumb && !quiet && !dryRun
            ? TerminalReport(volume: volume) : PlainReport(volume: volume)
    }

    private func sayPlanned(_ result: BuildResult) {
        for node in result.planned where verbose || node.outcome != .hit {
            let verb =
                switch node.outcome {
                case .hit: "fresh    "
                case .run: "would run"
                case .unknown: "may run  "
                }
            print("\(verb)  \(node.node)" + (node.why.isEmpty ? "" : ": " + node.why.joined(separator: "; ")))
        }
        if result.planned.allSatisfy({ $0.outcome == .hit }) { print("nothing would run") }
    }

    static func table(_ sets: [String]) throws -> [String: String] {
        var table: [String: String] = [:]
        for set in sets {
            guard let equals = set.firstIndex(of: "="), equals != set.startIndex else { throw Refusal(.badSet(set)) }
            table[String(set[..<equals])] = String(set[set.index(after: equals)...])
        }
        return table
    }
}
