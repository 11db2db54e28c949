// A build told in plain lines: for logs, pipes and CI.
import Diagnostics
import Glibc
import Graph

final class PlainReport: BuildObserver {
    enum Volume { case quiet, normal, verbose }
    private let volume: Volume
    private var nodes = 0
    private var settled = 0

    init(volume: Volume) { self.volume = volume }

    func observe(_ event: BuildEvent) {
        switch event {
        case .grew(let count): nodes = count
        case .kept(let count): settled += count
        case .nodeStarted(let node, let why):
            if volume == .verbose { say("  start  \(node.id)\(why.isEmpty ? "" : ": " + why.joined(separator: "; "))") }
        case .hit(let node):
            settled += 1
            if volume == .verbose { say("  hit    \(node.id)") }
        case .ran(let node, let seconds):
            settled += 1
            if volume != .quiet { say("\(counter)  \(node.id)  \(ReportText.seconds(seconds))") }
        case .failed(let node, let diagnostics, let seconds):
            settled += 1
            if volume != .quiet { say("\(counter)  \(node.id) failed  \(ReportText.seconds(seconds))") }
            printDiagnostics(diagnostics)
        case .skipped(let node, let because):
            settled += 1
            if volume == .verbose { say("  skip   \(node.id): \(because)") }
        case .diagnostic(_, let diagnostic):
            if volume != .quiet || diagnostic.severity == .error { printDiagnostics([diagnostic]) }
        case .published(_, let file, hasChanged: true):
            if volume != .quiet { say("wrote \(file)") }
        case .finished(let result):
            if volume != .quiet { for line in ReportText.closing(result) { say(line) } }
        case .started, .progress, .published, .verdict: break
        }
    }

    private var counter: String { "[\(settled)/\(nodes)]" }
    private func say(_ line: String) { print(line) }
}

/// Sentences that several reports say.
enum ReportText {
    /// What is said when all is over, and again while nothing needs doing.
    static func closing(_ result: BuildResult) -> [String] {
        var lines: [String] = []
        for target in result.targets {
            let end: String
            if result.status == .interrupted { end = "interrupted" }
            else if target.hasFailed { end = "failed" }
            else { end = result.ran == 0 ? "up to date" : "built" }
            lines.append("\(target.name): \(end)" + (target.verdict.map { ", gate: \($0)" } ?? ""))
            if target.verdict == "revise" { lines.append("  what stands against it: vgraph show \(plain(target.name)):gate") }
        }
        if result.nodes > 0 {
            lines.append("\(result.nodes) nodes: \(result.ran) ran, \(result.hits) hits"
                + (result.failed > 0 ? ", \(result.failed) failed" : "") + (result.skipped > 0 ? ", \(result.skipped) skipped" : "")
                + ", \(seconds(result.seconds))")
            if result.repeated > 0 { lines.append("\(result.repeated) ran twice, with equal results") }
        }
        if !result.spent.isEmpty {
            lines.append("spent " + result.spent.sorted { $0.key < $1.key }.map { money($0.value, $0.key) }.joined(separator: ", "))
        }
        return lines
    }

    /// `0.12 USD`: two decimals, more where they say something.
    static func money(_ amount: Double, _ currency: String) -> String {
        let hundredths = (min(max(amount.isFinite ? amount : 0, 0), 1e9) * 100).rounded()
        guard abs(amount * 100 - hundredths) < 1e-6 else { return "\(amount) \(currency)" }
        let whole = Int(hundredths) / 100, rest = Int(hundredths) % 100
        return "\(whole).\(rest < 10 ? "0" : "")\(rest) \(currency)"
    }

    /// What a build with nothing to do prints, kept in the state file.
    static func upToDate(_ result: BuildResult) -> String {
        result.targets.map { "\($0.name) is up to date" + ($0.verdict.map { ", gate: \($0)" } ?? "") }.joined(separator: "\n")
    }

    static func seconds(_ given: Double) -> String {
        // Logs and records come from files, which may hold any number.
        let value = min(max(given.isFinite ? given : 0, 0), 1e9)
        if value < 0.0995 { return "\(Int((value * 1000).rounded())) ms" }
        if value < 60 {
            let tenths = Int((value * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) s"
        }
        return "\(Int(value) / 60) min \(Int(value) % 60) s"
    }

    private static func plain(_ target: String) -> String { String(target.prefix { $0 != ":" }) }
}

/// Errors and warnings, on standard error; coloured only where a person looks.
func printDiagnostics(_ diagnostics: [Diagnostic], json: Bool = false) {
    guard !diagnostics.isEmpty else { return }
    if json { return diagnostics.forEach { JSONReport.say(["event": .string("diagnostic"), "diagnostic": JSONReport.value(of: $0)]) } }
    fflush(nil)
    let color = isatty(2) == 1 && getenv("NO_COLOR") == nil
    for diagnostic in diagnostics {
        let text = diagnostic.text(color: color) + "\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
    }
}
