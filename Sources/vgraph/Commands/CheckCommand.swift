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
        commandName: "check", abstract: "Check a video file, whoever made it.",
        discussion: """
            The file is decoded to its end and judged by the table that 'vgraph checks'
            lists. A target of this folder is held against its own plan and profiles; any
            other file against general rules, or against what --spec, --plan and --profile
            name. A spec is proofread too, and what is wrong with it stands at its line.

              vgraph check launch.mp4
              vgraph check from-elsewhere.mp4 --profile reels
              vgraph check cut.mp4 --spec launch.video.yaml --format sarif > findings.sarif

            Exit codes: 0 everything passed, perhaps with warnings; 3 something failed
            or could not be checked; 2 there is no such file.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit, sarif, github }

    @OptionGroup var folder: FolderOptions
    @Option(help: "How to report.") var format: Format?
    @Option(
        help: ArgumentHelp(
            "Hold the file against this plan, as 'vgraph show TARGET:plan' prints it.", valueName: "plan.json"))
    var plan: String?
    @Option(
        name: .customLong("profile"),
        help: ArgumentHelp(
            "Hold the file to these rules: youtube, shorts, tiktok, reels, linkedin, broadcast, or one of "
                + "pipelines/profiles; may be given several times.",
            valueName: "name"))
    var profiles: [String] = []
    @Option(
        help: ArgumentHelp(
            "Hold the file against this spec: size, rate, durations, captions, profiles.", valueName: "name.video.yaml")
    ) var spec: String?
    @Option(help: ArgumentHelp("Which of the spec's formats it is; its own size by default.", valueName: "name"))
    var size: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Flag(name: .shortAndLong, help: "Say what was expected of what passed, too.") var verbose = false
    @Argument(help: "The file.") var file: String

    func validate() throws {
        if folder.json, let format, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) exclude each other")
        }
        if plan != nil, spec != nil { throw ValidationError("--plan and --spec exclude each other") }
        if size != nil, spec == nil { throw ValidationError("--size names a format of the spec that --spec names") }
    }

    func run() throws {
        let format = folder.json ? .json : format ?? .text
        try exiting(json: format == .json) {
            let checked = try checked(Place(folder), format)
            switch format {
            case .text:
                // Its words are cleaned one by one where it is coloured.
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

    private func checked(_ place: Place, _ format: Format) throws -> CheckedFile {
        let scratch = try Scratch()
        var job = place.job(InspectRequest.request, node: "check of '\(file)'", scratch: scratch.path)
        job.put(absolute(file, place), in: InspectRequest.media, as: file)
        job.set(InspectRequest.profiles, to: profiles)
        let words = try hold(&job, place)
        let isWatched = format == .text && isatty(2) == 1
        defer { if isWatched { tell("\r\u{1B}[K") } }
        job.cpuLimit = Self.cpuLimit(absolute(file, place))
        let outcome: Outcome
        do {
            outcome = try place.builder.perform(job) { now in
                if isWatched { tell("\r\u{1B}[K\(now.done)\(now.total > 0 ? " of \(now.total)" : "") \(now.unit)") }
            }
        } catch {
            guard
                let unfinished = CheckedFile(
                    unfinished: error, file: file, path: absolute(file, place), plan: words,
                    rules: (try? place.rules()) ?? [])
            else { throw error }
            return unfinished
        }
        var report = try scratch.value(CheckReport.self, outcome[InspectRequest.report].first, of: "'\(file)'")
        if spec == nil && plan == nil, let decision = decision(place), decision.sha256 != report.sha256 {
            report.results.insert(
                CheckResult(
                    id: "gate", title: "The file that the gate decided upon", verdict: .fail,
                    measured: "SHA-256 \(report.sha256)",
                    expected: "SHA-256 \(decision.sha256)",
                    hint: "build \(file) again: what lies there was not made by the last build"), at: 0)
        }
        return CheckedFile(
            file: file, plan: words,
            findings: try scratch.value([Diagnostic].self, outcome[InspectRequest.findings].first, of: "the spec"),
            report: report,
            rules: try scratch.value([CheckRule].self, outcome[InspectRequest.rules].first, of: "its checks"))
    }

    /// What the gate has decided of the target that the file is, where that is up to date.
    private func decision(_ place: Place) -> GateDecision? {
        guard let target = relative(place), let sets = try? BuildCommand.table(sets),
            let offered = try? place.builder.targets(in: place.folders), offered.contains(target),
            let made = try? place.builder.artifacts(
                place.request(targets: [], sets: sets), target: target, stage: "gate", output: "decision"
            ).first,
            let data = try? Data(contentsOf: URL(filePath: made.path))
        else { return nil }
        return try? JSONDecoder().decode(GateDecision.self, from: data)
    }

    /// A quarter of a minute, and a second for each thousand bytes that the file really has: no picture costs more.
    private static func cpuLimit(_ path: String?) -> Double? {
        var status = stat()
        guard let path, stat(path, &status) == 0 else { return nil }
        return 15 + Double(status.st_size) / 1000
    }

    private func tell(_ text: String) { _ = text.withCString { write(2, $0, strlen($0)) } }

    private func absolute(_ path: String, _ place: Place) -> String {
        path.hasPrefix("/") ? path : place.workspace + "/" + path
    }

    /// Puts what describes the file into the job; how to name it to people, nil where nothing does.
    private func hold(_ job: inout Job, _ place: Place) throws -> String? {
        if let spec {
            let path = absolute(spec, place)
            // Its files are looked for in the folders above it.
            job.set(InspectRequest.beside, to: path.folderPart)
            guard let file = try copy(of: spec, place, job.scratch, "spec.yaml") else {
                throw Refusal(.cannotOpen(spec, error: String(cString: strerror(ENOENT))))
            }
            job.put(file, in: InspectRequest.spec, as: spec)
            if let props = Self.props(beside: spec), let file = try copy(of: props, place, job.scratch, "props.yaml") {
                job.put(file, in: InspectRequest.props, as: props)
            }
            job.set(InspectRequest.set, to: try BuildCommand.table(sets))
            job.set(InspectRequest.format, to: size ?? "")
            return "the spec '\(spec)'"
        }
        if let plan {
            let data = try readable(plan, place)
            if let reason = Self.fault(data) { throw Refusal(.badPlan(plan, reason: reason)) }
            job.put(absolute(plan, place), in: InspectRequest.plan, as: plan)
            return "the plan in '\(plan)'"
        }
        // That a folder has no pipelines that can be read is nothing to a file from elsewhere.
        guard let target = relative(place), let offered = try? place.builder.targets(in: place.folders),
            offered.contains(target)
        else { return nil }
        let request = place.request(targets: [], sets: try BuildCommand.table(sets))
        guard let made = (try? place.builder.artifacts(request, target: target, stage: "plan", output: "plan"))?.first,
            let data = try? Data(contentsOf: URL(filePath: made.path)), Self.fault(data) == nil
        else {
            // On standard error in every format: standard output holds the report alone.
            printDiagnostics([CommandProblem.noPlan(target: target).diagnostic])
            return nil
        }
        job.put(made.path, in: InspectRequest.plan)
        if let rules = (try? place.builder.artifacts(request, target: target, stage: "validate", output: "profile"))?
            .first
        {
            job.put(rules.path, in: InspectRequest.profile)
        }
        return "the plan of \(target)"
    }

    /// A file that the worker will read, as it is now, where no link of the workspace's leads; nil: it is not there.
    /// What lies in the workspace is opened beneath it, what lies elsewhere beneath its own folder: the person named
    /// it, and not what it links to.
    private func copy(of named: String, _ place: Place, _ scratch: String, _ name: String) throws -> String? {
        let path = absolute(named, place)
        let folder = path.beneath(place.workspace) == nil ? path.folderPart : place.workspace
        guard let content = try FileContent.read(path, keepBytes: true, in: Root(folder, links: .inside)) else {
            return nil
        }
        let target = scratch + "/" + name
        do throws(SystemFailure) { try WholeFile.write(content.bytes, to: target) } catch {
            throw Refusal(.cannotWrite(path: target, reason: error.words))
        }
        return target
    }

    private func readable(_ path: String, _ place: Place) throws -> Data {
        let full = absolute(path, place)
        do throws(SystemFailure) { return Data(try WholeFile.read(full)) } catch {
            throw Refusal(.cannotOpen(path, error: error.code == EISDIR ? "it is not a file" : error.words))
        }
    }

    /// launch.props.yaml for launch.video.yaml.
    private static func props(beside spec: String) -> String? {
        spec.hasSuffix(".video.yaml") ? spec.dropLast(".video.yaml".count) + ".props.yaml" : nil
    }

    /// The file's path from the workspace, where it lies in it.
    private func relative(_ place: Place) -> String? {
        guard let real = realpath(absolute(file, place), nil) else { return nil }
        defer { free(real) }
        let path = String(cString: real)
        return path.beneath(place.workspace)
    }

    /// Why this is not a plan that a file can be held against; nil: it is one.
    private static func fault(_ data: Data) -> String? {
        guard let plan = try? JSONDecoder().decode(Plan.self, from: data) else {
            return "it is not JSON with a plan's fields"
        }
        let isRate = plan.rate.numerator > 0 && plan.rate.denominator > 0
        return isRate && plan.frames > 0 && plan.size.width > 0 && plan.size.height > 0
            ? nil : "its rate, size or frame count is not positive"
    }
}
