// Where something stands in a text file. A pipeline of a hundred thousand stages has a million places, so those of one
// line share what they say of it.

/// A span in a text file. `line` and `column` count from 1, columns in characters (grapheme clusters). Line 0 means the
/// whole file. `excerpt` is the text of that line, so that printing needs no file and a stored warning can be shown
/// again.
public struct Place: Sendable {
    /// What all places in one line have in common.
    public final class Line: Sendable {
        public let file: String
        public let excerpt: String?
        public init(file: String, excerpt: String?) {
            self.file = file
            self.excerpt = excerpt
        }
    }

    public private(set) var shared: Line
    private var lineNumber: Int32
    private var columnNumber: Int32
    private var lengthNumber: Int32

    public init(in shared: Line, line: Int, column: Int, length: Int = 1) {
        self.shared = shared
        lineNumber = Int32(clamping: line)
        columnNumber = Int32(clamping: column)
        lengthNumber = Int32(clamping: length)
    }

    public init(file: String, line: Int, column: Int, length: Int = 1, excerpt: String? = nil) {
        self.init(in: Line(file: file, excerpt: excerpt), line: line, column: column, length: length)
    }

    public var file: String {
        get { shared.file }
        set { shared = Line(file: newValue, excerpt: excerpt) }
    }
    public var excerpt: String? {
        get { shared.excerpt }
        set { shared = Line(file: file, excerpt: newValue) }
    }
    public var line: Int {
        get { Int(lineNumber) }
        set { lineNumber = Int32(clamping: newValue) }
    }
    public var column: Int {
        get { Int(columnNumber) }
        set { columnNumber = Int32(clamping: newValue) }
    }
    public var length: Int {
        get { Int(lengthNumber) }
        set { lengthNumber = Int32(clamping: newValue) }
    }
}

extension Place: Hashable {
    public static func == (a: Self, b: Self) -> Bool {
        (a.lineNumber, a.columnNumber, a.lengthNumber) == (b.lineNumber, b.columnNumber, b.lengthNumber)
            && (a.shared === b.shared || (a.file == b.file && a.excerpt == b.excerpt))
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(file)
        hasher.combine(lineNumber)
        hasher.combine(columnNumber)
        hasher.combine(lengthNumber)
    }
}

extension Place: Codable {
    private enum Field: String, CodingKey { case file, line, column, length, excerpt }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        self.init(
            file: try fields.decode(String.self, forKey: .file), line: try fields.decode(Int.self, forKey: .line),
            column: try fields.decode(Int.self, forKey: .column), length: try fields.decode(Int.self, forKey: .length),
            excerpt: try fields.decodeIfPresent(String.self, forKey: .excerpt))
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(file, forKey: .file)
        try fields.encode(line, forKey: .line)
        try fields.encode(column, forKey: .column)
        try fields.encode(length, forKey: .length)
        try fields.encodeIfPresent(excerpt, forKey: .excerpt)
    }
}
