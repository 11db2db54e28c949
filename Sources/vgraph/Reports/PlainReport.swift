// A build as plain lines, for logs, pipes and CI.
import Diagnostics
import Glibc
import Graph
import Store

final class PlainReport: BuildObserver {
    enum Volume { case quiet, normal, verbose }
    private let volume: Volume
    private var nodes = 0
    private var settled = 0
    private var printing = ProgramPrinting()
    /// Nodes whose next diagnostics are recalled from an earlier run: the last hit, or nil for a part of the graph that
    /// was kept without visiting its nodes.
    private var hits: Set<NodeName?> = []
    private var shown = ShownFindings()

    private let tellsNodes: Bool

    /// Nodes that were sent, and where to.
    private var away: [NodeName: String] = [:]

    init(volume: Volume, tellsNodes: Bool = true) {
        self.volume = volume
        self.tellsNodes = tellsNodes
    }

    func observe(_ event: BuildEvent) {
        switch event {
        case .grew(let count): nodes = count
        case .kept(let count):
            settled += count
            if count > 0 { hits = [nil] }
        case .nodeStarted(let node, let why):
            away[node] = nil
            if volume == .verbose { say("  start  \(node.id)\(why.isEmpty ? "" : ": " + why.joined(separator: "; "))") }
        case .sent(let node, let remote, let leader):
            away[node] = remote
            if volume == .verbose { say("  sent   \(node.id) to \(remote)" + (leader.map { " with \($0.id)" } ?? "")) }
        case .hit(let node, let remote):
            settled += 1
            hits = [node]
            if volume == .verbose {
                say("  hit    \(node.id)" + (remote.map { ", from the remote cache \($0)" } ?? ""))
            }
        case .printed(let node, let bytes, let how):
            if let text = printing.text(node, bytes, how, isVerbose: volume == .verbose) { printError(text) }
        case .ran(let node, let seconds):
            settled += 1
            hits = []
            if volume != .quiet && tellsNodes {
                say(
                    "\(counter)  \(node.id)  \(ReportText.seconds(seconds))\(away.removeValue(forKey: node).map { " on \($0)" } ?? "")"
                )
            }
        case .failed(let node, let diagnostics, let seconds):
            settled += 1
            if volume != .quiet { say("\(counter)  \(node.id) failed  \(ReportText.seconds(seconds))") }
            printDiagnostics(shown.take(diagnostics))
        case .skipped(let node, let because):
            settled += 1
            if volume == .verbose { say("  skip   \(node.id): \(because)") }
        case .diagnostic(let node, let diagnostic):
            if volume != .quiet || diagnostic.isReason {
                printDiagnostics(shown.take([diagnostic]), isRecalled: hits.contains(node))
            }
        case .published(_, let file, hasChanged: true):
            if volume != .quiet { say("wrote \(file)") }
        case .uploading(let records):
            if volume == .verbose { say("  uploading \(records) results") }
        case .finished(let result):
            for line in shown.rest() where volume != .quiet { say(line) }
            if volume != .quiet { for line in ReportText.closing(result) { say(line) } }
        case .started, .progress, .published, .verdict: break
        }
    }

    func tell(_ diagnostics: [Diagnostic]) { printDiagnostics(shown.take(diagnostics)) }

    private var counter: String { "[\(settled)/\(nodes)]" }
    private func say(_ line: String) { printDocument(Printable.line(line)) }
}

/// Sentences that several reports share.
enum ReportText {
    /// The last lines of a build.
    static func closing(_ result: BuildResult) -> [String] {
        var lines = TargetSummary(result).lines
        if result.nodes > 0 {
            lines.append(
                "\(result.nodes) nodes: \(result.ran) ran, \(result.hits) hits"
                    + (result.failed > 0 ? ", \(result.failed) failed" : "")
                    + (result.skipped > 0 ? ", \(result.skipped) skipped" : "")
                    + ", \(seconds(result.seconds))")
            if result.repeated > 0 { lines.append("\(result.repeated) ran twice, with equal results") }
        }
        lines += result.remotes.compactMap(remote)
        if !result.spent.isEmpty {
            lines.append(
                "spent "
                    + result.spent.sorted { $0.key < $1.key }.map { money($0.value, $0.key) }.joined(separator: ", "))
        }
        return lines
    }

    /// `team: 86 results came from it, 4.1 MB; 3 went there, 1.2 MB`; nil: it did nothing.
    private static func remote(_ remote: BuildResult.Remote) -> String? {
        var parts: [String] = []
        if remote.hits > 0 || remote.bytesDown > 0 {
            parts.append("\(remote.hits) results came from it, \(Size.text(remote.bytesDown))")
        }
        if remote.published > 0 {
            parts.append(
                "\(remote.published) \(parts.isEmpty ? "results " : "")went there, \(Size.text(remote.bytesUp))")
        }
        if remote.isOff { parts.append("given up on after \(remote.errors) errors") }
        return parts.isEmpty ? nil : "remote cache \(remote.name): " + parts.joined(separator: "; ")
    }

    /// Who made a result, when and where, and where it came from.
    static func origin(_ origin: Record.Origin) -> String {
        "made \(origin.time) by \(origin.user)@\(origin.host) as \(origin.node)"
            + (origin.remote.map { ", from the remote cache \($0)" } ?? "")
    }

    /// `0.12 USD`: two decimals, more only if the amount has them.
    static func money(_ amount: Double, _ currency: String) -> String {
        let hundredths = (min(max(amount.isFinite ? amount : 0, 0), 1e9) * 100).rounded()
        guard abs(amount * 100 - hundredths) < 1e-6 else { return "\(amount) \(currency)" }
        let whole = Int(hundredths) / 100, rest = Int(hundredths) % 100
        return "\(whole).\(rest < 10 ? "0" : "")\(rest) \(currency)"
    }

    /// What a build with nothing to do prints, kept in the state file.
    static func upToDate(_ result: BuildResult) -> String {
        let lines = TargetSummary(result).unchanged.map { Printable.line($0) }
        func text(_ diagnostics: [Diagnostic]) -> String {
            diagnostics.map { $0.text(isRecalled: true) + "\n" }.joined()
        }
        let remarks = result.diagnostics.filter { $0.id != "no-sandbox" && !$0.id.hasPrefix("remote-") }
        var shown = ShownFindings()
        let warnings = text(shown.take(remarks.filter { !$0.isReason }))
        return UpToDate(
            text: lines.joined(separator: "\n"), reasons: text(remarks.filter(\.isReason)),
            warnings: warnings + shown.rest().map { Printable.line($0) + "\n" }.joined(),
            json: (remarks.map(JSONReport.event) + TargetSummary(result).unchangedEvents)
                .map { JSONReport.text(.object($0), pretty: false) + "\n" }.joined()
        ).kept
    }

    static func seconds(_ given: Double) -> String {
        // Logs and records are files, which may hold any number.
        let value = min(max(given.isFinite ? given : 0, 0), 1e9)
        if value < 0.0995 { return "\(Int((value * 1000).rounded())) ms" }
        if value < 60 {
            let tenths = Int((value * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) s"
        }
        return "\(Int(value) / 60) min \(Int(value) % 60) s"
    }

}

extension Diagnostic {
    /// Printed even with `-q`: an error, or a reason of the gate.
    var isReason: Bool { severity == .error || id == GateProblem.id }
}

/// Prints errors and warnings on standard error, in colour only on a terminal.
func printDiagnostics(_ diagnostics: [Diagnostic], json: Bool = false, isRecalled: Bool = false) {
    guard !diagnostics.isEmpty else { return }
    if json { return diagnostics.forEach { JSONReport.say(JSONReport.event(of: $0)) } }
    let color = isatty(2) == 1 && getenv("NO_COLOR") == nil && !Terminal.isDumb
    for diagnostic in diagnostics { printError(diagnostic.text(color: color, isRecalled: isRecalled)) }
}

enum Terminal {
    /// It understands no escapes, like an editor's shell.
    static var isDumb: Bool { getenv("TERM").map { String(cString: $0) } == "dumb" }
}
