// The file of one target's records: read whole, and appended to under a lock. A record is acknowledged once it is on
// disk; what an interrupted write left is no record, and the next one removes it.
import Diagnostics
import Files
import FoundationEssentials
import Glibc

public struct DecisionFile: Sendable {
    /// Which records it holds: answers are an input of the gate, decisions are about what the gate said.
    public enum Role: String, Sendable {
        case answers, decisions
        var other: Role { self == .answers ? .decisions : .answers }
    }

    /// In the workspace.
    public let name: String
    let role: Role
    let target: String
    let workspace: String
    let root: Root
    let path: String

    public init(_ role: Role, of target: String, in workspace: String) {
        name = Self.name(role, of: target)
        self.role = role
        self.target = target
        self.workspace = workspace
        root = Root(workspace, links: .inside)
        path = workspace + "/" + name
    }

    /// launch.answers.jsonl of launch.mp4.
    public static func name(_ role: Role, of target: String) -> String {
        let slash = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
        let stem = target[slash...].lastIndex(of: ".").map { $0 > slash ? target[..<$0] : target[...] } ?? target[...]
        return "\(stem).\(role.rawValue).jsonl"
    }

    public func read(keys: PublicKeys) throws(DecisionProblem) -> DecisionLog {
        guard let file = try opened(O_RDONLY) else {
            return try DecisionLog([], file: name, target: target, keys: keys)
        }
        return try DecisionLog(bytes(file.number), file: name, target: target, keys: keys)
    }

    /// Adds a record; nothing is added where a line before it does not count.
    /// - Parameter condition: judges the records as they are while no other can come; what it throws keeps the record
    ///   from being added.
    /// - Returns: the record, and a remark where an unfinished line was removed.
    public func append(
        _ draft: SignedDecision.Draft, by key: PrivateKey, keys: PublicKeys,
        where condition: (DecisionLog) throws(DecisionProblem) -> Void = { _ in }
    ) throws(DecisionProblem) -> (record: SignedDecision, remark: DecisionProblem?) {
        guard keys.holds(key.name, key.publicKey) else {
            throw .unlistedKey(name: key.name, file: PublicKeys.fileName)
        }
        try Self.look(at: draft.reason, option: "--reason", limit: 2000)
        guard let file = try opened(O_RDWR | O_APPEND | O_CREAT) else {
            throw .cannotUse(file: name, error: "it does not exist")
        }
        while flock(file.number, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure(errno) }
        }
        var bytes = try bytes(file.number)
        var remark: DecisionProblem?
        if let last = bytes.last, last != 10 {
            let kept = bytes.lastIndex(of: 10).map { $0 + 1 } ?? 0
            bytes.removeSubrange(kept...)
            guard ftruncate(file.number, off_t(kept)) == 0 else { throw failure(errno) }
            remark = .repaired(file: name, line: bytes.count { $0 == 10 } + 1)
        }
        let log = try DecisionLog(bytes, file: name, target: target, keys: keys)
        try condition(log)
        let time = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)).formatted(.iso8601)
        let other = DecisionFile(role.other, of: target, in: workspace)
        // Whoever says revise must be able to, also where the other file is damaged.
        let seen = (try? other.read(keys: keys))?.seen
        let record = SignedDecision(draft, by: key, at: time, after: log.last, seen: seen)
        let line = record.line + [10]
        // As a reader will judge it.
        _ = try DecisionLog(bytes + line, file: name, target: target, keys: keys)
        do throws(SystemFailure) {
            try line.withBytes { bytes throws(SystemFailure) in try OpenFile.write(bytes, to: file.number) }
        } catch {
            _ = ftruncate(file.number, off_t(bytes.count))
            throw failure(error.code)
        }
        guard fsync(file.number) == 0 else { throw failure(errno) }
        let folder = Descriptor(
            root.open(String(path[..<path.lastIndex(of: "/")!]), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        if folder.number >= 0 { Folder.sync(folder.number) }
        return (record, remark)
    }

    /// Words of a person: some, not too many, and no escapes of a terminal.
    public static func look(at text: String, option: String, limit: Int) throws(DecisionProblem) {
        let isControl = text.unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) }
        guard !text.allSatisfy(\.isWhitespace) else { throw .badWords(option: option, reason: "is empty") }
        guard text.utf8.count <= limit else {
            throw .badWords(option: option, reason: "has more than \(limit) bytes")
        }
        guard !isControl else { throw .badWords(option: option, reason: "has control characters or line breaks") }
    }

    /// nil: it is not there. No link leads to it: what is appended to is in the workspace, under this name.
    private func opened(_ flags: Int32) throws(DecisionProblem) -> Descriptor? {
        let file = Descriptor(root.open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644))
        guard file.number >= 0 else {
            if file.number == -ENOENT { return nil }
            if file.number == -ELOOP { throw .cannotUse(file: name, error: "it is a link") }
            throw failure(-file.number)
        }
        var status = stat()
        guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .cannotUse(file: name, error: "it is not a regular file")
        }
        guard status.st_size <= DecisionLog.bytesLimit else {
            throw .tooLarge(file: name, limit: DecisionLog.bytesLimit)
        }
        return file
    }

    private func bytes(_ file: Int32) throws(DecisionProblem) -> [UInt8] {
        do throws(SystemFailure) { return try OpenFile.read(file, limit: DecisionLog.bytesLimit + 1) } catch {
            throw failure(error.code)
        }
    }

    private func failure(_ code: Int32) -> DecisionProblem {
        .cannotUse(file: name, error: message(code))
    }
}
