// The JSON Schemas of what reviewers get and write, as text; tests hold real requests and answers against them.

enum ReviewSchemas {
    static let request = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "https://vgraph.invalid/schema/review-request-1.json",
          "title": "vgraph review request",
          "type": "object",
          "required": ["schema", "sha256", "list", "picture", "exhibits"],
          "properties": {
            "schema": { "const": "vgraph.review-request/1" },
            "sha256": { "description": "SHA-256 of the film", "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "picture": { "description": "size of the exhibits' pictures", "$ref": "#/$defs/size" },
            "exhibits": { "type": "array", "items": { "$ref": "#/$defs/exhibit" } },
            "list": {
              "type": "object",
              "required": ["size", "rate", "frames", "language", "hasSound", "pictures", "claims"],
              "properties": {
                "size": { "description": "of the film", "$ref": "#/$defs/size" },
                "rate": {
                  "description": "frames a second, as a fraction",
                  "type": "object",
                  "required": ["numerator", "denominator"],
                  "properties": { "numerator": { "type": "integer" }, "denominator": { "type": "integer" } }
                },
                "frames": { "type": "integer", "minimum": 1 },
                "language": { "description": "BCP 47", "type": "string" },
                "hasSound": { "type": "boolean" },
                "pictures": {
                  "description": "when a picture or a clip is on screen, which may hold words of its own",
                  "type": "array",
                  "items": { "$ref": "#/$defs/span" }
                },
                "claims": { "type": "array", "items": { "$ref": "#/$defs/claim" } }
              }
            }
          },
          "$defs": {
            "size": {
              "type": "object",
              "required": ["width", "height"],
              "properties": { "width": { "type": "integer" }, "height": { "type": "integer" } }
            },
            "span": {
              "description": "frames, half open",
              "type": "object",
              "required": ["startFrame", "endFrame"],
              "properties": { "startFrame": { "type": "integer" }, "endFrame": { "type": "integer" } }
            },
            "claim": {
              "type": "object",
              "required": ["id", "kind", "text", "startFrame", "endFrame"],
              "properties": {
                "id": { "type": "string" },
                "kind": { "enum": ["text", "caption", "speech", "number", "claim", "title", "description"] },
                "text": { "type": "string" },
                "startFrame": { "type": "integer" },
                "endFrame": { "type": "integer" },
                "seen": { "description": "all frames in which something of it may be seen", "$ref": "#/$defs/span" }
              }
            },
            "exhibit": {
              "type": "object",
              "required": ["kind", "file", "digest", "claims"],
              "properties": {
                "kind": { "enum": ["frame", "audio"] },
                "file": { "description": "beside the request; what an observation cites", "type": "string" },
                "digest": { "description": "XXH3-128", "type": "string" },
                "frame": { "description": "its number in the film", "type": "integer" },
                "claims": {
                  "description": "ids of the claims that have to be seen in it",
                  "type": "array",
                  "items": { "type": "string" }
                }
              }
            }
          }
        }

        """

    static let observation = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "https://vgraph.invalid/schema/observation-1.json",
          "title": "vgraph observation: one line of a reviewer's answer",
          "oneOf": [{ "$ref": "#/$defs/head" }, { "$ref": "#/$defs/observation" }],
          "$defs": {
            "head": {
              "description": "the first line: who answers",
              "type": "object",
              "required": ["schema", "version"],
              "additionalProperties": false,
              "properties": {
                "schema": { "const": "vgraph.observation/1" },
                "version": { "type": "string", "minLength": 1, "maxLength": 100 },
                "model": { "type": "string" },
                "parameters": { "type": "object", "additionalProperties": { "type": "string" } }
              }
            },
            "observation": {
              "description": "each further line",
              "type": "object",
              "required": [
                "claim", "verdict", "severity", "startFrame", "endFrame", "evidence", "rationale"
              ],
              "additionalProperties": false,
              "properties": {
                "claim": { "description": "an id of the request, or unplanned", "type": "string" },
                "verdict": { "enum": ["supports", "contradicts", "absent", "not_applicable", "abstain"] },
                "severity": { "enum": ["blocker", "major", "minor", "info"] },
                "startFrame": { "type": "integer", "minimum": 0 },
                "endFrame": { "description": "the one after the last", "type": "integer", "minimum": 1 },
                "evidence": {
                  "description": "names of exhibits; of frames between startFrame and endFrame",
                  "type": "array",
                  "maxItems": 16,
                  "items": { "type": "string" }
                },
                "rationale": { "type": "string", "minLength": 1, "maxLength": 600 },
                "found": { "description": "what was read or heard", "type": "string", "maxLength": 600 },
                "box": {
                  "description": "pixels of the film, half open",
                  "type": "object",
                  "required": ["x0", "y0", "x1", "y1"],
                  "properties": {
                    "x0": { "type": "integer" }, "y0": { "type": "integer" },
                    "x1": { "type": "integer" }, "y1": { "type": "integer" }
                  }
                },
                "measured": {
                  "type": "object",
                  "maxProperties": 32,
                  "additionalProperties": { "type": "number" }
                }
              }
            }
          }
        }

        """
}
