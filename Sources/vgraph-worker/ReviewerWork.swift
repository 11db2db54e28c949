// reviewer: runs one program on one request, in a sandbox with limits, and accepts its answer whole or not at all. A
// reviewer that cannot run is a result, not a failure: the gate decides what an unanswered claim means.
import Composition
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Processes
import Programs
import Reviewers
import Stages
import Work

extension StageBody {
    static let reviewer = StageBody(of: ReviewerStage.stage) { job, progress in
        var inquiry = try Inquiry(job)
        let report: ReviewerReport
        var reply: [UInt8] = [], isProvisional = false
        do throws(Inquiry.Refusal) {
            reply = try inquiry.ask(job, progress)
            let observations = try inquiry.answer(reply)
            report = inquiry.report(observations)
        } catch {
            report = inquiry.report(refusal: error.reason)
            isProvisional = error.mayPass
        }
        var outcome = Outcome([
            try job.write(report, to: ReviewerStage.report), try job.write(reply, to: ReviewerStage.reply),
        ])
        if isProvisional { outcome.isProvisional = true }
        return outcome
    }
}

/// One reviewer and its request.
private struct Inquiry {
    struct Refusal: Error {
        var reason: String
        /// Whether the same question may be answered the next time: it failed, and said nothing.
        var mayPass = false
    }

    /// Largest answer in bytes.
    private static let longestAnswer: UInt64 = 64 << 20
    private static let answerFile = "answer.jsonl"
    /// The status of model.py for an answer without the form that was asked for.
    private static let malformed: Int32 = 65

    /// A model elsewhere, what it may cost, and what proves who asks. The key is in no record.
    private struct Endpoint {
        var settings: Settings
        var key: String?

        struct Settings: Encodable {
            var endpoint: String
            var model: String
            var tokens: Int
            /// All claims, so that the model knows what is shown and said.
            var script: [Claim]
        }

        init?(_ job: Job, _ claims: [Claim]) throws {
            typealias Stage = ReviewerStage
            let url = try job[Stage.endpoint], model = try job[Stage.model]
            if url.isEmpty, model.isEmpty { return nil }
            guard url.hasPrefix("https://") || url.hasPrefix("http://"), !model.isEmpty else {
                throw ReviewerProblem.endpoint(url, node: job.node).diagnostic
            }
            settings = Settings(endpoint: url, model: model, tokens: try job[Stage.tokens], script: claims)
            key = getenv(try job[Stage.secret]).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private var reviewer: Reviewer
    private let installed: InstalledReviewers.Reviewer?
    private let program: Job.Input?
    private let endpoint: Endpoint?
    private let exhibits: [Job.Input]
    /// The request for this reviewer, with only its claims.
    private let request: ReviewRequest
    /// Its program was started with the person's rights.
    private var isUnsandboxed = false

    init(_ job: Job) throws {
        typealias Stage = ReviewerStage
        let name = try job[Stage.name], family = try job[Stage.family], program = try job[Stage.program]
        var request = try job[Stage.request]
        endpoint = program == nil ? try Endpoint(job, request.list.claims) : nil
        installed =
            program != nil
            ? nil : endpoint != nil ? InstalledReviewers.model : InstalledReviewers.all.first { $0.name == name }
        let given = try job[Stage.exhibits]
        guard program != nil || installed != nil, !name.isEmpty else {
            throw ReviewerProblem.unknownReviewer(
                name, known: InstalledReviewers.all.map(\.name), node: job.node
            ).diagnostic
        }
        let byDigest = Dictionary(given.compactMap { file in file.digest.map { ($0, file) } }) { first, _ in first }
        let exhibits = request.exhibits.compactMap { byDigest[$0.digest] }
        guard request.schema == ReviewRequest.schema, request.exhibits.count == exhibits.count else {
            throw ReviewerProblem.otherExhibits(node: job.node).diagnostic
        }
        if let installed { request.list.claims.removeAll { !installed.asks.contains($0.kind.rawValue) } }
        if let endpoint {
            reviewer = Reviewer(
                name: name, kind: .model, family: family.isEmpty ? endpoint.settings.model : family, version: "")
        } else if let installed {
            reviewer = Reviewer(name: name, kind: .rule, family: installed.family, version: "")
        } else {
            let kind = try job[Stage.kind]
            // A person's decision counts only if it is signed.
            guard kind != .person else { throw ReviewerProblem.notAPerson(node: job.node).diagnostic }
            reviewer = Reviewer(name: name, kind: kind, family: family.isEmpty ? name : family, version: "")
        }
        (self.request, self.exhibits, self.program) = (request, exhibits, program)
    }

    // MARK: Running

    /// The bytes of its answer.
    mutating func ask(_ job: Job, _ progress: StageBody.Progress) throws(Refusal) -> [UInt8] {
        let mayFindMore = installed?.looksForMore == true && !request.exhibits.isEmpty
        if request.list.claims.isEmpty, !mayFindMore { return Self.nothingAsked }
        if program != nil || endpoint != nil, request.exhibits.isEmpty, !request.list.sampledFrames.isEmpty {
            throw Refusal(
                reason: "the request has no frames: set 'reviewers: any' at the stage that makes it")
        }
        let folder = job.scratch + "/run", scratch = job.scratch + "/request"
        for path in [folder, scratch, job.scratch + "/probe"] where mkdir(path, 0o755) != 0 {
            throw Refusal(reason: "cannot create its folders: \(SystemFailure(code: errno).words)", mayPass: true)
        }
        let command = try command(job, scratch)
        let sandbox = Sandbox.tried(in: job.scratch + "/probe")
        if case .none = sandbox { isUnsandboxed = true }
        let pool = CommandPool(sandbox: sandbox)
        defer { pool.stop() }
        do throws(ProgramProblem) { try pool.start(job: 1, command, scratch: folder) } catch {
            throw Refusal(reason: error.diagnostic.message, mayPass: true)
        }
        let end = Self.wait(for: pool, command.timeout ?? 0, progress)
        if let reason = Self.reason(end, command) {
            // A model that answers in another form was asked, and paid; the rest said nothing.
            let isMalformed = if case .exit(Self.malformed) = end.how { endpoint != nil } else { false }
            throw Refusal(reason: reason, mayPass: !isMalformed)
        }
        do throws(Diagnostics) {
            let made = try command.outcome(of: end, scratch: folder, folders: job.folders)
            let file = made.outputs["answer"]?.first ?? Self.answerFile
            return command.secrets.clean((try? WholeFile.read(folder + "/" + file)) ?? [])
        } catch { throw Refusal(reason: error.all.first?.message ?? "its answer cannot be read") }
    }

    /// A reviewer without claims is not run.
    private static let nothingAsked = Array("{\"schema\":\"\(ReviewerAnswer.schema)\",\"version\":\"0\"}\n".utf8)

    private func command(_ job: Job, _ scratch: String) throws(Refusal) -> Command {
        var mounts: [Command.Mount] = [], words: [String], readable: [String] = []
        func put(_ bytes: some Sequence<UInt8>, as name: String) throws(Refusal) {
            let path = scratch + "/" + name
            do throws(SystemFailure) { try WholeFile.write(bytes, to: path) } catch {
                throw Refusal(reason: "its request cannot be written: \(error.words)")
            }
            mounts.append(Command.Mount(at: name, source: path))
        }
        if let endpoint {
            for program in BuiltInReviewers.programs { try put(program.text.utf8, as: program.name) }
            try put((try? JSONEncoder().encode(endpoint.settings)) ?? Data(), as: "settings.json")
            words = ["python3", "-E", "-s", "-B", "-m", InstalledReviewers.model.module]
        } else if let installed {
            guard let mark = InstalledReviewers.mark, let folder = InstalledReviewers.folder,
                let python = InstalledReviewers.python
            else {
                throw Refusal(
                    reason:
                        "the reviewer '\(installed.name)' is not installed; '\(InstalledReviewers.remedy)' installs it")
            }
            for program in BuiltInReviewers.programs { try put(program.text.utf8, as: program.name) }
            words = [python, "-E", "-s", "-B", "-m", installed.module]
            readable = [folder, mark.prefix]
        } else if let program {
            mounts.append(Command.Mount(at: "reviewer", source: program.path, isExecutable: true))
            words = ["./reviewer"]
        } else {
            throw Refusal(reason: "there is no program")
        }
        do {
            try put(ReviewRequestStage.request.encoded(request), as: "request.json")
        } catch let error as Refusal { throw error } catch {
            throw Refusal(reason: "its request cannot be written")
        }
        for (exhibit, input) in zip(request.exhibits, exhibits) {
            mounts.append(Command.Mount(at: exhibit.file, source: input.path))
        }
        let limits: (timeout: Double, memory: Int)
        do { limits = (try job[ReviewerStage.timeout], try job[ReviewerStage.memory]) } catch {
            throw Refusal(reason: "its limits cannot be read")
        }
        // Its standard output is the answer; its standard error explains a failure.
        var command = Command(
            node: job.node, program: "/bin/sh",
            arguments: ["sh", "-c", "exec \"$@\" >\(Self.answerFile)", "reviewer"] + words + ["request.json"],
            environment: [
                "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1",
                "HF_HUB_OFFLINE": "1",
            ],
            mounts: mounts, outputs: [Command.Output("answer", file: Self.answerFile, mayBeEmpty: true)],
            network: endpoint != nil, timeout: limits.timeout, memory: UInt64(limits.memory) << 20)
        command.disk = Self.longestAnswer
        command.readable = readable
        if let key = endpoint?.key {
            command.environment["VGRAPH_MODEL_KEY"] = key
            command.secrets = Secrets([key])
        }
        return command
    }

    private static func wait(for pool: CommandPool, _ limit: Double, _ progress: StageBody.Progress) -> CommandEnd {
        let begin = monotonicSeconds()
        return pool.nextEnd {
            // Progress keeps the engine from taking this worker for a hung one.
            progress(Reply.Progress(done: Int(monotonicSeconds() - begin), total: Int(limit), unit: "seconds"))
        }
    }

    /// Why there is no answer; nil if it succeeded.
    private static func reason(_ end: CommandEnd, _ command: Command) -> String? {
        let said = end.log.suffix(4096).split(separator: 0x0A).last.map {
            ": " + String(decoding: $0.prefix(300).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
        }
        let limit = (command.memory ?? 0) >> 20
        return switch end.how {
        case .exit(0): nil
        case .exit(let status): "it ended with status \(status)\(said ?? "")"
        case .signal(let number): "it was ended by signal \(number)\(said ?? "")"
        case .timedOut:
            "it took longer than \(Int(command.timeout ?? 0)) s; a greater 'timeout' of its stage asks it again"
        case .usedUpMemory: "it needed more than \(limit) MB; a greater 'memory' of its stage asks it again"
        case .usedUpCPU: "it used up its processor time"
        case .tooManyProcesses: "it started too many processes"
        case .usedUpDisk: "it wrote more than \(longestAnswer >> 20) MB"
        }
    }

    // MARK: Its answer

    mutating func answer(_ reply: [UInt8]) throws(Refusal) -> [Observation] {
        do throws(ReviewerAnswer.Fault) {
            let answer = try ReviewerAnswer(reply, to: request, by: reviewer.name)
            (reviewer.version, reviewer.model) = (answer.version, answer.model)
            reviewer.parameters = answer.parameters
            return answer.observations
        } catch { throw Refusal(reason: "its answer was rejected: \(error.reason)") }
    }

    func report(_ observations: [Observation]) -> ReviewerReport {
        ReviewerReport(
            reviewer: reviewer, status: .done, sha256: request.sha256, asked: request.list.claims.map(\.id),
            observations: observations, isSandboxed: isUnsandboxed ? false : nil)
    }

    func report(refusal reason: String) -> ReviewerReport {
        ReviewerReport(
            reviewer: reviewer, status: .notRun, reason: reason, sha256: request.sha256,
            asked: request.list.claims.map(\.id), observations: [], isSandboxed: isUnsandboxed ? false : nil)
    }
}
