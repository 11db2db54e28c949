// A check report as GitHub Actions annotations: one workflow command per check that did not pass.
import Composition
import Diagnostics

extension CheckedFile {
    func github() -> String {
        var lines = report.results.filter(\.verdict.isFinding).map { result in
            let command = result.verdict == .warn ? "warning" : "error"
            var message = result.sentence
            if let time = result.time { message += "\nat \(time)" }
            if let hint = result.hint { message += "\nhint: \(hint)" }
            let title = FindingsReport.property("\(result.id) \(result.title)")
            return
                "::\(command) file=\(FindingsReport.property(file)),title=\(title)::\(FindingsReport.message(message))"
        }
        lines += findings.map(FindingsReport.annotation)
        lines.append(Printable.line(summary))
        return lines.joined(separator: "\n")
    }
}
