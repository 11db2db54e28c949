// The files that a program made: its declared outputs, which are checked, and undeclared files.
import CSystem
import Diagnostics
import Files
import Glibc
import Patterns
import Store

struct CommandOutputs {
    static let longestList = 1_000_000
    private static let mostEntries = 20_000, deepest = 64

    private let command: Command
    private let scratch: String
    private(set) var problems: [ProgramProblem] = []
    /// Output name to files, relative to the folder.
    private(set) var files: [String: [String]] = [:]
    private var known: Set<ByteText> = []

    init(_ command: Command, scratch: String) {
        self.command = command
        self.scratch = scratch
        for mount in command.mounts { known.insert(mount.at) }
    }

    mutating func collect() {
        for output in command.outputs {
            if output.isFolder {
                collect(folder: output)
            } else if output.isList {
                collect(list: output)
            } else {
                collect(one: output)
            }
        }
    }

    private mutating func collect(one output: Command.Output) {
        files[output.name] = []
        guard let isThere = check(output.file, of: output) else { return }
        if isThere {
            files[output.name] = [output.file]
        } else if !output.isOptional {
            problems.append(.outputMissing(node: command.node, output: output.name, file: output.file))
        }
    }

    private mutating func collect(list output: Command.Output) {
        var matches: [String] = []
        // The reader has already refused invalid patterns.
        guard let pattern = try? output.file.pathParts.flatMap({ try GlobPart.parts($0, name: nil) }) else { return }
        let failure = match(pattern[...], in: "", into: &matches)
        files[output.name] = []
        // An incomplete listing from a broken disk would look like a shorter list.
        if failure != 0 {
            return problems.append(.outputUnreadable(node: command.node, file: output.file, reason: message(failure)))
        }
        if matches.count > Self.longestList {
            return problems.append(.tooManyOutputs(node: command.node, output: output.name, limit: Self.longestList))
        }
        if matches.isEmpty && !output.isOptional {
            problems.append(.listEmpty(node: command.node, output: output.name, pattern: output.file))
        }
        matches.sort { $0.precedes($1) }
        if let name = matches.first(where: { $0.utf8.last == UInt8(ascii: "/") }) {
            return problems.append(
                .outputNotText(
                    node: command.node, output: output.name,
                    file: String(name.dropLast())))
        }
        // One error is enough for a thousand files.
        for file in matches { guard check(file, of: output) == true else { return } }
        files[output.name] = matches
    }

    /// Collects the folder itself, then its files, and its empty folders with a slash at the end.
    private mutating func collect(folder output: Command.Output) {
        files[output.name] = []
        known.insert(output.file)
        let path = scratch + "/" + output.file
        var status = stat()
        if let link = Self.linkAbove(output.file, in: scratch) {
            return problems.append(.outputThroughLink(node: command.node, file: output.file, link: link))
        }
        guard lstat(path, &status) == 0 else {
            if !output.isOptional {
                problems.append(.outputMissing(node: command.node, output: output.name, file: output.file))
            }
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return problems.append(
                .outputNotAFolder(
                    node: command.node, file: output.file,
                    found: Self.kind(status) ?? "a file"))
        }
        var found = [output.file + "/"], open = [output.file], anyFile = output
        anyFile.mayBeEmpty = true
        while let folder = open.popLast() {
            if status.st_uid == geteuid() { chmod(scratch + "/" + folder, 0o755) }
            var entries: [(name: String, kind: Int)] = []
            let failure = each(in: folder) { name, kind in
                entries.append((name, kind))
                return found.count + entries.count <= Self.longestList
            }
            // An incomplete listing from a broken disk would look like a smaller folder.
            if failure != 0 {
                return problems.append(.outputUnreadable(node: command.node, file: folder, reason: message(failure)))
            }
            if entries.isEmpty && folder != output.file { found.append(folder + "/") }
            for entry in entries {
                let file = folder + "/" + entry.name
                if entry.name.utf8.last == UInt8(ascii: "/") {
                    return problems.append(
                        .outputNotText(
                            node: command.node, output: output.name,
                            file: String(file.dropLast())))
                }
                guard entry.kind != Int(DT_DIR) else {
                    open.append(file)
                    continue
                }
                // One error is enough for a thousand files.
                guard check(file, of: anyFile) == true else { return }
                found.append(file)
            }
            if found.count > Self.longestList {
                return problems.append(
                    .tooManyOutputs(
                        node: command.node, output: output.name,
                        limit: Self.longestList))
            }
        }
        files[output.name] = [found[0]] + found.dropFirst().sorted { $0.precedes($1) }
    }

    /// Whether a file exists and can be taken; nil: it cannot, and an error is noted.
    private mutating func check(_ file: String, of output: Command.Output) -> Bool? {
        known.insert(file)
        if let link = Self.linkAbove(file, in: scratch) {
            problems.append(.outputThroughLink(node: command.node, file: file, link: link))
            return nil
        }
        let path = scratch + "/" + file
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return false }
            problems.append(.outputUnreadable(node: command.node, file: file, reason: message(errno)))
            return nil
        }
        if let found = Self.kind(status) {
            problems.append(.outputNotAFile(node: command.node, file: file, found: found))
            return nil
        }
        if status.st_size == 0 && !output.mayBeEmpty {
            problems.append(.outputEmpty(node: command.node, output: output.name, file: file))
            return nil
        }
        if status.st_mode & S_IRUSR == 0 { chmod(path, 0o600) }
        // The cache takes the file over, so it must have no other name, in particular not that of an input.
        if status.st_nlink > 1, let code = copy(path, status) {
            problems.append(.outputUnreadable(node: command.node, file: file, reason: message(code)))
            return nil
        }
        return true
    }

    private func copy(_ path: String, _ status: stat) -> Int32? {
        let other = scratch + "/" + Command.temporary + "/" + Unique.name()
        let from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        defer { if from >= 0 { close(from) } }
        // The program may have removed its temporary folder.
        mkdir(scratch + "/" + Command.temporary, 0o777)
        let to = from < 0 ? -1 : open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        defer { if to >= 0 { close(to) } }
        guard from >= 0, to >= 0 else { return errno }
        let code = -csystem_copy_file(from, to, UInt64(max(0, status.st_size)))
        if code != 0 { return code }
        return rename(other, path) == 0 ? nil : errno
    }

    /// nil: a file.
    private static func kind(_ status: stat) -> String? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a folder"
        case S_IFLNK: "a link"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }

    /// The first part of a path that is a link, which could lead anywhere.
    static func linkAbove(_ file: String, in scratch: String) -> String? {
        guard file.utf8.contains(UInt8(ascii: "/")) else { return nil }
        var folder = ""
        for part in file.pathParts.dropLast() {
            folder += (folder.isEmpty ? "" : "/") + part
            var status = stat()
            if lstat(scratch + "/" + folder, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK { return folder }
        }
        return nil
    }

    /// Finds files that match a pattern, part by part, without inputs. Returns 0, or the error of a folder that could
    /// not be read.
    private func match(_ pattern: ArraySlice<GlobPart>, in folder: String, into matches: inout [String]) -> Int32 {
        guard let first = pattern.first, pattern.count <= Self.deepest, matches.count <= Self.longestList else {
            return 0
        }
        let isLast = pattern.count == 1
        var inside: Int32 = 0
        let failure = each(in: folder) { name, kind in
            let path = folder.isEmpty ? name : folder + "/" + name
            guard first.matches(Folder.bytes(ofUntext: name) ?? Array(name.utf8)), !known.contains(path) else {
                return true
            }
            if isLast {
                matches.append(path)
            } else if kind == Int(DT_DIR) || kind == Int(DT_LNK) {
                inside = match(pattern.dropFirst(), in: path, into: &matches)
            }
            return inside == 0 && matches.count <= Self.longestList
        }
        return inside != 0 ? inside : failure
    }

    /// Up to five files that are neither inputs nor outputs, and how many more there are.
    func undeclared() -> (files: [String], more: Int) {
        var others: [String] = [], entries = 0
        var ours = known
        for file in [
            command.depfile, command.discovered, Command.temporary, Command.results, Command.log,
            Command.staged,
        ] {
            if let file { ours.insert(file) }
        }
        func walk(_ folder: String, _ depth: Int) {
            each(in: folder) { name, kind in
                entries += 1
                let path = folder.isEmpty ? name : folder + "/" + name
                if ours.contains(path) || path.hasPrefix(Command.list) { return true }
                if kind == Int(DT_DIR) {
                    if depth < Self.deepest { walk(path, depth + 1) }
                } else {
                    others.append(path)
                }
                return entries < Self.mostEntries
            }
        }
        walk("", 0)
        others.sort { $0.precedes($1) }
        return (Array(others.prefix(5)), max(0, others.count - 5))
    }

    /// Visits the entries of a folder, in any order, until told to stop. Returns 0, or the error that ended the
    /// listing; a missing folder has no entries.
    @discardableResult
    private func each(in folder: String, _ body: (_ name: String, _ kind: Int) -> Bool) -> Int32 {
        guard let entries = opendir(folder.isEmpty ? scratch : scratch + "/" + folder) else {
            return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : errno
        }
        defer { closedir(entries) }
        while true {
            errno = 0
            guard let entry = readdir(entries) else { return errno }
            let name = Folder.name(of: entry)
            if name == "." || name == ".." { continue }
            if !body(name, kind(entry, folder, name)) { return 0 }
        }
    }

    private func kind(_ entry: UnsafeMutablePointer<dirent>, _ folder: String, _ name: String) -> Int {
        let kind = Int(entry.pointee.d_type)
        guard kind == Int(DT_UNKNOWN) else { return kind }
        var status = stat()
        guard lstat(scratch + "/" + (folder.isEmpty ? name : folder + "/" + name), &status) == 0 else {
            return Int(DT_UNKNOWN)
        }
        return switch status.st_mode & S_IFMT {
        case S_IFDIR: Int(DT_DIR)
        case S_IFLNK: Int(DT_LNK)
        default: Int(DT_REG)
        }
    }
}
