// What a target is made from, found without running anything: the records of its nodes, and what goes into it from
// outside.
import Diagnostics
import Digests
import Files
import Patterns
import Pipelines
import Store
import Work

extension Builder {
    /// The nodes of a request's targets with the records that they use now.
    /// - Throws: `HistoryProblem.notUpToDate` for the first node that would run.
    public func closure(_ request: BuildRequest) throws(Diagnostics) -> [(node: String, record: Record)] {
        var request = request
        request.dryRun = true
        request.takesAnyResult = true
        let build = try perform(request, nil, nil)
        // A gate that decides 'revise' is up to date like any other node.
        let errors = build.account.errors.filter { $0.severity == .error }
        guard errors.isEmpty else { throw Diagnostics(errors) }
        if let stale = build.result.planned.first(where: { $0.outcome != .hit }) {
            let target =
                build.targets.first { stale.node.hasPrefix($0.file + ":") }?.file
                ?? request.targets.joined(separator: " ")
            throw Diagnostics([
                HistoryProblem.notUpToDate(
                    target: target, node: stale.node,
                    why: stale.why.joined(separator: "; ")
                ).diagnostic
            ])
        }
        return build.allNodes.compactMap { node in node.record.map { (node.name.id, $0) } }
    }

    /// Everything that goes into a request's targets and is known without running a node: every stage with its version,
    /// parameters, tools and wiring, and every file that the pipeline names.
    public func inputs(_ request: BuildRequest) throws(Diagnostics) -> TargetInputs {
        var request = request
        request.dryRun = true
        let cache: Cache
        do throws(StoreProblem) { cache = try Cache(request.cache, for: .reading) } catch {
            throw Diagnostics([error.diagnostic])
        }
        let build = try prepare(request, cache, nil).build
        var inputs = TargetInputs(folders: request.folders, files: build.files)
        for (target, wanted) in build.targets.enumerated() {
            let pipeline = wanted.pipeline
            inputs.add("target", wanted.file, wanted.stage.map { pipeline.stages[$0].name } ?? "")
            for index in pipeline.closure(of: wanted.stage) {
                try inputs.add(pipeline.stages[index], of: target, build)
            }
        }
        return inputs
    }
}

/// Everything known to go into targets, as a list that is equal on two machines if the content is.
public struct TargetInputs {
    public struct Part: Sendable, Hashable {
        /// target, stage, parameter, command, tool, wire, file.
        public var kind: String
        public var name: String
        public var value: String
    }

    /// A file that a stage gets.
    public struct File: Sendable, Hashable {
        /// Kind of stage, and its slot.
        public var stage: String
        public var slot: String
        /// Relative to the workspace.
        public var path: String
        /// The target and the stage's name in its pipeline: the files of one node belong together.
        public var node: String
        public var parameters: [String: Value]
    }

    public private(set) var parts: [Part] = []
    /// In pipeline order, without missing optional ones.
    public private(set) var given: [File] = []
    /// Of files.
    private var seen: Set<ByteText> = []
    /// Files that the targets make themselves; whether they exist does not matter.
    public private(set) var made: Set<ByteText> = []
    public let folders: Folders
    private let files: FileTable

    init(folders: Folders, files: FileTable) {
        self.folders = folders
        self.files = files
    }

    public var digest: Digest {
        var writer = DigestWriter()
        writer.add(field: "target inputs 1")
        for part in parts { for field in [part.kind, part.name, part.value] { writer.add(field: field) } }
        return writer.finish()
    }

    mutating func add(_ kind: String, _ name: String, _ value: String) {
        let part = Part(kind: kind, name: name, value: value)
        // A file that several stages read counts once.
        if kind != "file" || seen.insert(name).inserted { parts.append(part) }
    }

    /// Adds a file with its digest; a missing file is part of the answer too.
    /// - Returns: whether the file exists.
    @discardableResult
    public mutating func add(file path: String) throws(Diagnostics) -> Bool {
        try add(file: path, at: folders.path(path))
    }

    private mutating func add(file path: String, at place: String) throws(Diagnostics) -> Bool {
        let digest: Digest?
        do throws(StoreProblem) { digest = try files.digest(of: place) } catch { throw Diagnostics([error.diagnostic]) }
        add("file", path, digest?.hex ?? "absent")
        return digest != nil
    }

    /// Adds what else a program's result depends on: the programs' bytes, and every file that it may read, since only a
    /// run can tell which of them it reads.
    private mutating func add(
        _ command: CommandStage, of stage: Pipeline.Stage, in target: Int,
        _ build: Build
    ) throws(Diagnostics) {
        do throws(Diagnostic) {
            for (name, digest) in try build.programs(of: command, stage, target).sorted(by: { $0.key < $1.key }) {
                add("program", name, digest)
            }
        } catch { throw Diagnostics([error]) }
        var open = command.reads.reversed().map { $0 }, count = 0
        while let folder = open.popLast() {
            let entries: [Folder.Entry]
            do throws(StoreProblem) { entries = try files.entries(in: folders.path(folder)) ?? [] } catch {
                throw Diagnostics([error.diagnostic])
            }
            for entry in entries {
                let path = folder + "/" + entry.name
                switch FileSignature.look(at: folders.path(path)) {
                // A link to a folder above would form a circle.
                case .present(let now) where now.isFolder: if entry.kind == .folder { open.append(path) }
                case .present(let now) where now.isFile && !build.isPublished(path, of: target): try add(file: path)
                default: break
                }
                count += 1
            }
            guard count < 200_000 else {
                throw Diagnostics([
                    StoreProblem.cannotRead(
                        path: folder,
                        reason: "it contains too many files"
                    ).diagnostic
                ])
            }
        }
    }

    /// The bytes of a file that has been added.
    public func bytes(of path: String) throws(Diagnostics) -> [UInt8] {
        do throws(StoreProblem) { return try files.read(folders.path(path))?.bytes ?? [] } catch {
            throw Diagnostics([error.diagnostic])
        }
    }

    mutating func add(_ stage: Pipeline.Stage, of target: Int, _ build: Build) throws(Diagnostics) {
        let wanted = build.targets[target], descriptor = stage.descriptor,
            parameters = build.parameters(stage, of: target)
        add(
            "stage", stage.name,
            "\(descriptor.name) \(descriptor.version)"
                + (stage.output.map { " " + $0.file(for: wanted.name) } ?? ""))
        for name in parameters.keys.sorted() { add("parameter", name, parameters[name]!.canonical) }
        if let command = stage.command {
            for (name, value) in command.parts(for: wanted.name) { add("command", name, value) }
            try add(command, of: stage, in: target, build)
        }
        for tool in descriptor.tools.sorted() { add("tool", tool, build.tools[tool] ?? "unknown") }
        made.formUnion(build.published(of: target))
        func isMade(_ path: String) -> Bool {
            build.isPublished(path, of: target) || made.contains(path) || build.writers.edges?.writer(of: path) != nil
        }
        for binding in stage.bindings {
            for (index, source) in binding.sources.enumerated() {
                switch source {
                case .file(let pattern, _, _):
                    let file = pattern.fileName(for: wanted.name), path = file.text
                    add("wire", binding.slot.name, path)
                    // A file that a stage of the request writes follows from that stage's inputs; whether it exists
                    // does not matter.
                    if file.root == nil && isMade(path) { continue }
                    guard try add(file: path, at: file.path(in: folders)) else { continue }
                    given.append(
                        File(
                            stage: descriptor.name, slot: binding.slot.name, path: path,
                            node: wanted.file + ":" + stage.name, parameters: parameters))
                case .files(let glob, _, let isOptional, let place):
                    let paths: [String]
                    do throws(Diagnostic) {
                        paths = try build.paths(target, glob, isOptional: isOptional, place).paths
                    } catch { throw Diagnostics([error]) }
                    add("wire", binding.slot.name, glob.text)
                    for path in paths where glob.root != nil || !isMade(path) {
                        _ = try add(file: path, at: FileName(path, root: glob.root).path(in: folders))
                    }
                case .output(let other, let output, _):
                    let before = wanted.pipeline.stages[other]
                    add(
                        "wire", binding.slot.name,
                        before.name + "." + before.descriptor.outputs[output].name
                            + (binding.filters[index].map { "/" + $0.glob.text } ?? ""))
                }
            }
        }
    }
}
