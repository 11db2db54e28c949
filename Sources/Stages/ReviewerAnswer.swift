// What a reviewer wrote, taken whole or not at all. A reviewer is not trusted: neither with the form of its answer nor
// with what it cites. Unaware of how it was run.
import Composition
import FoundationEssentials
import Work

/// The first line says who answers, each further line is an observation.
public struct ReviewerAnswer: Sendable {
    public static let schema = "vgraph.observation/1"

    public var version: String
    public var model: String?
    public var parameters: [String: String]?
    public var observations: [Observation]

    /// Why an answer is rejected, reading on from "its answer was rejected: ".
    public struct Fault: Error, Hashable { public var reason: String }

    static let longestLine = 64 << 10, mostLines = 20_000, longestText = 600, mostEvidence = 16

    private struct Head: Decodable {
        var schema: String
        var version: String
        var model: String?
        var parameters: [String: String]?
    }

    private struct Line: Decodable {
        var claim: String
        var verdict: Observation.Verdict
        var severity: Observation.Severity
        var startFrame: Int
        var endFrame: Int
        var evidence: [String]
        var rationale: String
        var found: String?
        var box: Observation.Box?
        var measured: [String: Double]?

        static let fields: Set = [
            "claim", "verdict", "severity", "startFrame", "endFrame", "evidence", "rationale", "found", "box",
            "measured",
        ]
    }

    /// - Parameters:
    ///   - request: as the reviewer was given it: each of its claims has to be answered or abstained from.
    ///   - name: what the pipeline calls it.
    public init(_ bytes: [UInt8], to request: ReviewRequest, by name: String) throws(Fault) {
        let lines = bytes.split(separator: 0x0A)
        guard let first = lines.first else { throw Fault(reason: "it is empty") }
        guard lines.count <= Self.mostLines else { throw Fault(reason: "it has more than \(Self.mostLines) lines") }
        let head: Head = try Self.read(first, 1, fields: ["schema", "version", "model", "parameters"])
        guard head.schema == Self.schema else {
            throw Fault(reason: "line 1: its schema is '\(Self.shown(head.schema))', and \(Self.schema) was asked for")
        }
        guard !head.version.isEmpty, head.version.utf8.count <= 100 else {
            throw Fault(reason: "line 1: 'version' is empty or too long")
        }
        (version, model, parameters) = (head.version, head.model, head.parameters)
        observations = []
        let exhibits = Dictionary(request.exhibits.map { ($0.file, $0) }) { first, _ in first }
        let claims = Set(request.list.claims.map(\.id))
        var open = claims
        for (index, bytes) in lines.enumerated().dropFirst() {
            let line: Line = try Self.read(bytes, index + 1, fields: Line.fields)
            if let reason = Self.fault(line, claims, exhibits, request.list) {
                throw Fault(reason: "line \(index + 1): \(reason)")
            }
            open.remove(line.claim)
            observations.append(
                Observation(
                    claim: line.claim, reviewer: name, verdict: line.verdict, severity: line.severity,
                    startFrame: line.startFrame, endFrame: line.endFrame, evidence: line.evidence,
                    rationale: line.rationale, found: line.found, box: line.box, measured: line.measured))
        }
        if let claim = request.list.claims.first(where: { open.contains($0.id) }) {
            let more = open.count > 1 ? " and \(open.count - 1) more" : ""
            throw Fault(reason: "it neither answers '\(claim.id)'\(more) nor abstains")
        }
    }

    private static func read<Content: Decodable>(_ line: ArraySlice<UInt8>, _ number: Int, fields: Set<String>)
        throws(Fault) -> Content
    {
        guard line.count <= longestLine else {
            throw Fault(reason: "line \(number) is longer than \(longestLine) bytes")
        }
        let data = Data(line)
        guard case .object(let members)? = try? JSONDecoder().decode(Value.self, from: data) else {
            throw Fault(
                reason: "line \(number) is not a JSON object: '\(shown(String(decoding: line, as: UTF8.self)))'")
        }
        if let other = members.keys.filter({ !fields.contains($0) }).min() {
            throw Fault(reason: "line \(number): there is no field '\(shown(other))'")
        }
        do { return try JSONDecoder().decode(Content.self, from: data) } catch {
            throw Fault(reason: "line \(number): \(words(of: error))")
        }
    }

    private static func fault(
        _ line: Line, _ claims: Set<String>, _ exhibits: [String: ReviewRequest.Exhibit], _ list: ClaimList
    ) -> String? {
        guard claims.contains(line.claim) || Observation.unasked.contains(line.claim) else {
            return "it was not asked for a claim '\(shown(line.claim))'"
        }
        if Observation.unasked.contains(line.claim), line.verdict != .contradicts {
            return "what was not planned can only contradict"
        }
        guard 0 <= line.startFrame, line.startFrame < line.endFrame, line.endFrame <= list.frames else {
            return "frames \(line.startFrame) to \(line.endFrame) lie outside the film's \(list.frames)"
        }
        guard !line.rationale.isEmpty, line.rationale.utf8.count <= longestText,
            (line.found?.utf8.count ?? 0) <= longestText
        else { return "'rationale' or 'found' is empty or longer than \(longestText) bytes" }
        guard line.evidence.count <= mostEvidence else { return "it cites more than \(mostEvidence) files" }
        if line.verdict != .abstain, line.verdict != .notApplicable, line.evidence.isEmpty {
            return "it cites nothing for '\(line.verdict.rawValue)'"
        }
        for name in line.evidence {
            guard let exhibit = exhibits[name] else { return "the request has no file '\(shown(name))'" }
            if let frame = exhibit.frame, !(line.startFrame..<line.endFrame).contains(frame) {
                return "'\(name)' lies outside frames \(line.startFrame) to \(line.endFrame)"
            }
        }
        if let box = line.box {
            let isInside =
                0 <= box.x0 && box.x0 < box.x1 && box.x1 <= list.size.width && 0 <= box.y0 && box.y0 < box.y1
                && box.y1 <= list.size.height
            if !isInside { return "its box lies outside the picture" }
        }
        let measured = line.measured ?? [:]
        if measured.count > 32 || measured.contains(where: { !$0.value.isFinite || $0.key.utf8.count > 40 }) {
            return "'measured' has too many values, or one that is no number"
        }
        return nil
    }

    private static func shown(_ text: String) -> String {
        String(text.prefix(60).map { $0.isNewline || $0 == "\t" ? " " : $0 })
    }
}
