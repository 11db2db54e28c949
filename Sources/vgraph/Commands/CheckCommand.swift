// `vgraph check`: has a worker inspect one file and prints the report in the format that was asked for. Must not judge
// anything itself.
import ArgumentParser
import Composition
import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Graph
import Stages
import Store
import Work

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", _superCommandName: "vgraph", abstract: "Check any video file.",
        discussion: """
            Decodes the file to its end and applies the checks that 'vgraph checks' lists.
            A target of this folder is compared with its own plan and profiles; any other
            file with general rules, or with what --spec, --plan and --profile name. A spec
            is proofread too; findings point at its lines.

              vgraph check launch.mp4
              vgraph check from-elsewhere.mp4 --profile reels
              vgraph check cut.mp4 --spec launch.video.yaml --format sarif > findings.sarif

            Exit codes: 0 every check passed, perhaps with warnings; 3 a check failed or
            could not run; 2 the file does not exist.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit, sarif, github }

    @OptionGroup var folder: FolderOptions
    @Option(help: "The format of the report.") var format: Format?
    @Option(
        help: ArgumentHelp(
            "Compare the file with this plan, as 'vgraph show TARGET:plan' prints it.", valueName: "plan.json"))
    var plan: String?
    @Option(
        name: .customLong("profile"),
        help: ArgumentHelp(
            "Apply these rules: youtube, shorts, tiktok, reels, linkedin, broadcast, or one of pipelines/profiles; "
                + "repeatable.",
            valueName: "name"))
    var profiles: [String] = []
    @Option(
        help: ArgumentHelp(
            "Compare the file with this spec: size, rate, durations, captions, profiles.", valueName: "name.video.yaml")
    ) var spec: String?
    @Option(
        help: ArgumentHelp("The spec's format that the file has (default: the spec's own size).", valueName: "name"))
    var size: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(name: .shortAndLong, help: "Also print what was expected where a check passed.") var verbose = false
    @Argument(help: "The file.") var file: String

    func validate() throws {
        if folder.json, let format, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) cannot be used together")
        }
        if plan != nil, spec != nil { throw ValidationError("--plan and --spec cannot be used together") }
        if size != nil, spec == nil {
            throw ValidationError("--size needs --spec: it names one of that spec's formats")
        }
    }

    func run() throws {
        let format = folder.json ? .json : format ?? .text
        try exiting(json: format == .json) {
            let checked = try checked(Project(folder), format)
            switch format {
            case .text:
                // Coloured text was cleaned piece by piece when it was laid out.
                let columns = Columns(margin: 0), text = checked.text(columns, isVerbose: verbose)
                if columns.color { printDocument(text) } else { print(text) }
            case .json: printDocument(try checked.json())
            case .junit: printDocument(checked.junit())
            case .sarif: printDocument(checked.sarif(version: vgraphVersion))
            case .github: printDocument(checked.github())
            }
            guard checked.passed else { throw ExitStatus.revise.code }
        }
    }

    private func checked(_ project: Project, _ format: Format) throws -> CheckedFile {
        let scratch = try JobFolder()
        var job = project.job(InspectRequest.request, node: "check of '\(file)'", scratch: scratch.path)
        job.put(absolute(file, project), in: InspectRequest.media, as: file)
        job.set(InspectRequest.profiles, to: profiles)
        let words = try hold(&job, project)
        let isWatched = format == .text && isatty(2) == 1
        defer { if isWatched { tell("\r\u{1B}[K") } }
        job.cpuLimit = Self.cpuLimit(absolute(file, project))
        let outcome: Outcome
        do {
            outcome = try project.builder.perform(job) { now in
                if isWatched { tell("\r\u{1B}[K\(now.done)\(now.total > 0 ? " of \(now.total)" : "") \(now.unit)") }
            }
        } catch {
            guard
                let unfinished = CheckedFile(
                    unfinished: error, file: file, path: absolute(file, project), plan: words,
                    rules: (try? project.rules()) ?? [])
            else { throw error }
            return unfinished
        }
        var report = try scratch.value(CheckReport.self, outcome[InspectRequest.report].first, of: "'\(file)'")
        if spec == nil && plan == nil, let decision = decision(project), decision.sha256 != report.sha256 {
            report.results.insert(
                CheckResult(
                    id: "gate", title: "The file is the one that the gate judged", verdict: .fail,
                    measured: "SHA-256 \(report.sha256)",
                    expected: "SHA-256 \(decision.sha256)",
                    hint: "build \(file) again: the last build did not make this file"), at: 0)
        }
        return CheckedFile(
            file: file, plan: words,
            findings: try scratch.value([Diagnostic].self, outcome[InspectRequest.findings].first, of: "the spec"),
            report: report,
            rules: try scratch.value([CheckRule].self, outcome[InspectRequest.rules].first, of: "its checks"))
    }

    /// The gate's decision, if the file is a target that is up to date.
    private func decision(_ project: Project) -> GateDecision? {
        guard let target = relative(project), let sets = try? BuildCommand.table(sets),
            project.builder.makes(target, in: project.folders),
            let gates = try? project.builder.stages(of: GateStage.stage.name, for: target, in: project.folders),
            let gate = gates.first,
            let made = try? project.builder.artifacts(
                project.request(targets: [], sets: sets), target: target, stage: gate, output: "decision"
            ).first,
            let data = try? Data(contentsOf: URL(filePath: made.path))
        else { return nil }
        return try? JSONDecoder().decode(GateDecision.self, from: data)
    }

    /// 15 s, and a second for each thousand bytes of the file: more than decoding any picture takes.
    private static func cpuLimit(_ path: String?) -> Double? {
        var status = stat()
        guard let path, stat(path, &status) == 0 else { return nil }
        return 15 + Double(status.st_size) / 1000
    }

    private func tell(_ text: String) { _ = text.withCString { write(2, $0, strlen($0)) } }

    private func absolute(_ path: String, _ project: Project) -> String {
        path.hasPrefix("/") ? path : project.workspace + "/" + path
    }

    /// Puts what describes the file into the job. Returns how reports name that; nil: nothing describes the file.
    private func hold(_ job: inout Job, _ project: Project) throws -> String? {
        if let spec {
            let path = absolute(spec, project)
            // The worker looks for the spec's files in the folders above it.
            job.set(InspectRequest.beside, to: path.folderPart)
            guard let file = try copy(of: spec, project, job.scratch, "spec.yaml") else {
                throw Refusal(.cannotOpen(spec, error: String(cString: strerror(ENOENT))))
            }
            job.put(file, in: InspectRequest.spec, as: spec)
            if let props = Self.props(beside: spec), let file = try copy(of: props, project, job.scratch, "props.yaml")
            {
                job.put(file, in: InspectRequest.props, as: props)
            }
            job.set(InspectRequest.set, to: try BuildCommand.table(sets))
            job.set(InspectRequest.format, to: size ?? "")
            // A film of this spec is compared with what the spec says of that film.
            if let target = relative(project), let film = try? project.builder.film(target, in: project.folders),
                film.spec.isSameBytes(spec.beneath(project.workspace) ?? spec)
            {
                job.set(InspectRequest.choice, to: film.choice)
            }
            return "the spec '\(spec)'"
        }
        if let plan {
            let data = try readable(plan, project)
            if let reason = Self.fault(data) { throw Refusal(.badPlan(plan, reason: reason)) }
            job.put(absolute(plan, project), in: InspectRequest.plan, as: plan)
            return "the plan in '\(plan)'"
        }
        // A file from elsewhere can be checked even if the folder's pipelines cannot be read.
        guard let target = relative(project), project.builder.makes(target, in: project.folders) else { return nil }
        let request = project.request(targets: [], sets: try BuildCommand.table(sets))
        guard
            let made = (try? project.builder.artifacts(request, target: target, stage: "plan", output: "plan"))?.first,
            let data = try? Data(contentsOf: URL(filePath: made.path)), Self.fault(data) == nil
        else {
            // On standard error in every format: standard output holds only the report.
            printDiagnostics([CommandProblem.noPlan(target: target).diagnostic])
            return nil
        }
        job.put(made.path, in: InspectRequest.plan)
        if let rules = (try? project.builder.artifacts(request, target: target, stage: "validate", output: "profile"))?
            .first
        {
            job.put(rules.path, in: InspectRequest.profile)
        }
        return "the plan of \(target)"
    }

    /// Copies a file for the worker without following links out of its folder; nil: there is no such file. A file in
    /// the workspace is opened beneath the workspace, any other beneath its own folder: the user named that file, not
    /// what it links to.
    private func copy(of named: String, _ project: Project, _ scratch: String, _ name: String) throws -> String? {
        let path = absolute(named, project)
        let folder = path.beneath(project.workspace) == nil ? path.folderPart : project.workspace
        guard let content = try FileContent.read(path, keepBytes: true, in: Root(folder, links: .inside)) else {
            return nil
        }
        let target = scratch + "/" + name
        do throws(SystemFailure) { try WholeFile.write(content.bytes, to: target) } catch {
            throw Refusal(.cannotWrite(path: target, reason: error.words))
        }
        return target
    }

    private func readable(_ path: String, _ project: Project) throws -> Data {
        let full = absolute(path, project)
        do throws(SystemFailure) { return Data(try WholeFile.read(full)) } catch {
            throw Refusal(.cannotOpen(path, error: error.code == EISDIR ? "it is not a file" : error.words))
        }
    }

    /// launch.props.yaml for launch.video.yaml.
    private static func props(beside spec: String) -> String? {
        spec.hasSuffix(".video.yaml") ? spec.dropLast(".video.yaml".count) + ".props.yaml" : nil
    }

    /// The file's path relative to the workspace; nil: it lies elsewhere.
    private func relative(_ project: Project) -> String? {
        guard let real = realpath(absolute(file, project), nil) else { return nil }
        defer { free(real) }
        let path = String(cString: real)
        return path.beneath(project.workspace)
    }

    /// Why a file cannot be compared with this plan; nil: it can.
    private static func fault(_ data: Data) -> String? {
        guard let plan = try? JSONDecoder().decode(Plan.self, from: data) else {
            return "it is not JSON with a plan's fields"
        }
        let isRate = plan.rate.numerator > 0 && plan.rate.denominator > 0
        return isRate && plan.frames > 0 && plan.size.width > 0 && plan.size.height > 0
            ? nil : "its rate, size or frame count is not positive"
    }
}
