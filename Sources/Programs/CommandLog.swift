// The output of a program: all of it if it is short, else its beginning and end.

struct CommandLog {
    static let half = 512 << 10
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var total = 0
    private let secrets: Secrets
    /// Bytes that may be the beginning of a secret.
    private var pending: [UInt8] = []

    init(without secrets: Secrets = .none) { self.secrets = secrets }

    /// - Returns: the cleaned bytes, for live output.
    mutating func add(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard !secrets.isEmpty else {
            keep(bytes)
            return Array(bytes)
        }
        pending += bytes
        return decide(isLast: false)
    }

    /// Flushes the pending bytes: nothing follows.
    mutating func end() -> [UInt8] { pending.isEmpty ? [] : decide(isLast: true) }

    private mutating func decide(isLast: Bool) -> [UInt8] {
        let clean = secrets.clean(&pending, isLast: isLast)
        clean.withUnsafeBytes { keep($0) }
        return clean
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        total += bytes.count
        let room = min(bytes.count, Self.half - head.count)
        if room > 0 { head.append(contentsOf: bytes[..<room]) }
        guard room < bytes.count else { return }
        tail.append(contentsOf: bytes[room...])
        // Not for every piece: moving half a megabyte for each line would be slow.
        if tail.count > 2 * Self.half { tail.removeFirst(tail.count - Self.half) }
    }

    var bytes: [UInt8] {
        guard !tail.isEmpty else { return head }
        let kept = tail.suffix(Self.half), left = total - head.count - kept.count
        return head + (left > 0 ? Array("\n[\(left) bytes left out]\n".utf8) : []) + kept
    }
}
