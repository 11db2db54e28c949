// What a segment drew, read from its JSON. For anything unusual the general decoder reads it.
import Composition
import Digests
import Work

extension FrameHashes {
    /// nil: the bytes are no hashes of frames.
    init?(drawn bytes: [UInt8]) {
        guard let found = JSONCursor.decode(bytes, { cursor throws(JSONCursor.Mismatch) in try FrameHashes(&cursor) })
        else { return nil }
        self = found
    }

    private init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var size: PixelSize?, rate: FrameRate?, runs: [Run]?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "size": size = try Self.size(&cursor)
            case "rate": rate = try FrameRate(&cursor)
            case "runs": runs = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Self.run(&cursor) }
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let size, let rate, let runs else { throw JSONCursor.Mismatch() }
        self.init(size: size, rate: rate, runs: runs)
    }

    private static func size(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) -> PixelSize {
        var width: Int?, height: Int?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "width": width = try cursor.int()
            case "height": height = try cursor.int()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let width, let height else { throw JSONCursor.Mismatch() }
        return PixelSize(width: width, height: height)
    }

    private static func run(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) -> Run {
        var hash: Digest?, count: Int?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "hash": hash = try cursor.digest()
            case "count": count = try cursor.int()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let hash, let count else { throw JSONCursor.Mismatch() }
        return Run(hash: hash, count: count)
    }
}
