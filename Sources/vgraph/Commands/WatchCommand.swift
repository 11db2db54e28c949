import ArgumentParser
import Diagnostics
import Glibc
import Graph

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Build, and again whenever a file changes that matters.",
        discussion: """
            Builds the targets, then waits for changes and builds what they made stale; workers stay at hand in \
            between. A change
            while a build runs ends that build and starts the next: what it had finished is in the cache. Errors are \
            shown until
            they are mended. Files that a spec comes to name are watched from then on, missing ones too.

            Ctrl-C ends it with exit code 0, whatever the last build said: 'vgraph build' asks once and answers in \
            its exit code.
            With --json each build is told as by 'build --json', after a line {"event":"changed","paths":[…]}, and is \
            followed by
            {"event":"watching",…}; a build that found nothing new says nothing.
            """)

    @OptionGroup var folder: FolderOptions

    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp("Workers at once (default: one a core).", valueName: "n"))
    var jobs: Int?

    @Flag(name: .shortAndLong, help: "After a failure go on with what does not depend on it.") var keepGoing = false
    @Flag(name: .shortAndLong, help: "Say only what is wrong.") var quiet = false
    @Flag(name: .shortAndLong, help: "Say why each node runs, and which were hits.") var verbose = false
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Argument(help: "What to build; everything that the folder offers when none is named.") var targets: [String] = []

    func validate() throws {
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("-j takes a number from 1 to 256") }
    }

    func run() throws {
        try exiting(json: folder.json) {
            let place = try Place(folder)
            var request = place.request(targets: targets, sets: try BuildCommand.table(sets))
            request.jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            request.keepGoing = keepGoing
            request.upToDateText = ReportText.upToDate
            let report = WatchReport(
                targets: targets, json: folder.json, volume: quiet ? .quiet : verbose ? .verbose : .normal)
            try WatchSession(place, request, report).run()
        }
    }
}
