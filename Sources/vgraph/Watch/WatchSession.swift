// Builds, waits for a change, builds again. Changes are heard from before the first build on; one that comes while a
// build runs ends it, and another begins. What is heard only says when to look: a build decides what changed.
import Diagnostics
import Glibc
import Graph
import Processes
import Store
import Work
import Workers

final class WatchSession {
    private let place: Place
    private let request: BuildRequest
    private let files: WatchedFiles
    private let report: WatchReport
    private let workshop: Workshop
    private let interruption: Interruption
    /// Heard while the last build ran, and not looked at by it for certain.
    private let heard: Heard
    private var said: News.Said?
    /// The last build made everything, so its state file tells whether anything has changed.
    private var isWhole = false
    private var hasToldLimit = false
    /// Builds in a row that began though nothing was heard.
    private var unprompted = 0

    private final class Heard { var changes = WatchedFiles.Changes() }

    /// Quiet for so long, a change is complete: editors write, rename and touch.
    private static let quiet = 0.05
    /// However busy the folder is, a build begins after so long.
    private static let longestStorm = 2.0
    /// Workers that had nothing to do for so long are ended.
    private static let idle = 180.0

    init(_ place: Place, _ request: BuildRequest, _ report: WatchReport) throws {
        self.place = place
        self.request = request
        self.report = report
        let workshop = Workshop(), heard = Heard()
        let files = try WatchedFiles(place.folders, cache: place.cache, workshop: workshop)
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

    /// Until Ctrl-C, SIGTERM, or nobody listens any more.
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
            let result = try place.builder.run(
                request, observer: news, interruption: interruption, workshop: workshop, catchSignals: false)
            if result.status == .interrupted {
                heard.changes.mayMatter = true
                return isWhole = false
            }
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
        // Without a state file nobody knows what a build looked at, so whatever changes may be what it missed.
        let state = request.stateRequest(worker: place.worker)
        let leaves = isWhole ? StateFile.load(state.path(cache: place.cache), identity: state.identity)?.leaves : nil
        isWhole = isWhole && leaves != nil
        files.follow(leaves)
        if let limit = files.limit, !hasToldLimit {
            hasToldLimit = true
            report.tell(limit.diagnostic)
        }
        if outcome != said || news.isTold { report.waiting(files: files.files, folders: files.folderCount) }
        said = outcome
        // Edits of files that were not watched before this build looked at them; but what cannot be looked at is never
        // up to date.
        guard isWhole, !heard.changes.mayMatter, unprompted < 2, !isUpToDate else { return unprompted = 0 }
        unprompted += 1
        heard.changes.mayMatter = true
    }

    private var isUpToDate: Bool { request.stateRequest(worker: place.worker).upToDate(cache: place.cache) != nil }

    private func waitForChange() {
        var waited = 0.0
        while !interruption.isTriggered {
            if heard.changes.mayMatter {
                settle()
                if !isWhole || !isUpToDate { return }
                heard.changes = WatchedFiles.Changes()
            }
            guard files.hasRoot else { return }
            // Now and then whether somebody still listens.
            if interruption.wait(or: files.descriptor, seconds: 5) {
                heard.changes.add(files.collect())
            } else {
                waited += 5
                if waited >= Self.idle { workshop.close() }
                if report.isUnheard { return interruption.trigger() }
            }
        }
    }

    /// Until nothing has happened for a moment.
    private func settle() {
        let start = monotonicSeconds()
        while monotonicSeconds() - start < Self.longestStorm,
            interruption.wait(or: files.descriptor, seconds: Self.quiet)
        {
            heard.changes.add(files.collect())
        }
    }

    /// A build would make the folder again, with an empty cache in it.
    private func waitForRoot() -> Bool {
        report.tell(WatchProblem.folderGone(path: place.workspace).diagnostic)
        isWhole = false
        said = nil
        while !interruption.isTriggered, !files.addRoot() { _ = interruption.wait(or: -1, seconds: 0.2) }
        settle()
        return !interruption.isTriggered
    }
}
