// `--findings`: collects the diagnostics of a build and writes them for another program when the build ends.
import Composition
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Graph
import Work

final class FindingsFile: BuildObserver {
    /// "-": standard output.
    private let file: String
    private let form: FindingsReport.Form
    private var findings: [Diagnostic] = []

    init(file: String) throws {
        self.file = file
        let ending =
            file == "-"
            ? "github" : String(file[(file.lastIndex(of: ".").map { file.index(after: $0) } ?? file.endIndex)...])
        guard let form = FindingsReport.Form(rawValue: ending), form != .github || file == "-" else {
            throw Refusal(.badFindings(file))
        }
        self.form = form
    }

    func observe(_ event: BuildEvent) {
        switch event {
        case .diagnostic(_, let diagnostic): add(diagnostic)
        case .failed(_, let diagnostics, _): diagnostics.forEach(add)
        default: break
        }
    }

    /// Targets with the same spec report the same findings. A note without a line is for whoever builds.
    func add(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .note, diagnostic.place?.line ?? 0 == 0 { return }
        if !findings.contains(diagnostic) { findings.append(diagnostic) }
    }

    func write(rules: [CheckRule]) throws {
        var text = FindingsReport.text(findings.inFileOrder(), as: form, rules: rules, version: vgraphVersion)
        if !text.isEmpty { text += "\n" }
        guard file != "-" else { return printDocument(text, terminator: "") }
        try writeDocument(text, to: file)
    }
}
