// Holds a build's events back until one of them is new: a watcher builds often, and mostly finds that nothing changed.
import Diagnostics
import Graph

final class News: BuildObserver {
    /// What a build reported.
    struct Said: Equatable {
        var status: ExitStatus
        var diagnostics: Set<Diagnostic>
        init(_ status: ExitStatus, _ diagnostics: [Diagnostic]) {
            self.status = status
            self.diagnostics = Set(diagnostics)
        }
    }

    private let audience: any BuildObserver
    /// nil: everything is new.
    private let before: Said?
    private let opening: () -> Void
    private let onPublished: (String) -> Void
    private var held: [BuildEvent] = []
    private(set) var isTold = false

    /// - Parameter opening: called before the first event is passed on.
    init(
        to audience: any BuildObserver, before: Said?, onPublished: @escaping (String) -> Void,
        opening: @escaping () -> Void
    ) {
        self.audience = audience
        self.before = before
        self.opening = opening
        self.onPublished = onPublished
    }

    func observe(_ event: BuildEvent) {
        if case .published(_, let file, _) = event { onPublished(file) }
        guard !isTold else { return audience.observe(event) }
        held.append(event)
        if isNew(event) { tell() }
    }

    func tell() {
        guard !isTold else { return }
        isTold = true
        opening()
        for event in held { audience.observe(event) }
        held = []
    }

    private func isNew(_ event: BuildEvent) -> Bool {
        guard let before else { return true }
        switch event {
        case .ran, .published(_, _, hasChanged: true): return true
        case .failed(_, let diagnostics, _): return !before.diagnostics.isSuperset(of: diagnostics)
        case .diagnostic(_, let diagnostic): return !before.diagnostics.contains(diagnostic)
        // An interrupted build reports nothing: another follows at once.
        case .finished(let result):
            return result.status != .interrupted && Said(result.status, result.diagnostics) != before
        default: return false
        }
    }
}
