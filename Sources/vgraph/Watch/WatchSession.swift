// Builds, waits for a change, builds again. It listens from before the first build; a change during a build ends it and
// starts another. Notifications only tell when to look: a build decides what changed.
import Diagnostics
import Glibc
import Graph
import Processes
import Store
import Work
import Workers

final class WatchSession {
    private let project: Project
    private let request: BuildRequest
    private let files: WatchedFiles
    private let report: WatchReport
    private let workshop: Workshop
    private let interruption: Interruption
    /// Changes during the last build, which it may not have seen.
    private let heard: Heard
    private var said: News.Said?
    /// The last build completed, so its state file tells whether anything has changed.
    private var isWhole = false
    private var hasToldLimit = false
    /// Consecutive builds that began without a notification.
    private var unprompted = 0

    private final class Heard { var changes = WatchedFiles.Changes() }

    /// Seconds of silence after which a change is complete: editors write, rename and touch.
    private static let quiet = 0.05
    /// A build begins after this many seconds even if changes continue.
    private static let longestStorm = 2.0
    /// Workers end after this many seconds without work.
    private static let idle = 180.0

    init(_ project: Project, _ request: BuildRequest, _ report: WatchReport) throws {
        self.project = project
        self.request = request
        self.report = report
        let workshop = Workshop(), heard = Heard()
        let files = try WatchedFiles(project.folders, cache: project.cache, workshop: workshop)
        (self.workshop, self.files, self.heard) = (workshop, files, heard)
        let alarm = Interruption.Alarm(descriptor: files.descriptor) {
            heard.changes.add(files.collect())
            return heard.changes.isUrgent
        }
        guard let interruption = Interruption(alarm: alarm) else {
            throw Refusal([WatchProblem.cannotWatch(reason: "too many open files").diagnostic])
        }
        self.interruption = interruption
    }

    /// Runs until Ctrl-C, SIGTERM, or the reader of our output is gone.
    func run() {
        interruption.catchingSignals {
            while !interruption.isTriggered {
                guard files.hasRoot || waitForRoot() else { continue }
                build()
                guard !interruption.isTriggered else { break }
                waitForChange()
            }
        }
        workshop.close()
        report.ended()
    }

    private func build() {
        let changed = files.known(heard.changes.paths)
        heard.changes = WatchedFiles.Changes()
        let news = News(
            to: report.observer(), before: said, onPublished: { [files] in files.note(published: $0) },
            opening: { [report] in report.begin(changed: changed) })
        let outcome: News.Said
        do throws(Diagnostics) {
            let result = try project.builder.run(
                request, observer: news, interruption: interruption, workshop: workshop, catchSignals: false)
            if result.status == .interrupted {
                heard.changes.mayMatter = true
                return isWhole = false
            }
            SheetFile.refresh(after: result, project, sets: request.sets, json: report.isJSON)
            isWhole = [.done, .revise].contains(result.status) && result.failed == 0 && result.skipped == 0
            outcome = News.Said(result.status, result.diagnostics)
        } catch {
            isWhole = false
            outcome = News.Said(.badInput, error.all)
            if outcome != said {
                news.tell()
                report.refused(error.all)
            }
        }
        // Without a state file it is unknown what the build looked at, so any change may matter.
        let state = request.stateRequest(worker: project.worker)
        let leaves = isWhole ? StateFile.load(state.path(cache: project.cache), identity: state.identity)?.leaves : nil
        isWhole = isWhole && leaves != nil
        files.follow(leaves)
        if let limit = files.limit, !hasToldLimit {
            hasToldLimit = true
            report.tell(limit.diagnostic)
        }
        if outcome != said || news.isTold { report.waiting(files: files.files, folders: files.folderCount) }
        said = outcome
        // Files that this build looked at first may have changed before they were watched, so build again; at most
        // twice, since a file that cannot be read never counts as up to date.
        guard isWhole, !heard.changes.mayMatter, unprompted < 2, !isUpToDate else { return unprompted = 0 }
        unprompted += 1
        heard.changes.mayMatter = true
    }

    private var isUpToDate: Bool { request.stateRequest(worker: project.worker).upToDate(cache: project.cache) != nil }

    private func waitForChange() {
        var waited = 0.0
        while !interruption.isTriggered {
            if heard.changes.mayMatter {
                settle()
                if !isWhole || !isUpToDate { return }
                heard.changes = WatchedFiles.Changes()
            }
            guard files.hasRoot else { return }
            // Wakes up regularly to find out whether anything still reads our output.
            if interruption.wait(or: files.descriptor, seconds: 5) {
                heard.changes.add(files.collect())
            } else {
                waited += 5
                if waited >= Self.idle { workshop.close() }
                if report.isUnheard { return interruption.trigger() }
            }
        }
    }

    /// Waits until no change has come for a moment.
    private func settle() {
        let start = monotonicSeconds()
        while monotonicSeconds() - start < Self.longestStorm,
            interruption.wait(or: files.descriptor, seconds: Self.quiet)
        {
            heard.changes.add(files.collect())
        }
    }

    /// A build would create the folder again, with an empty cache in it.
    private func waitForRoot() -> Bool {
        report.tell(WatchProblem.folderGone(path: project.workspace).diagnostic)
        isWhole = false
        said = nil
        while !interruption.isTriggered, !files.addRoot() { _ = interruption.wait(or: -1, seconds: 0.2) }
        settle()
        return !interruption.isTriggered
    }
}
