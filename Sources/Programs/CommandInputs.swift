// The files that a program reports as read, beyond its declared inputs, as paths that the next build can check.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Store
import Work

struct CommandInputs {
    private let command: Command
    private let scratch: String
    private let folders: Folders
    private let end: CommandEnd
    private var places: [ByteText: String] = [:]
    private var sources: Set<ByteText> = []
    /// By path as records hold it: one list, or two, may name a file twice.
    private var found: [ByteText: Discovered] = [:]

    /// A longer list is refused.
    static let longestList: UInt64 = 32 << 20

    init(_ command: Command, _ end: CommandEnd, scratch: String, folders: Folders) {
        (self.command, self.end, self.scratch, self.folders) = (command, end, scratch, folders)
        guard command.depfile != nil || command.discovered != nil else { return }
        for mount in command.mounts {
            places[mount.at] = mount.source
            sources.insert(mount.source)
        }
    }

    var all: [Discovered] { found.values.sorted { $0.path.precedes($1.path) } }

    mutating func read() throws(ProgramProblem) {
        if let file = command.depfile {
            let bytes = try bytes(of: file), paths: [String]
            do throws(Depfile.Malformed) { paths = try Depfile.inputs(bytes) } catch {
                throw .listMalformed(
                    node: command.node, file: file, line: error.line, column: error.column,
                    reason: error.reason)
            }
            for path in paths { try add(path, from: file) }
        }
        if let file = command.discovered {
            struct List: Decodable { var inputs: [String] }
            guard let list = try? JSONDecoder().decode(List.self, from: Data(bytes(of: file))) else {
                throw .listMalformed(
                    node: command.node, file: file, line: 0, column: 0,
                    reason: "it is not JSON of that form")
            }
            for path in list.inputs { try add(path, from: file) }
        }
    }

    private func bytes(of file: String) throws(ProgramProblem) -> [UInt8] {
        let path = scratch + "/" + file
        var status = stat()
        guard CommandOutputs.linkAbove(file, in: scratch) == nil, lstat(path, &status) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else {
            throw .listMissing(node: command.node, file: file)
        }
        guard status.st_size <= Self.longestList else {
            throw .listMalformed(
                node: command.node, file: file, line: 0, column: 0,
                reason: "it is longer than \(Self.longestList >> 20) MB")
        }
        do throws(StoreProblem) {
            guard let content = try FileContent.read(path, keepBytes: true) else {
                throw StoreProblem.cannotRead(path: path, reason: message(ENOENT))
            }
            return content.bytes
        } catch {
            throw .outputUnreadable(node: command.node, file: file, reason: error.diagnostic.message)
        }
    }

    private mutating func add(_ named: String, from list: String) throws(ProgramProblem) {
        guard !named.isEmpty, named.utf8.count <= Depfile.longestPath, !named.utf8.contains(0) else {
            throw .listMalformed(
                node: command.node, file: list, line: 0, column: 0,
                reason: "it contains a path that no file can have")
        }
        guard let path = outside(named) else { return }
        let relative = folders.name(path) ?? path
        guard found[relative] == nil, found[relative + "/"] == nil else { return }
        do throws(StoreProblem) {
            let content = try FileContent.read(path)
            // The file changed after the program started, so it is unknown which bytes the program read. No file has
            // this digest, so the engine finds a change and runs the program again.
            let isDoubtful =
                content.map { $0.signature.changed > end.started && $0.signature.changed <= Self.now() }
                ?? false
            let digest = isDoubtful ? .zero : content?.digest
            found[relative] = Discovered(path: relative, digest: digest)
        } catch {
            if case .notAFile = error, Self.isFolder(path) { return try add(folder: path, named: named, from: list) }
            throw .inputUnreadable(node: command.node, file: list, input: named, reason: error.diagnostic.message)
        }
    }

    /// A program that lists a folder depends on the names in it. A path that ends in a slash records that.
    private mutating func add(folder path: String, named: String, from list: String) throws(ProgramProblem) {
        let relative = (path.isSameBytes(folders.workspace) ? "." : folders.name(path) ?? path) + "/"
        do throws(StoreProblem) {
            let leaf = try Leaf.observe(path + "/", kind: .folder, known: nil)
            let isDoubtful = leaf.signature.changed > end.started && leaf.signature.changed <= Self.now()
            found[relative] = Discovered(
                path: relative,
                digest: leaf.kind == .absent ? nil : isDoubtful ? .zero : leaf.digest)
        } catch {
            throw .inputUnreadable(node: command.node, file: list, input: named, reason: error.diagnostic.message)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        if case .present(let now) = FileSignature.look(at: path) { now.isFolder } else { false }
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// The absolute path of the file that the program calls `named`; nil: it is a declared input or a file of the run.
    private func outside(_ named: String) -> String? {
        var path = Self.shortest(named.hasPrefix("/") ? named : scratch + "/" + named)
        if end.wasSandboxed && named.hasPrefix("/") {
            if path == "/tmp" || path.beneath("/tmp") != nil { return nil }
            if let place = path.beneath(Sandbox.folder) { path = scratch + "/" + place }
        }
        if let place = path.beneath(scratch) {
            // A folder under `reads` is declared, but the files read in it are not.
            if let source = places[place] { return Self.isFolder(source) ? source : nil }
            guard let (folder, source) = folder(above: place), let rest = place.beneath(folder) else { return nil }
            return source + "/" + rest
        }
        // Other programs create and remove files in these folders all the time, so they are not inputs.
        if path == "/" || path == "/tmp" { return nil }
        if (sources.contains(path) && !Self.isFolder(path)) || path.hasPrefix("/proc/") || path.hasPrefix("/dev/")
            || path.hasPrefix("/sys/")
        {
            return nil
        }
        return path
    }

    private func folder(above place: String) -> (place: String, source: String)? {
        var folder = place.folderPart
        while !folder.isEmpty {
            if let source = places[folder] { return (folder, source) }
            folder = folder.folderPart
        }
        return nil
    }

    /// Without `.`, `..` and doubled slashes.
    private static func shortest(_ path: String) -> String {
        var parts: [String] = []
        for part in path.pathParts where part != "." && !part.isEmpty {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
