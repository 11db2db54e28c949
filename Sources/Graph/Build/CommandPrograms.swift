// Finds the programs that a command stage runs, as the system would, and the interpreters that the first lines of
// scripts name. The bytes of a program are in the node's key, and every path that the search looked at is a leaf of the
// build: a program that appears earlier in PATH, or disappears, changes the answer.
import Diagnostics
import Digests
import Files
import Glibc
import Patterns
import Pipelines
import Store

extension Build {
    /// The PATH of started programs.
    static let path = "/usr/local/bin:/usr/bin:/bin"

    /// A relative path with a slash is a file of the node's own folder.
    static func isInFolder(_ program: String) -> Bool {
        !program.hasPrefix("/") && program.utf8.contains(UInt8(ascii: "/"))
    }

    /// Finds a program in the PATH of started programs, then in the caller's, and hashes it for the key.
    func program(_ name: String, _ node: BuildNode, at place: Place? = nil) throws(Diagnostic) -> Program {
        let folders = Self.path + ":" + (getenv("PATH").map { String(cString: $0) } ?? "")
        if let found = try search(ProgramSearch(name: name, folders: folders), node) { return found }
        let place = place ?? stage(node).command?.arguments.first?.place
        throw CommandStageProblem.programMissing(name, node: node.name.id, at: place).diagnostic
    }

    private func search(_ asked: ProgramSearch, _ node: BuildNode) throws(Diagnostic) -> Program? {
        if let known = lookups.programs[asked] {
            node.reads += known.looked
            return known.program
        }
        var looked: [String] = [], found: Program?
        let candidates =
            asked.name.hasPrefix("/")
            ? [asked.name]
            : asked.folders.split(separator: ":").map { $0 + "/" + asked.name }
        do throws(StoreProblem) {
            for path in candidates where path.hasPrefix("/") {
                looked.append(path)
                if access(path, X_OK) == 0, case .present(let now) = FileSignature.look(at: path), now.isFile,
                    let digest = try files.digest(of: path)
                {
                    found = Program(path: path, digest: digest)
                    break
                }
                // Missing or not executable: if that changes, the search finds it.
                try? files.note(program: path)
            }
        } catch { throw error.diagnostic }
        lookups.programs[asked] = (found, looked)
        node.reads += looked
        return found
    }

    /// Names and digests of all programs that a stage is known to run, for its manifest: those that it names, and what
    /// the first lines of scripts name.
    func programs(
        of command: CommandStage, for name: TargetName, _ first: String?, _ node: BuildNode, _ inputs: NodeInputs,
        _ places: [(slot: String, paths: [String])]
    ) throws(Diagnostic) -> FoundPrograms {
        var found = FoundPrograms(), folders: [String] = [], scripts: [(name: String, path: String)] = []
        for tool in command.tools + [first].compactMap({ $0 }).filter({ !Self.isInFolder($0) }) {
            let program = try program(tool, node)
            found.add(program, searched: tool, as: tool)
            folders.append(String(program.path[..<(program.path.lastIndex(of: "/") ?? program.path.startIndex)]))
            scripts.append((tool, program.path))
        }
        if let first, Self.isInFolder(first) {
            let place = first.hasPrefix("./") ? String(first.dropFirst(2)) : first
            let files = zip(inputs, places).lazy.flatMap { zip($0.files, $1.paths) }
            if let file = files.first(where: { $1 == place })?.0 {
                scripts.append((first, file.path))
            } else {
                // In a folder under `reads`: no input names the script itself.
                let path = request.workspace + "/" + place
                node.reads.append(path)
                do throws(StoreProblem) {
                    if let digest = try self.files.digest(of: path) {
                        found.add(Program(path: path, digest: digest), searched: path, as: first)
                        scripts.append((first, path))
                    }
                } catch { throw error.diagnostic }
            }
        }
        let own =
            command.environment.first { $0.name == "PATH" }?.value.text(for: name).replacing("$$", with: "$")
            ?? Self.path
        let path = ([own] + folders).joined(separator: ":")
        for script in scripts { try addInterpreters(of: script, path, node, to: &found) }
        return found
    }

    /// The same without a node, for `vgraph hash`, before any node is known.
    func programs(
        of command: CommandStage, _ stage: Pipeline.Stage,
        _ target: Int
    ) throws(Diagnostic) -> [String: String] {
        guard let index = targets[target].pipeline.stages.firstIndex(where: { $0.name == stage.name }) else {
            return [:]
        }
        let wanted = targets[target], id = wanted.file + ":" + stage.name
        let family = Family(target: target, stage: index)
        defer { withExtendedLifetime(family) {} }
        let node = BuildNode(
            name: NodeName(id: id, target: wanted.file, stage: stage.name, element: nil),
            target: target, stage: index, family: family)
        let first = command.arguments.first?.text(for: wanted.name)
        // A script that is an input: its bytes, with its first line, are hashed as a file.
        return try programs(of: command, for: wanted.name, first, node, [], []).tools
    }

    /// Adds interpreters as execve(2) and env(1) find them, up to as many in a row as the system follows.
    private func addInterpreters(
        of script: (name: String, path: String), _ folders: String, _ node: BuildNode,
        to found: inout FoundPrograms
    ) throws(Diagnostic) {
        var path = script.path
        for _ in 0..<5 {
            guard let words = Self.firstLine(path), let interpreter = words.first, interpreter.hasPrefix("/") else {
                return
            }
            func add(_ name: String) throws(Diagnostic) -> String? {
                let program = try search(ProgramSearch(name: name, folders: folders), node)
                found.add(program, searched: name, as: script.name + " #!" + name)
                return program?.path
            }
            guard var next = try add(interpreter) else { return }
            let named = words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }
            if interpreter.hasSuffix("/env"), let name = named {
                guard let program = try add(name) else { return }
                next = program
            }
            path = next
        }
    }

    /// The words after `#!`; nil: the file is not a script.
    private static func firstLine(_ path: String) -> [String]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // The system reads no more than this.
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(file, &bytes, bytes.count)
        guard count > 2, bytes[0] == UInt8(ascii: "#"), bytes[1] == UInt8(ascii: "!") else { return nil }
        let line = bytes[2..<count].prefix { $0 != 0x0A && $0 != 0 }
        return String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
    }
}
