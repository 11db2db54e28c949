// Turns a command stage and a node's inputs into a command: paths in its folder, arguments, manifest.
import Diagnostics
import Files
import Glibc
import Pipelines
import Programs
import Store
import Work

extension Build {
    /// A name of at most 255 bytes, the limit of file systems. Cuts the beginning of a longer one to keep the
    /// extension.
    private static func fitting(_ prefix: String, _ name: String) -> String {
        var rest = name[...]
        while prefix.utf8.count + rest.utf8.count > 255, !rest.isEmpty { rest.removeFirst() }
        return prefix + rest
    }

    /// The paths of a node's files in its folder, slot by slot: files of the workspace under their own path, results in
    /// `in/`. So no path depends on the machine or the cache.
    private static func places(_ inputs: NodeInputs) -> [(slot: String, paths: [String])] {
        inputs.map { slot, files in
            (
                slot.name,
                files.enumerated().map { index, file in
                    if let source = file.source { return source.place }
                    guard files.count > 1 else {
                        return Command.results + "/" + Self.fitting(slot.name + "-", file.name)
                    }
                    return Command.results + "/" + Self.fitting(slot.name + "-\(padded(index, 4))-", file.name)
                }
            )
        }
    }

    /// A path that a program cannot read as an option.
    private static func asOperand(_ path: String) -> String { path.hasPrefix("-") ? "./" + path : path }

    private func expand(
        _ template: CommandStage.Template, _ node: BuildNode, _ command: CommandStage,
        _ places: [(slot: String, paths: [String])],
        mayBeginWithDash: Bool = false
    ) throws(Diagnostic) -> [String] {
        if let whole = template.wholeSlot { return places.first { $0.slot == whole }?.paths.map(Self.asOperand) ?? [] }
        var text = ""
        for part in template.parts {
            func add(path: String) { text += text.isEmpty ? Self.asOperand(path) : path }
            switch part {
            case .text(let literal): text += literal
            case .name, .film:
                let target = targets[node.target].name, name = part == .film ? target.film : target.name
                if text.isEmpty && name.hasPrefix("-") && !mayBeginWithDash {
                    throw CommandStageProblem.nameIsOption(name, node: node.name.id, at: template.place).diagnostic
                }
                text += name
            case .output(let name): add(path: command.outputs.first { $0.name == name }?.file ?? "")
            case .list(let slot): add(path: Command.list + slot)
            case .input(let slot):
                let paths = places.first { $0.slot == slot }?.paths ?? []
                guard paths.count == 1 else {
                    throw CommandStageProblem.notOne(slot: slot, count: paths.count, at: template.place).diagnostic
                }
                add(path: paths[0])
            }
        }
        return [text]
    }

    private func arguments(
        _ node: BuildNode, _ command: CommandStage,
        _ places: [(slot: String, paths: [String])]
    ) throws(Diagnostic) -> [String] {
        var arguments: [String] = []
        for template in command.arguments {
            // After `--` nothing is an option.
            arguments += try expand(template, node, command, places, mayBeginWithDash: arguments.contains("--"))
        }
        return arguments
    }

    /// The files of `$list` holes.
    private func lists(
        _ node: BuildNode, _ command: CommandStage,
        _ places: [(slot: String, paths: [String])]
    ) throws(Diagnostic) -> [Command.List] {
        var lists: [Command.List] = []
        for template in command.arguments + command.environment.map(\.value) {
            for case .list(let slot) in template.parts
            where !lists.contains(where: { $0.file == Command.list + slot }) {
                let paths = places.first { $0.slot == slot }?.paths ?? []
                if let path = paths.first(where: { $0.utf8.contains(0x0A) || $0.utf8.contains(0x0D) }) {
                    throw CommandStageProblem.notListable(path, node: node.name.id, at: template.place).diagnostic
                }
                lists.append(
                    Command.List(
                        file: Command.list + slot,
                        text: paths.map { Self.asOperand($0) + "\n" }.joined()))
            }
        }
        return lists
    }

    func manifest(_ node: BuildNode, _ stage: CommandStage, _ inputs: NodeInputs) throws(Diagnostic) -> Manifest {
        let places = Self.places(inputs), command = stage.clear(of: places.lazy.flatMap(\.paths)),
            arguments = try arguments(node, command, places)
        // With its placeholders: inputs and outputs are in the manifest anyway, so a new input does not change the
        // command.
        let name = targets[node.target].name
        var parameters: [String: Value] = ["run": .array(command.arguments.map { .string($0.text(for: name)) })]
        let outputs = command.outputs.map { ($0.name, Value.string($0.text)) }
        parameters["outputs"] = .object(Dictionary(outputs, uniquingKeysWith: { first, _ in first }))
        if !command.environment.isEmpty {
            let variables = command.environment.map { ($0.name, Value.string($0.value.text(for: name))) }
            parameters["env"] = .object(Dictionary(variables, uniquingKeysWith: { $1 }))
        }
        if !command.reads.isEmpty { parameters["reads"] = .array(command.reads.map { .string($0) }) }
        if command.network { parameters["network"] = .bool(true) }
        let tools = try programs(of: command, for: name, arguments.first, node, inputs, places).tools
        let keyed = zip(inputs, places).flatMap { input, place in
            zip(input.files, place.paths).map { file, path in
                let isInRoot = file.source?.root != nil
                return Manifest.Input(
                    slot: input.slot.name, digest: file.digest,
                    path: isInRoot ? file.source?.text : file.folder == nil ? path : path + "/",
                    isExecutable: file.isExecutable ? true : nil)
            }
        }
        return Manifest(stage: "run", version: 2, parameters: parameters, inputs: keyed, tools: tools)
    }

    /// The command to run for a node.
    func command(_ node: BuildNode, _ stage: CommandStage, _ inputs: NodeInputs) throws(Diagnostic) -> Command {
        let places = Self.places(inputs), command = stage.clear(of: places.lazy.flatMap(\.paths)),
            arguments = try arguments(node, command, places)
        // The same on every machine; the pipeline adds what else a program needs.
        var environment = ["PATH": Self.path, "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1"]
        for (name, value) in command.environment {
            environment[name] = try expand(value, node, command, places).joined(separator: " ")
        }
        var secrets: [String] = []
        for name in command.secrets {
            // Also reached when a hit's bytes turn out to be gone, which the check before the first node cannot
            // foresee.
            guard let value = Self.secret(name) else {
                throw CommandStageProblem.secretMissing(
                    name, stage: self.stage(node).name,
                    isEmpty: getenv(name) != nil,
                    at: self.stage(node).place
                ).diagnostic
            }
            environment[name] = value
            secrets.append(value)
        }
        var program = arguments[0]
        if !Self.isInFolder(program) { program = try self.program(program, node).path }
        var found = [program].filter { $0.hasPrefix("/") }
        for tool in command.tools { found.append(try self.program(tool, node).path) }
        for folder in found.map(\.folderPart) where !environment["PATH"]!.split(separator: ":").contains(folder[...]) {
            environment["PATH"]! += ":" + folder
        }
        var mounts: [Command.Mount] = [], seen: [ByteText: String] = [:], folders: [Command.FolderInput] = []
        for (input, place) in zip(inputs, places) {
            for (file, at) in zip(input.files, place.paths) {
                if let other = seen[at] {
                    if other.isSameBytes(file.path) { continue }
                    throw CommandStageProblem.twoFiles(node: node.name.id, path: at).diagnostic
                }
                seen[at] = file.path
                if file.folder != nil {
                    var folder = Command.FolderInput(at: at, files: [], empty: [])
                    for entry in try tree(of: file, node).entries {
                        guard let blob = entry.blob else { folder.empty.append(entry.path); continue }
                        folder.files.append(
                            Command.Mount(
                                at: entry.path, source: blobs.path(blob.digest),
                                isExecutable: blob.isExecutable == true))
                    }
                    folders.append(folder)
                    continue
                }
                mounts.append(Command.Mount(at: at, source: file.path, isExecutable: file.isExecutable))
            }
        }
        for folder in command.reads {
            let path = request.folders.path(folder)
            if case .failed(let code) = files.look(at: path), let problem = Root.problem(path, code) {
                throw problem.diagnostic
            }
            mounts.append(Command.Mount(at: Folders.place(folder), source: path))
        }
        let lists = try lists(node, command, places)
        var laid = Command(
            node: node.name.id, program: program, arguments: arguments, environment: environment,
            mounts: mounts,
            outputs: command.outputs.map(Self.output), network: command.network,
            timeout: command.timeout, cpuTime: command.cpuTime, memory: command.memory,
            depfile: command.depfile, discovered: command.discovered)
        laid.disk = command.disk
        laid.secrets = Secrets(secrets)
        laid.lists = lists
        laid.folders = folders
        if command.travels, request.elsewhere != nil {
            let name = targets[node.target].name
            laid.programs = try programs(of: command, for: name, arguments.first, node, inputs, places).all
        }
        return laid
    }

    private static func output(_ output: CommandStage.Output) -> Command.Output {
        Command.Output(
            output.name, file: output.file, mayBeEmpty: output.mayBeEmpty, isOptional: output.isOptional,
            isList: output.isList, isFolder: output.isFolder)
    }

    /// nil: it is not set or is empty, as CI servers pass a secret that they do not have.
    private static func secret(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// Errors for secrets that nodes need and that are not set. Checked before the first node runs; hits need no
    /// secrets.
    func missingSecrets() -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for case let family? in families.joined() {
            let stage = stage(family)
            guard let command = stage.command, !command.secrets.isEmpty,
                !family.isExpanded || family.nodes.contains(where: { $0.state != .done })
            else { continue }
            for name in command.secrets where Self.secret(name) == nil {
                let isEmpty = getenv(name) != nil
                let problem = CommandStageProblem.secretMissing(
                    name, stage: stage.name, isEmpty: isEmpty,
                    at: stage.place
                ).diagnostic
                if !problems.contains(problem) { problems.append(problem) }
            }
        }
        return problems
    }
}
