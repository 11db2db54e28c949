// A diagnostic read from and written as JSON, as its decoder and encoder would.
import Diagnostics

extension Diagnostic {
    public init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var id: String?, severity: Severity?, fault: Fault?, message: String?, hint: String?, place: Place?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "id": id = try cursor.string()
            case "severity": severity = try cursor.choice(Severity.self)
            case "fault": fault = try cursor.choice(Fault.self)
            case "message": message = try cursor.string()
            case "hint": hint = try cursor.string()
            case "place": place = try Place(&cursor)
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let id, let severity, let fault, let message else { throw JSONCursor.Mismatch() }
        self.init(id, severity, fault: fault, message, hint: hint, at: place)
    }
}

extension Place {
    init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var file: String?, line: Int?, column: Int?, length: Int?, excerpt: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "file": file = try cursor.string()
            case "line": line = try cursor.int()
            case "column": column = try cursor.int()
            case "length": length = try cursor.int()
            case "excerpt": excerpt = try cursor.string()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let file, let line, let column, let length else { throw JSONCursor.Mismatch() }
        self.init(file: file, line: line, column: column, length: length, excerpt: excerpt)
    }
}

extension JSONText {
    /// What its encoder writes.
    public mutating func diagnostic(_ diagnostic: Diagnostic) {
        member("{\"fault\":", diagnostic.fault.rawValue)
        member(",\"hint\":", diagnostic.hint)
        member(",\"id\":", diagnostic.id)
        member(",\"message\":", diagnostic.message)
        if let place = diagnostic.place {
            member(",\"place\":{\"column\":", place.column)
            member(",\"excerpt\":", place.excerpt)
            member(",\"file\":", place.file)
            member(",\"length\":", place.length)
            member(",\"line\":", place.line)
            raw("}")
        }
        member(",\"severity\":", diagnostic.severity.rawValue)
        raw("}")
    }
}
