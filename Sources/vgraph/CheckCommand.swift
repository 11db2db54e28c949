import ArgumentParser
import Composition
import Diagnostics
import FoundationEssentials
import Glibc
import Graph
import Work

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a video file, whoever made it.",
        discussion: """
            The file is decoded to its end and judged by the table that 'vgraph checks'
            lists. A target of this folder is held against its own plan; any other file
            against general rules, or against the plan that --plan names.

              vgraph check launch.mp4
              vgraph check from-elsewhere.mp4 --format sarif > findings.sarif

            Exit codes: 0 everything passed, perhaps with warnings; 3 something failed
            or could not be checked; 2 there is no such file.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit, sarif, github }

    @OptionGroup var folder: FolderOptions
    @Option(help: "How to report.") var format: Format?
    @Option(help: ArgumentHelp("Hold the file against this plan, as 'vgraph show TARGET:plan' prints it.", valueName: "plan.json")) var plan: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] = []
    @Flag(name: .shortAndLong, help: "Say what was expected of what passed, too.") var verbose = false
    @Argument(help: "The file.") var file: String

    func validate() throws {
        if folder.json, let format, format != .json { throw ValidationError("--json and --format \(format.rawValue) exclude each other") }
    }

    func run() throws {
        let format = folder.json ? .json : format ?? .text
        try exiting(json: format == .json) {
            let checked = try checked(Place(folder), format)
            switch format {
            case .text: print(checked.text(Columns(margin: 0), isVerbose: verbose))
            case .json: print(try checked.json())
            case .junit: print(checked.junit())
            case .sarif: print(checked.sarif(version: vgraphVersion))
            case .github: print(checked.github())
            }
            guard checked.report.passed else { throw ExitStatus.revise.code }
        }
    }

    private func checked(_ place: Place, _ format: Format) throws -> CheckedFile {
        let scratch = try Scratch()
        let held = try heldAgainst(place)
        var job = Job(id: 1, stage: "inspect", node: "check of '\(file)'", workspace: place.workspace, inputs: ["media": [absolute(file, place)]],
                      names: ["media": [file]], parameters: [:], scratch: scratch.path)
        if let held { job.inputs["plan"] = [held.path] }
        let isWatched = format == .text && isatty(2) == 1
        defer { if isWatched { tell("\r\u{1B}[K") } }
        let outcome = try place.builder.perform(job) { now in
            if isWatched { tell("\r\u{1B}[K\(now.done)\(now.total > 0 ? " of \(now.total)" : "") \(now.unit)") }
        }
        return CheckedFile(file: file, plan: held?.words,
                           report: try scratch.value(CheckReport.self, outcome.outputs["report"]?.first, of: "'\(file)'"),
                           rules: try scratch.value([CheckRule].self, outcome.outputs["rules"]?.first, of: "its checks"))
    }

    private func tell(_ text: String) { _ = text.withCString { write(2, $0, strlen($0)) } }

    private func absolute(_ path: String, _ place: Place) -> String { path.hasPrefix("/") ? path : place.workspace + "/" + path }

    /// The plan that describes the file, and how to name it to people; nil: none does.
    private func heldAgainst(_ place: Place) throws -> (path: String, words: String)? {
        if let plan {
            let path = absolute(plan, place)
            guard let data = try? Data(contentsOf: URL(filePath: path)) else {
                throw Refusal(.cannotRead(plan, error: access(path, R_OK) == 0 ? "it is not a file" : String(cString: strerror(errno))))
            }
            if let reason = Self.fault(data) { throw Refusal(.badPlan(plan, reason: reason)) }
            return (path, "the plan in '\(plan)'")
        }
        // That a folder has no pipelines that can be read is nothing to a file from elsewhere.
        guard let target = relative(place), let offered = try? place.builder.targets(workspace: place.workspace), offered.contains(target) else { return nil }
        let request = place.request(targets: [], sets: try BuildCommand.table(sets))
        guard let made = (try? place.builder.artifacts(request, target: target, stage: "plan", output: "plan"))?.first,
              let data = try? Data(contentsOf: URL(filePath: made.path)), Self.fault(data) == nil else {
            // On standard error in every format: standard output holds the report alone.
            printDiagnostics([CommandProblem.noPlan(target: target).diagnostic])
            return nil
        }
        return (made.path, "the plan of \(target)")
    }

    /// The file's path from the workspace, where it lies in it.
    private func relative(_ place: Place) -> String? {
        guard let real = realpath(absolute(file, place), nil) else { return nil }
        defer { free(real) }
        let path = String(cString: real)
        return path.hasPrefix(place.workspace + "/") ? String(path.dropFirst(place.workspace.count + 1)) : nil
    }

    /// Why this is not a plan that a file can be held against; nil: it is one.
    private static func fault(_ data: Data) -> String? {
        guard let plan = try? JSONDecoder().decode(Plan.self, from: data) else { return "it is not JSON with a plan's fields" }
        let isRate = plan.rate.numerator > 0 && plan.rate.denominator > 0
        return isRate && plan.frames > 0 && plan.size.width > 0 && plan.size.height > 0 ? nil : "its rate, size or frame count is not positive"
    }
}
