// Reads a file that others may be writing: its bytes with the digest and signature that belong to them.
import Diagnostics
import Digests
import Glibc

/// The content of a file and its signature, which was the same before and after reading.
public struct FileContent: Sendable {
    public var digest: Digest
    public var signature: FileSignature
    public var isRacy: Bool
    /// Empty unless the caller asked for the bytes.
    public var bytes: [UInt8]

    /// nil: there is no such file. Tries a few times if the file changes meanwhile.
    /// - Parameter root: nil: any file of this machine.
    public static func read(
        _ path: String, keepBytes: Bool = false,
        in root: Root? = nil
    ) throws(StoreProblem) -> FileContent? {
        for _ in 0..<4 {
            // Without O_NONBLOCK opening a pipe would block for ever.
            let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
            let number = root.map { $0.open(path, flags) } ?? open(path, flags)
            let file = Descriptor(number), code = root == nil ? errno : -number
            guard file.number >= 0 else {
                guard let problem = Root.problem(path, code) else { return nil }
                throw problem
            }
            if let content = try read(file.number, path, keepBytes) { return content }
        }
        throw .changing(path: path)
    }

    /// nil: it changed meanwhile.
    private static func read(_ file: Int32, _ path: String, _ keepBytes: Bool) throws(StoreProblem) -> FileContent? {
        var status = stat()
        let moment = StampClock.now()
        guard fstat(file, &status) == 0 else { throw .cannotRead(path: path, reason: message(errno)) }
        let before = FileSignature(status)
        guard before.isFile else { throw .notAFile(path: path, found: before.kind) }

        var writer = DigestWriter()
        var bytes: [UInt8] = []
        var total: UInt64 = 0
        do throws(SystemFailure) {
            try OpenFile.pieces(of: file, by: Int(min(max(before.size, 4096), 1 << 20))) { piece in
                total += UInt64(piece.count)
                if total > before.size { return false }
                writer.add(piece)
                if keepBytes { bytes.append(contentsOf: piece) }
                return true
            }
        } catch { throw .cannotRead(path: path, reason: error.words) }
        guard total == before.size, fstat(file, &status) == 0, FileSignature(status) == before else { return nil }
        return FileContent(
            digest: writer.finish(), signature: before,
            isRacy: before.isRacy(at: moment, slack: StampClock.slack(ofFileSystemWith: file)),
            bytes: bytes)
    }
}
