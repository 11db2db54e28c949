// The roots that the user declared: by `--root brand=../brand` and in the user's configuration. A workspace cannot
// declare any: it must not decide what it may read outside itself.
import Diagnostics
import Files
import Glibc
import Store
import YAML

public enum DeclaredRoots {
    private static let largest = 1 << 20

    /// - Parameters:
    ///   - options: `NAME=FOLDER`, relative to the current folder; they come before the configuration's.
    ///   - workspace: absolute, without links.
    public static func read(_ options: [String], workspace: String) throws(Diagnostics) -> [String: String] {
        var problems: [Diagnostic] = [], roots: [String: String] = [:]
        for option in options {
            guard let equals = option.firstIndex(of: "="), equals != option.startIndex,
                option.index(after: equals) != option.endIndex
            else {
                problems.append(RootProblem.badDeclaration(option).diagnostic)
                continue
            }
            let name = String(option[..<equals]), written = String(option[option.index(after: equals)...])
            guard Folders.isRootName(name) else {
                problems.append(RootProblem.badName(name, at: nil).diagnostic)
                continue
            }
            let path = absolute(written, beside: here)
            if let other = roots[name], !other.isSameBytes(path) { problems.append(RootProblem.twice(name).diagnostic) }
            if let problem = fault(name, path, workspace) { problems.append(problem.diagnostic) }
            roots[name] = path
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        for (name, path) in try configured(workspace) where roots[name] == nil {
            // The configuration serves all of the user's workspaces, so a root that overlaps this one is skipped.
            if case .overlaps? = fault(name, path, workspace) { continue }
            roots[name] = path
        }
        return roots
    }

    private static var here: String { Folder.working ?? "/" }

    /// Keeps links, since a link that leads elsewhere tomorrow is another file then. Resolves `..`, so that the path
    /// tells whether a root lies in the workspace.
    /// - Parameter folder: without links.
    private static func absolute(_ path: String, beside folder: String) -> String {
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        var above = isAbsolute ? [] : folder.pathParts.filter { !$0.isEmpty }
        var parts = path.pathParts.filter { !$0.isEmpty && $0 != "." }[...]
        while !isAbsolute, parts.first == ".." {
            _ = above.popLast()
            parts.removeFirst()
        }
        let plain = "/" + (above + parts).joined(separator: "/")
        return parts.contains("..") ? real(plain) ?? plain : plain
    }

    private static func real(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func fault(_ name: String, _ path: String, _ workspace: String) -> RootProblem? {
        guard let real = real(path) else { return .noFolder(name, path: path, reason: message(errno)) }
        var status = stat()
        guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return .noFolder(name, path: path, reason: "it is not a folder")
        }
        let isOne =
            real.isSameBytes(workspace) || real.beneath(workspace) != nil || path.beneath(workspace) != nil
            || workspace.beneath(real) != nil || real == "/"
        return isOne ? .overlaps(name, path: path) : nil
    }

    // MARK: The user's configuration

    /// nil: there is no home folder to look in.
    static var configuration: String? {
        func value(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        return (value("XDG_CONFIG_HOME") ?? value("HOME").map { $0 + "/.config" }).map { $0 + "/vgraph/config.yaml" }
    }

    private static func configured(_ workspace: String) throws(Diagnostics) -> [String: String] {
        guard let path = configuration else { return [:] }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return [:] }
            throw Diagnostics([StoreProblem.cannotRead(path: path, reason: message(code)).diagnostic])
        }
        defer { close(file) }
        if let reason = doubt(file, path, workspace) {
            throw Diagnostics([RootProblem.unsafeConfiguration(path: path, reason: reason).diagnostic])
        }
        let bytes: [UInt8]
        do throws(SystemFailure) { bytes = try OpenFile.read(file, limit: largest) } catch {
            throw Diagnostics([StoreProblem.cannotRead(path: path, reason: error.words).diagnostic])
        }
        guard bytes.contains(where: { $0 > 0x20 }) else { return [:] }
        return try roots(in: try YAML.parse(bytes: bytes, file: path), beside: real(path.folderPart) ?? path.folderPart)
    }

    /// Why an open configuration file cannot be trusted; nil: it can.
    private static func doubt(_ file: Int32, _ path: String, _ workspace: String) -> String? {
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return "it is not a file" }
        if status.st_uid != geteuid() && status.st_uid != 0 {
            return "it belongs to another user (uid \(status.st_uid))"
        }
        let isOthers = status.st_mode & 0o002 != 0 || (status.st_mode & 0o020 != 0 && status.st_gid != getegid())
        if isOthers { return "others can write it" }
        guard let real = real(path) else { return message(errno) }
        return [real, path].contains { $0.beneath(workspace) != nil } ? "it lies in the workspace" : nil
    }

    private static func roots(in root: Node, beside folder: String) throws(Diagnostics) -> [String: String] {
        var problems: [RootProblem] = [], roots: [String: String] = [:]
        if root.pairs == nil {
            problems.append(
                .wrongType(
                    "the configuration", expected: "a mapping", found: root.kindName,
                    at: root.place))
        }
        for pair in root.pairs ?? [] {
            guard pair.name == "roots" else {
                problems.append(.unknownField(pair.name, known: ["roots"], at: pair.key.place))
                continue
            }
            guard let pairs = pair.value.pairs else {
                if !pair.value.isNull {
                    problems.append(
                        .wrongType(
                            "roots", expected: "a mapping of names to folders",
                            found: pair.value.kindName, at: pair.value.place))
                }
                continue
            }
            for pair in pairs {
                guard Folders.isRootName(pair.name) else {
                    problems.append(.badName(pair.name, at: pair.key.place))
                    continue
                }
                guard let text = pair.value.string, !text.isEmpty, !text.utf8.contains(0) else {
                    problems.append(
                        .wrongType(
                            pair.name, expected: "a folder", found: pair.value.kindName,
                            at: pair.value.place))
                    continue
                }
                let home = getenv("HOME").map { String(cString: $0) }
                if text == "~" || text.hasPrefix("~/"), let home {
                    roots[pair.name] = absolute(home + text.dropFirst(), beside: folder)
                } else {
                    roots[pair.name] = absolute(text, beside: folder)
                }
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems.map(\.diagnostic)) }
        return roots
    }
}
