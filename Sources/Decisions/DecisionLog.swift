// The records of one target, from the bytes of its file: each signed by a key that counts, each naming the line before.
// Pure. What it cannot tell is that last lines are missing; version control can.
import Diagnostics
import FoundationEssentials

public struct DecisionLog: Sendable {
    public static let bytesLimit = 16 << 20
    static let lineLimit = 64 << 10

    public var records: [SignedDecision] = []
    /// SHA-256 of the last line.
    var last = ""

    /// - Parameters:
    ///   - file: how messages name it.
    ///   - target: whose records these must be.
    /// - Throws: the first line that does not count: after it, no line does.
    public init(_ bytes: [UInt8], file: String, target: String, keys: PublicKeys) throws(DecisionProblem) {
        guard bytes.count <= Self.bytesLimit else { throw .tooLarge(file: file, limit: Self.bytesLimit) }
        var start = 0, number = 0
        while start < bytes.count {
            number += 1
            guard let end = bytes[start...].firstIndex(of: 10) else { throw .torn(file: file, line: number) }
            let line = Array(bytes[start..<end])
            switch Self.record(line, after: last, target: target, keys: keys) {
            case .success(let record): records.append(record)
            case .failure(let fault): throw .badRecord(file: file, line: number, reason: fault.words)
            }
            last = sha256(line)
            start = end + 1
        }
    }

    struct Fault: Error { var words: String }

    static func record(_ line: [UInt8], after last: String, target: String, keys: PublicKeys)
        -> Result<SignedDecision, Fault>
    {
        func fault(_ words: String) -> Result<SignedDecision, Fault> { .failure(Fault(words: words)) }
        guard line.count <= lineLimit else { return fault("it has more than \(lineLimit) bytes") }
        guard let record = try? JSONDecoder().decode(SignedDecision.self, from: Data(line)) else {
            return fault("it is not a record of vgraph")
        }
        guard record.schema == SignedDecision.schema else { return fault("its schema is '\(record.schema)'") }
        guard record.line == line else { return fault("it is not spelled as vgraph writes it") }
        guard Array(record.target.utf8) == Array(target.utf8) else {
            return fault("it is about another target, '\(record.target)'")
        }
        guard record.previous == last else { return fault("it does not follow the line before it") }
        guard (record.kind == .answer) == (record.claim != nil), (record.claim == nil) == (record.answer == nil) else {
            return fault("an answer, and nothing else, names a claim and what is said of it")
        }
        guard keys.holds(record.by, record.key) else {
            return fault("the key of '\(record.by)' is not in '\(PublicKeys.fileName)'")
        }
        guard record.isSignedByItsKey else { return fault("its signature does not match") }
        return .success(record)
    }
}

extension DecisionLog {
    /// The last decision about a file with these bytes; nil: there is none.
    public func decision(on sha256: String) -> SignedDecision? {
        records.last { $0.kind != .answer && $0.sha256 == sha256 }
    }

    /// What was decided about other bytes: it counts for nothing now.
    public func void(for sha256: String) -> [SignedDecision] {
        records.filter { $0.kind != .answer && $0.sha256 != sha256 }
    }

    /// What persons answer about a file with these bytes, by claim; of one person's answers the last.
    public func answers(on sha256: String) -> [String: [SignedDecision]] {
        var found: [String: [SignedDecision]] = [:]
        for record in records where record.kind == .answer && record.sha256 == sha256 {
            guard let claim = record.claim else { continue }
            found[claim, default: []].removeAll { $0.by == record.by }
            found[claim, default: []].append(record)
        }
        return found
    }
}
