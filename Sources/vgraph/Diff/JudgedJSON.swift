// What `Judgements` takes of a report and of a gate's decision, read from their JSON: of a film of ten minutes they are
// 300 KB, of which ids and verdicts are a hundredth.
import Composition
import Diagnostics
import FoundationEssentials
import Spec
import Work

/// What checks, findings and the gate said, as far as it is compared.
enum JudgedJSON {
    struct Check {
        var id: String
        var verdict: CheckResult.Verdict
        var measured: String
    }

    struct Claim {
        var id: String
        var status: ClaimStanding.Status
    }

    struct Gate {
        var decision: Verdict
        var claims: [Claim]
    }

    /// nil: the bytes are no findings.
    static func findings(_ bytes: [UInt8]) -> [Diagnostic]? {
        let read = JSONCursor.read(bytes) { cursor throws(JSONCursor.Mismatch) in
            var findings: [Diagnostic]?
            try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
                switch name {
                case "findings":
                    findings = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Diagnostic(&cursor) }
                default: try cursor.skip()
                }
            }
            guard let findings else { throw JSONCursor.Mismatch() }
            return findings
        }
        return read ?? (try? JSONDecoder().decode(Findings.self, from: Data(bytes)))?.findings
    }

    /// nil: the bytes are no report.
    static func checks(_ bytes: [UInt8]) -> [Check]? {
        let read = JSONCursor.read(bytes) { cursor throws(JSONCursor.Mismatch) in
            var checks: [Check]?
            try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
                switch name {
                case "results": checks = try cursor.values { cursor throws(JSONCursor.Mismatch) in try check(&cursor) }
                default: try cursor.skip()
                }
            }
            guard let checks else { throw JSONCursor.Mismatch() }
            return checks
        }
        return read
            ?? (try? JSONDecoder().decode(CheckReport.self, from: Data(bytes)))?.results
            .map { Check(id: $0.id, verdict: $0.verdict, measured: $0.measured) }
    }

    private static func check(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) -> Check {
        var id: String?, verdict: CheckResult.Verdict?, measured: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "id": id = try cursor.string()
            case "verdict": verdict = try cursor.choice(CheckResult.Verdict.self)
            case "measured": measured = try cursor.string()
            default: try cursor.skip()
            }
        }
        guard let id, let verdict, let measured else { throw JSONCursor.Mismatch() }
        return Check(id: id, verdict: verdict, measured: measured)
    }

    /// nil: the bytes are no decision.
    static func gate(_ bytes: [UInt8]) -> Gate? {
        let read = JSONCursor.read(bytes) { cursor throws(JSONCursor.Mismatch) in
            var decision: Verdict?, claims: [Claim]?, schema: String?
            try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
                switch name {
                case "schema": schema = try cursor.string()
                case "decision": decision = try cursor.choice(Verdict.self)
                case "claims": claims = try cursor.values { cursor throws(JSONCursor.Mismatch) in try claim(&cursor) }
                default: try cursor.skip()
                }
            }
            // Of another schema only the decoder knows whether it can be read.
            guard let decision, let claims, schema == GateDecision.schema else { throw JSONCursor.Mismatch() }
            return Gate(decision: decision, claims: claims)
        }
        return read
            ?? (try? JSONDecoder().decode(GateDecision.self, from: Data(bytes)))
            .map { gate in
                Gate(decision: gate.decision, claims: gate.claims.map { Claim(id: $0.id, status: $0.status) })
            }
    }

    private static func claim(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) -> Claim {
        var id: String?, status: ClaimStanding.Status?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "id": id = try cursor.string()
            case "status": status = try cursor.choice(ClaimStanding.Status.self)
            default: try cursor.skip()
            }
        }
        guard let id, let status else { throw JSONCursor.Mismatch() }
        return Claim(id: id, status: status)
    }
}
