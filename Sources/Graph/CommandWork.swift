// From a command stage and a node's inputs to what is run: paths in its folder, the arguments, the manifest.
import Diagnostics
import Glibc
import Store
import Work

/// A program on this machine.
struct Program {
    /// Absolute.
    var path: String
    var digest: Digest
}

extension Build {
    /// Where a node's files lie in its folder, slot by slot: files of the workspace under their own path, results in `in/`.
    /// So no path says on which machine or in which cache it is.
    private static func places(_ inputs: Inputs) -> [(slot: String, paths: [String])] {
        inputs.map { slot, files in
            (slot.name, files.enumerated().map { index, file in
                if let relative = file.relative { return relative }
                guard files.count > 1 else { return Command.results + "/" + slot.name + "-" + file.name }
                let number = String(index)
                return Command.results + "/" + slot.name + "-" + String(repeating: "0", count: max(0, 4 - number.count)) + number + "-" + file.name
            })
        }
    }

    private func expand(_ template: CommandStage.Template, _ node: BuildNode, _ command: CommandStage,
                        _ places: [(slot: String, paths: [String])]) throws(Diagnostic) -> [String] {
        if let whole = template.wholeSlot { return places.first { $0.slot == whole }?.paths ?? [] }
        var text = ""
        for part in template.parts {
            switch part {
            case .text(let literal): text += literal
            case .name: text += targets[node.target].name
            case .output(let name): text += command.outputs.first { $0.name == name }?.file ?? ""
            case .input(let slot):
                let paths = places.first { $0.slot == slot }?.paths ?? []
                guard paths.count == 1 else { throw CommandStageProblem.notOne(slot: slot, count: paths.count, at: template.place).diagnostic }
                text += paths[0]
            }
        }
        return [text]
    }

    private func arguments(_ node: BuildNode, _ command: CommandStage, _ places: [(slot: String, paths: [String])]) throws(Diagnostic) -> [String] {
        var arguments: [String] = []
        for template in command.arguments { arguments += try expand(template, node, command, places) }
        return arguments
    }

    func manifest(_ node: BuildNode, _ command: CommandStage, _ inputs: Inputs) throws(Diagnostic) -> Manifest {
        let places = Self.places(inputs), arguments = try arguments(node, command, places)
        // With its holes: what goes into them is said by inputs and outputs, and a new input is no new command.
        let name = targets[node.target].name
        var parameters: [String: Value] = ["run": .array(command.arguments.map { .string($0.text(for: name)) })]
        parameters["outputs"] = .object(Dictionary(command.outputs.map { ($0.name, .string($0.file)) }, uniquingKeysWith: { first, _ in first }))
        if !command.environment.isEmpty { parameters["env"] = .object(Dictionary(command.environment.map { ($0.name, .string($0.value.text(for: name))) }, uniquingKeysWith: { $1 })) }
        if !command.reads.isEmpty { parameters["reads"] = .array(command.reads.map { .string($0) }) }
        if command.network { parameters["network"] = .bool(true) }
        var tools: [String: String] = [:]
        for name in command.tools { tools[name] = try program(name, node).digest.hex }
        if let name = arguments.first, !Self.isInFolder(name) { tools[name] = try program(name, node).digest.hex }
        return Manifest(stage: "run", version: 1, parameters: parameters, inputs: zip(inputs, places).flatMap { input, place in
            zip(input.files, place.paths).map { Manifest.Input(slot: input.slot.name, digest: $0.digest, path: $1) }
        }, tools: tools)
    }

    private func environment(_ node: BuildNode, _ command: CommandStage, _ places: [(slot: String, paths: [String])]) throws(Diagnostic) -> [String: String] {
        var environment: [String: String] = [:]
        for (name, value) in command.environment { environment[name] = try expand(value, node, command, places).joined(separator: " ") }
        return environment
    }

    /// What is to be run for a node.
    func command(_ node: BuildNode, _ command: CommandStage, _ inputs: Inputs) throws(Diagnostic) -> Command {
        let places = Self.places(inputs), arguments = try arguments(node, command, places)
        // The same on every machine; what else a program wants, the pipeline says.
        var environment = ["PATH": Self.path, "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1"]
        environment.merge(try self.environment(node, command, places)) { $1 }
        for name in command.secrets { if let value = getenv(name) { environment[name] = String(cString: value) } }
        var program = arguments[0]
        if !Self.isInFolder(program) { program = try self.program(program, node).path }
        let folders = [program].filter { $0.hasPrefix("/") } + (try command.tools.map { name throws(Diagnostic) in try self.program(name, node).path })
        for folder in folders.map({ String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) }) where !environment["PATH"]!.split(separator: ":").contains(folder[...]) {
            environment["PATH"]! += ":" + folder
        }
        var mounts: [Command.Mount] = [], seen: [String: String] = [:]
        for (input, place) in zip(inputs, places) {
            for (file, at) in zip(input.files, place.paths) {
                if let other = seen[at] {
                    if other == file.path { continue }
                    throw CommandStageProblem.twoFiles(node: node.name.id, path: at).diagnostic
                }
                seen[at] = file.path
                mounts.append(Command.Mount(at: at, source: file.path))
            }
        }
        for folder in command.reads { mounts.append(Command.Mount(at: folder, source: request.workspace + "/" + folder)) }
        return Command(node: node.name.id, program: program, arguments: arguments, environment: environment, mounts: mounts,
                       outputs: command.outputs.map { Command.Output($0.name, file: $0.file, mayBeEmpty: $0.mayBeEmpty, isOptional: $0.isOptional, isList: $0.isList) },
                       network: command.network, timeout: command.timeout, cpuTime: command.cpuTime, memory: command.memory,
                       depfile: command.depfile, discovered: command.discovered)
    }

    private static let path = "/usr/local/bin:/usr/bin:/bin"

    /// A relative path with a slash is a file of the node's own folder.
    private static func isInFolder(_ program: String) -> Bool { !program.hasPrefix("/") && program.utf8.contains(UInt8(ascii: "/")) }

    /// Finds a program where programs started by it would look, then in the caller's PATH, and hashes it: other bytes, other key.
    func program(_ name: String, _ node: BuildNode) throws(Diagnostic) -> Program {
        if let known = programs[name] {
            node.reads.append(known.path)
            return known
        }
        let folders = Self.path + ":" + (getenv("PATH").map { String(cString: $0) } ?? "")
        let candidates = name.hasPrefix("/") ? [name] : folders.split(separator: ":").map { $0 + "/" + name }
        for path in candidates where path.hasPrefix("/") && access(path, X_OK) == 0 {
            guard case .present(let now) = FileSignature.look(at: path), now.isFile else { continue }
            do throws(StoreProblem) {
                guard let digest = try files.digest(of: path) else { continue }
                let program = Program(path: path, digest: digest)
                programs[name] = program
                node.reads.append(path)
                return program
            } catch { throw error.diagnostic }
        }
        throw CommandStageProblem.programMissing(name, node: node.name.id, at: stage(node).command?.arguments.first?.place).diagnostic
    }
}
