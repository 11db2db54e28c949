// The JSON Schemas of what the gate decides and of what persons sign, as text; tests hold real ones against them.
import Composition
import Decisions

enum DecisionSchemas {
    static let gate = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "https://vgraph.invalid/schema/gate-3.json",
          "title": "vgraph gate: pass or revise of one file",
          "type": "object",
          "required": [
            "schema", "decision", "sha256", "policy", "mayBeApproved", "reasons", "claims", "checks", "waivers",
            "waiverDays", "unsandboxed"
          ],
          "additionalProperties": false,
          "properties": {
            "schema": { "const": "\(GateDecision.schema)" },
            "decision": { "enum": ["pass", "revise"] },
            "sha256": { "description": "of the file", "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "policy": { "type": "string" },
            "mayBeApproved": { "type": "boolean" },
            "reasons": {
              "description": "why it is not a pass; empty for a pass",
              "type": "array",
              "items": {
                "type": "object",
                "required": ["id", "text"],
                "additionalProperties": false,
                "properties": {
                  "id": { "enum": [\(list(GateReason.Kind.allCases.map(\.rawValue)))] },
                  "text": { "type": "string" },
                  "remedy": { "type": "string" },
                  "check": { "description": "what a waiver names", "type": "string" },
                  "spans": { "type": "array", "items": { "$ref": "#/$defs/span" } },
                  "waivable": { "type": "boolean" }
                }
              }
            },
            "claims": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["id", "kind", "text", "status", "said", "evidence"],
                "properties": {
                  "id": { "type": "string" },
                  "kind": { "enum": [\(list(Claim.Kind.allCases.map(\.rawValue)))] },
                  "text": { "type": "string" },
                  "status": { "enum": ["answered", "unanswered", "contradicted", "split", "open"] },
                  "said": { "type": "array", "items": { "type": "string" } },
                  "evidence": { "type": "array", "items": { "type": "string" } },
                  "from": { "description": "seconds", "type": "number" },
                  "to": { "type": "number" },
                  "place": { "type": "object" }
                }
              }
            },
            "checks": {
              "description": "what each check found; a waived one is here as failed",
              "type": "object",
              "additionalProperties": { "enum": [\(list(CheckResult.Verdict.allCases.map(\.rawValue)))] }
            },
            "waivers": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["check", "by", "at", "until", "reason", "state"],
                "additionalProperties": false,
                "properties": {
                  "check": { "type": "string" },
                  "span": { "description": "absent: the whole film", "$ref": "#/$defs/span" },
                  "by": { "type": "string" },
                  "at": { "type": "string" },
                  "until": { "description": "a day, to its end in UTC, or a moment", "type": "string" },
                  "reason": { "type": "string" },
                  "state": { "enum": [\(list(WaiverStanding.State.allCases.map(\.rawValue)))] },
                  "found": { "type": "string" }
                }
              }
            },
            "expires": {
              "description": "seconds since 1970: from then on a pass does not count, since a waiver has ended",
              "type": "integer"
            },
            "waiverDays": { "type": "integer", "minimum": 1 },
            "decides": {
              "description": "whose approval counts; absent: that of all whose key is listed",
              "type": "array",
              "items": { "type": "string" }
            },
            "unsandboxed": {
              "description": "reviewers that ran without a sandbox",
              "type": "array",
              "items": { "type": "string" }
            }
          },
          "$defs": {
            "span": {
              "description": "seconds",
              "type": "object",
              "required": ["from", "to"],
              "properties": { "from": { "type": "number" }, "to": { "type": "number" } }
            }
          }
        }

        """

    static let record = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "https://vgraph.invalid/schema/record-1.json",
          "title": "vgraph record: one line of NAME.answers.jsonl or NAME.decisions.jsonl",
          "type": "object",
          "required": [
            "schema", "kind", "target", "sha256", "by", "key", "at", "reason", "previous", "signature"
          ],
          "additionalProperties": false,
          "properties": {
            "schema": { "const": "\(SignedDecision.schema)" },
            "kind": { "enum": [\(list(SignedDecision.Kind.allCases.map(\.rawValue)))] },
            "target": { "type": "string", "minLength": 1 },
            "sha256": { "description": "of the file that was decided upon", "$ref": "#/$defs/sha256" },
            "by": { "description": "a name of vgraph.keys", "type": "string", "minLength": 1 },
            "key": { "description": "Ed25519, public", "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "at": { "description": "by the signer's clock, UTC", "type": "string", "pattern": "Z$" },
            "reason": { "type": "string", "minLength": 1 },
            "previous": { "description": "SHA-256 of the line before; empty in the first", "type": "string" },
            "claim": { "type": "string" },
            "answer": { "enum": [\(list(SignedDecision.Answer.allCases.map(\.rawValue)))] },
            "waiver": {
              "type": "object",
              "required": ["check", "until"],
              "additionalProperties": false,
              "properties": {
                "check": { "type": "string", "minLength": 1 },
                "from": { "description": "seconds; absent: the whole film", "type": "number", "minimum": 0 },
                "to": { "type": "number", "minimum": 0 },
                "until": { "type": "string" }
              },
              "dependentRequired": { "from": ["to"], "to": ["from"] }
            },
            "publication": {
              "type": "object",
              "required": ["state", "to", "file", "sha256", "evidence", "statements"],
              "additionalProperties": false,
              "properties": {
                "state": { "enum": [\(list(SignedDecision.Publication.State.allCases.map(\.rawValue)))] },
                "to": { "description": "a folder or s3://BUCKET/PREFIX", "type": "string", "minLength": 1 },
                "file": { "description": "its name there", "type": "string", "pattern": "^[^/]+$" },
                "sha256": { "description": "of what arrives there", "$ref": "#/$defs/sha256" },
                "evidence": { "$ref": "#/$defs/sha256" },
                "statements": { "$ref": "#/$defs/sha256" }
              }
            },
            "basis": {
              "description": "the approved film that was looked at in the place of this one",
              "type": "object",
              "required": ["target", "sha256", "except", "otherSound", "shared", "seconds"],
              "additionalProperties": false,
              "properties": {
                "target": { "type": "string", "minLength": 1 },
                "sha256": { "$ref": "#/$defs/sha256" },
                "except": { "description": "scenes that may differ", "type": "array", "items": { "type": "string" } },
                "otherSound": { "description": "whether the sound may differ", "type": "boolean" },
                "shared": { "description": "seconds that are the same", "type": "number", "minimum": 0 },
                "seconds": { "description": "of the film", "type": "number", "minimum": 0 }
              }
            },
            "seen": {
              "description": "the target's other file of records, as the signer had it",
              "type": "object",
              "required": ["records", "last"],
              "additionalProperties": false,
              "properties": {
                "records": { "type": "integer", "minimum": 1 },
                "last": { "description": "SHA-256 of its last line", "$ref": "#/$defs/sha256" }
              }
            },
            "signature": {
              "description": "Ed25519 over the schema's name, a line feed, and the line with this field empty",
              "type": "string",
              "pattern": "^[0-9a-f]{128}$"
            }
          },
          "allOf": [
            {
              "if": { "properties": { "kind": { "const": "answer" } } },
              "then": { "required": ["claim", "answer"] },
              "else": { "not": { "anyOf": [{ "required": ["claim"] }, { "required": ["answer"] }] } }
            },
            {
              "if": { "properties": { "kind": { "const": "waive" } } },
              "then": { "required": ["waiver"] },
              "else": { "not": { "required": ["waiver"] } }
            },
            {
              "if": { "properties": { "kind": { "const": "publish" } } },
              "then": { "required": ["publication"] },
              "else": { "not": { "required": ["publication"] } }
            },
            {
              "if": { "required": ["basis"] },
              "then": { "properties": { "kind": { "const": "approve" } } }
            }
          ],
          "$defs": { "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" } }
        }

        """

    private static func list(_ words: [String]) -> String {
        words.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}
