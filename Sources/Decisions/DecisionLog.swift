// The records of one target, from the bytes of its file: each signed by a key that counts, each naming the line before.
// Pure. That last lines are missing it can tell only from a record of the other file that was signed after them; what is
// cut off in both at once, or before anything else was signed, version control alone can tell.
import Diagnostics
import FoundationEssentials

public struct DecisionLog: Sendable {
    public static let bytesLimit = 16 << 20
    static let lineLimit = 64 << 10

    public var records: [SignedDecision] = []
    /// SHA-256 of each line.
    private var sums: [String] = []
    var last: String { sums.last ?? "" }

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
            sums.append(sha256(line))
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
        guard (record.kind == .waive) == (record.waiver != nil), record.waiver?.isWellFormed != false else {
            return fault("a waiver, and nothing else, names a check, a stretch of time and an end")
        }
        guard (record.kind == .publish) == (record.publication != nil), record.publication?.isWellFormed != false else {
            return fault("a publication, and nothing else, names a place, a file and what goes with it")
        }
        guard record.basis == nil || record.kind == .approve, record.basis?.isWellFormed != false else {
            return fault("only an approval names the film that it rests on, with what the two share")
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
        records.last { $0.kind.isVerdict && $0.sha256 == sha256 }
    }

    /// What was decided about other bytes: it counts for nothing now.
    public func void(for sha256: String) -> [SignedDecision] {
        records.filter { $0.kind.isVerdict && $0.sha256 != sha256 }
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

    /// What a signer of a record here knows of another log.
    var seen: SignedDecision.Seen? {
        records.isEmpty ? nil : SignedDecision.Seen(records: records.count, last: last)
    }

    /// Records that are missing at the end of one of a target's files, though a signer in the other saw them.
    public static func cuts(answers: DecisionLog, decisions: DecisionLog, of target: String) -> [DecisionProblem] {
        let names = (
            answers: DecisionFile.name(.answers, of: target), decisions: DecisionFile.name(.decisions, of: target)
        )
        return [
            (decisions.firstCut(in: answers), names.answers, names.decisions),
            (answers.firstCut(in: decisions), names.decisions, names.answers),
        ].compactMap { record, file, signed in
            record.map { .cutOff(file: file, by: $0.by, at: $0.at, signed: signed) }
        }
    }

    /// The first record here whose signer saw records in the other log that it no longer has; nil: none is missing.
    public func firstCut(in other: DecisionLog) -> SignedDecision? {
        records.first { record in
            guard let seen = record.seen else { return false }
            return !other.sums.indices.contains(seen.records - 1) || other.sums[seen.records - 1] != seen.last
        }
    }
}

extension SignedDecision.Kind {
    public var role: DecisionFile.Role {
        switch self {
        case .approve, .revise, .publish: .decisions
        case .answer, .waive: .answers
        }
    }

    /// Whether it says pass or revise.
    public var isVerdict: Bool { self == .approve || self == .revise }
}
