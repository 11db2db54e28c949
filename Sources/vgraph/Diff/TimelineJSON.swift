// A timeline read from a plan's JSON. For anything unusual the plan is decoded.
import Composition
import Digests
import FoundationEssentials
import Work

extension Timeline {
    /// nil: the bytes are no plan.
    init?(plan bytes: [UInt8]) {
        let read = JSONCursor.read(bytes) { cursor throws(JSONCursor.Mismatch) in try Timeline(&cursor) }
        guard let timeline = read ?? (try? JSONDecoder().decode(Plan.self, from: Data(bytes)))?.timeline else {
            return nil
        }
        self = timeline
    }

    private init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var rate: FrameRate?, cues: [Cue]?, spans: [Plan.Span]?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "rate": rate = try FrameRate(&cursor)
            case "cues": cues = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Self.cue(&cursor) }
            case "spans": spans = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Self.span(&cursor) }
            default: try cursor.skip()
            }
        }
        guard let rate, let cues, let spans else { throw JSONCursor.Mismatch() }
        self.init(rate: rate, cues: cues, spans: spans)
    }

    private static func cue(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) -> Cue {
        var startFrame: Int?, endFrame: Int?, text: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "startFrame": startFrame = try cursor.int()
            case "endFrame": endFrame = try cursor.int()
            case "text": text = try cursor.string()
            default: try cursor.skip()
            }
        }
        guard let startFrame, let endFrame, let text else { throw JSONCursor.Mismatch() }
        return Cue(startFrame: startFrame, endFrame: endFrame, text: text)
    }

    private static func span(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) -> Plan.Span {
        var startFrame: Int?, frames: Int?, segment: Digest?, scenes: [String]?, cues: [Int]?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "startFrame": startFrame = try cursor.int()
            case "frames": frames = try cursor.int()
            case "segment": segment = try cursor.digest()
            case "scenes": scenes = try cursor.values { cursor throws(JSONCursor.Mismatch) in try cursor.string() }
            case "cues": cues = try cursor.values { cursor throws(JSONCursor.Mismatch) in try cursor.int() }
            default: try cursor.skip()
            }
        }
        guard let startFrame, let frames, let segment, let scenes, let cues else { throw JSONCursor.Mismatch() }
        return Plan.Span(startFrame: startFrame, frames: frames, segment: segment, scenes: scenes, cues: cues)
    }
}

extension FrameRate {
    init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var numerator: Int?, denominator: Int?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "numerator": numerator = try cursor.int()
            case "denominator": denominator = try cursor.int()
            default: try cursor.skip()
            }
        }
        guard let numerator, let denominator else { throw JSONCursor.Mismatch() }
        self.init(numerator, denominator)
    }
}
