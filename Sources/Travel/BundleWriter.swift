// Writes a bundle as a folder or as a tar archive. Equal bundles give equal archives: no time, no owner, sorted names.
// The bytes that are written are hashed again, since a file may have changed since it was listed.
import Diagnostics
import Digests
import Files
import Glibc

extension WorkerBundle {
    /// Creates a folder that must not exist.
    public func write(folder: String) throws(Diagnostics) {
        guard mkdir(folder, 0o777) == 0 else {
            if errno == EEXIST { throw Diagnostics([BundleProblem.taken(folder: folder).diagnostic]) }
            throw Diagnostics([StoreProblem.writing(folder, errno).diagnostic])
        }
        for file in files {
            let path = folder + "/" + file.place
            if let slash = path.lastIndex(of: "/"), let failed = Folder.failure(creating: String(path[..<slash])) {
                throw Diagnostics([StoreProblem.writing(failed.path, failed.code).diagnostic])
            }
            let mode: mode_t = file.isExecutable ? 0o755 : 0o644
            let target = Descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode))
            guard target.number >= 0 else { throw Diagnostics([StoreProblem.writing(path, errno).diagnostic]) }
            try copy(file, to: target.number, path)
        }
    }

    /// - Parameter target: open for writing.
    /// - Parameter path: its name in messages.
    public func write(tar target: Int32, _ path: String) throws(Diagnostics) {
        for file in files {
            guard let header = Self.header(file) else {
                let reason = "its place in the bundle is too long for tar"
                throw Diagnostics([BundleProblem.cannotRead(path: file.place, error: reason).diagnostic])
            }
            try put(header, to: target, path)
            try copy(file, to: target, path)
            try put([UInt8](repeating: 0, count: (512 - Int(file.size % 512)) % 512), to: target, path)
        }
        try put([UInt8](repeating: 0, count: 1024), to: target, path)
    }

    private func put(_ bytes: [UInt8], to target: Int32, _ path: String) throws(Diagnostics) {
        do throws(SystemFailure) {
            try bytes.withBytes { bytes throws(SystemFailure) in try OpenFile.write(bytes, to: target) }
        } catch { throw Diagnostics([StoreProblem.writing(path, error.code).diagnostic]) }
    }

    private func copy(_ file: File, to target: Int32, _ path: String) throws(Diagnostics) {
        guard let source = file.source else { return try put(Array((file.text ?? "").utf8), to: target, path) }
        let open = Descriptor(Glibc.open(source, O_RDONLY | O_CLOEXEC))
        do throws(SystemFailure) {
            guard open.number >= 0 else { throw SystemFailure(code: errno) }
            guard try OpenFile.copy(open.number, to: target) == file.sha256 else {
                throw Changed.changed
            }
        } catch {
            throw Diagnostics([BundleProblem.cannotRead(path: source, error: error.words).diagnostic])
        }
    }

    /// POSIX ustar; nil: the name does not fit.
    private static func header(_ file: File) -> [UInt8]? {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        func octal(_ value: Int64, _ digits: Int) -> [UInt8] {
            let text = String(value, radix: 8)
            return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
        }
        let name = Array(file.place.utf8)
        if name.count <= 100 {
            put(name, at: 0)
        } else {
            // Two fields share a long name, split at a slash.
            guard
                let slash = name.indices.first(where: {
                    name[$0] == UInt8(ascii: "/") && $0 <= 155 && name.count - $0 - 1 <= 100
                })
            else { return nil }
            put(name[(slash + 1)...], at: 0)
            put(name[..<slash], at: 345)
        }
        put(octal(file.isExecutable ? 0o755 : 0o644, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(file.size, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ".utf8, at: 148)
        put("0".utf8, at: 156)
        put("ustar\u{0}00".utf8, at: 257)
        put(octal(block.reduce(0) { $0 + Int64($1) }, 6) + [0, 0x20], at: 148)
        return block
    }
}

private enum Changed {
    /// The file is another one than when the bundle was listed.
    static let changed = SystemFailure(code: ESTALE)
}
