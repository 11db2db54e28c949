// What a build reports: its result, its errors and remarks once each, and events for its observer.
import Diagnostics

final class Account {
    var result = BuildResult()
    private(set) var errors: [Diagnostic] = []
    private(set) var remarks: [Diagnostic] = []
    /// Of the errors and of the remarks: a thousand films of one spec say the same.
    private var known: (errors: Set<Diagnostic>, remarks: Set<Diagnostic>) = ([], [])
    private let folders: Folders
    private weak var observer: (any BuildObserver)?

    init(_ folders: Folders, _ observer: (any BuildObserver)?) {
        self.folders = folders
        self.observer = observer
    }

    func tell(_ event: @autoclosure () -> BuildEvent) { observer?.observe(event()) }

    func add(error: Diagnostic) { if known.errors.insert(error).inserted { errors.append(error) } }

    /// Counts a node that is done for its target.
    /// - Parameter isShared: this build made its result for another target.
    func note(_ node: BuildNode, isShared: Bool) {
        if node.hasRun {
            result.targets[node.target].ran += 1
            result.targets[node.target].seconds += node.seconds
        } else {
            result.targets[node.target].hits += 1
            if isShared { result.targets[node.target].shared += 1 }
        }
    }

    /// Problems that keep the build from starting its first node, or would.
    func refuse(_ problems: [Diagnostic]) {
        errors += problems
        result.failed += problems.count
        for problem in problems { tell(.diagnostic(nil, problem)) }
    }

    /// Remembers a warning or note.
    func remark(_ node: BuildNode?, _ diagnostic: Diagnostic) {
        let diagnostic = relative(diagnostic)
        guard known.remarks.insert(diagnostic).inserted else { return }
        remarks.append(diagnostic)
        tell(.diagnostic(node?.name, diagnostic))
    }

    /// Names files by their path in the workspace, as users know them.
    func relative(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic
        diagnostic.message = diagnostic.message.replacing("'" + folders.workspace + "/", with: "'")
        for (name, folder) in folders.roots {
            diagnostic.message = diagnostic.message.replacing("'" + folder + "/", with: "'" + name + ":")
        }
        return diagnostic
    }

    /// Completes the result: diagnostics in order, and the status that follows from errors and verdicts.
    func conclude(isInterrupted: Bool) {
        result.diagnostics = errors + remarks
        if isInterrupted {
            result.status = .interrupted
        } else if result.failed > 0 {
            result.status = ExitStatus(endedBy: errors)
        } else if result.targets.contains(where: { $0.verdict == .revise }) {
            result.status = .revise
        }
    }
}
