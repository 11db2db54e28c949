// What a watcher prints: one screen that is redrawn on a terminal, lines elsewhere, JSON for programs.
import Diagnostics
import Glibc
import Graph
import Work

final class WatchReport {
    private enum Medium { case terminal, lines, json }
    private let medium: Medium
    private let volume: PlainReport.Volume
    private let title: String
    private var hasBegun = false

    init(targets: [String], json: Bool, volume: PlainReport.Volume) {
        medium = json ? .json : isatty(1) == 1 && !Terminal.isDumb && volume != .quiet ? .terminal : .lines
        self.volume = volume
        title = targets.isEmpty ? "every target" : targets.joined(separator: " ")
    }

    var isJSON: Bool { medium == .json }

    /// For one build.
    func observer() -> any BuildObserver {
        switch medium {
        case .json: JSONReport()
        case .terminal: TerminalReport(volume: volume)
        case .lines: PlainReport(volume: volume)
        }
    }

    /// Called before a build's first output.
    func begin(changed: [String]) {
        let isFirst = !hasBegun
        hasBegun = true
        switch medium {
        case .json:
            if !isFirst { JSONReport.say(["event": .string("changed"), "paths": .array(changed.map(Value.string))]) }
        case .terminal:
            // Cursor home, then clear: earlier output stays in the scroll-back.
            printDocument(
                "\u{1B}[H\u{1B}[2J\u{1B}[1mwatching \(Columns.plain(title))\u{1B}[0m"
                    + (changed.isEmpty ? "" : ": \(Self.list(changed)) changed"))
        case .lines:
            if !isFirst, volume != .quiet { print("changed: \(changed.isEmpty ? "something" : Self.list(changed))") }
        }
        fflush(nil)
    }

    /// What keeps the watcher from seeing every change.
    func tell(_ diagnostic: Diagnostic) { printDiagnostics([diagnostic], json: medium == .json) }

    /// What kept a build from starting.
    func refused(_ diagnostics: [Diagnostic]) {
        if medium == .json { JSONReport.refused(diagnostics, target: nil) } else { printDiagnostics(diagnostics) }
    }

    /// - Parameter files: nil: not known, since the last build did not complete.
    func waiting(files: Int?, folders: Int) {
        switch medium {
        case .json:
            JSONReport.say([
                "event": .string("watching"), "files": files.map(Value.int) ?? .null, "folders": .int(folders),
            ])
        case .terminal:
            printDocument(
                "\u{1B}[2mwaiting for a change in \(files.map { "\($0) files" } ?? "\(folders) folders"); press "
                    + "Ctrl-C to end\u{1B}[0m"
            )
        case .lines:
            if volume != .quiet {
                print("waiting for a change in \(files.map { "\($0) files" } ?? "\(folders) folders")")
            }
        }
        fflush(nil)
    }

    func ended() {
        if medium == .terminal { print("") }
        fflush(nil)
    }

    /// The reader of our output is gone.
    var isUnheard: Bool {
        var list = [pollfd(fd: 1, events: 0, revents: 0)]
        return poll(&list, 1, 0) > 0 && Int32(list[0].revents) & (POLLERR | POLLNVAL) != 0
    }

    private static func list(_ paths: [String]) -> String {
        let shown = paths.prefix(3).map(Columns.plain).joined(separator: ", ")
        return paths.count > 3 ? shown + " and \(paths.count - 3) more" : shown
    }
}
