// `vgraph watch`: the command line of `Watch/WatchSession`.
import ArgumentParser
import Diagnostics
import Glibc
import Graph

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Build, and build again whenever an input changes.",
        discussion: """
            Builds the targets, waits for changes and builds what they make stale; workers
            keep running in between. A change during a build ends it and starts the next;
            finished results are in the cache. Errors stay on the screen until they are
            fixed. Files that a spec names later are watched from then on, even if they do
            not exist yet.

            Ctrl-C ends it with exit code 0, whatever the last build's result: use
            'vgraph build' for an exit code. With --json each build prints the lines of
            'build --json' between {"event":"changed","paths":[…]} and
            {"event":"watching",…}; a build that finds nothing new prints nothing.
            """)

    @OptionGroup var folder: FolderOptions

    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp("Run this many workers at once (default: one per core).", valueName: "n"))
    var jobs: Int?

    @Flag(name: .shortAndLong, help: "After a failure, build what does not depend on it.") var keepGoing = false
    @Flag(name: .shortAndLong, help: "Print only errors and the gate's reasons.") var quiet = false
    @Flag(name: .shortAndLong, help: "Print why each node runs, and which were cache hits.") var verbose = false
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @OptionGroup var rows: RowOptions
    @Argument(help: "What to build (default: every target of the folder).") var targets: [String] = []

    func validate() throws {
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("-j takes a number from 1 to 256") }
        if rows.each != nil && targets.isEmpty { throw ValidationError(RowOptions.needsTarget) }
    }

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder, rows: rows)
            var request = project.request(targets: targets, sets: try BuildCommand.table(sets))
            rows.apply(to: &request)
            request.jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            request.keepGoing = keepGoing
            request.upToDateText = ReportText.upToDate
            let report = WatchReport(
                targets: targets, json: folder.json, volume: quiet ? .quiet : verbose ? .verbose : .normal)
            try WatchSession(project, request, report).run()
        }
    }
}
