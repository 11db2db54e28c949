// The first field in which two JSON files differ, as a JSON pointer (RFC 6901) with both values.
import Files
import FoundationEssentials
import Store
import Work

struct JSONDifference: Equatable, Sendable {
    /// "" is the whole document.
    var pointer: String
    /// Shortened JSON; nil: the field is not there.
    var first: String?
    var second: String?

    var text: String {
        let field = pointer.isEmpty ? "the document" : "field \(pointer)"
        switch (first, second) {
        case (let first?, let second?) where first == second:
            return "\(field) has the same content in other bytes: another order of keys, or other spaces"
        case (let first?, let second?): return "\(field) is \(first), then \(second)"
        case (let first?, nil): return "\(field) is \(first), then missing"
        case (nil, let second?): return "\(field) is missing, then \(second)"
        case (nil, nil): return field
        }
    }

    private static let longest = 64 << 20

    /// nil: one of them is not JSON.
    static func first(_ first: String, _ second: String) -> JSONDifference? {
        func value(_ path: String) -> Value? {
            guard let content = try? FileContent.read(path, keepBytes: true), content.bytes.count <= longest else {
                return nil
            }
            return try? JSONDecoder().decode(Value.self, from: Data(content.bytes))
        }
        guard let one = value(first), let other = value(second) else { return nil }
        return difference(one, other, at: "") ?? JSONDifference(pointer: "", first: "", second: "")
    }

    /// Keys in byte order, elements in theirs. The decoder bounds how deep values nest.
    static func difference(_ one: Value, _ other: Value, at pointer: String) -> JSONDifference? {
        switch (one, other) {
        case (.object(let ours), .object(let theirs)):
            for name in Set(ours.keys).union(theirs.keys).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                let here = pointer + "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
                if let found = difference(ours[name], theirs[name], at: here) { return found }
            }
            return nil
        case (.array(let ours), .array(let theirs)):
            for index in 0..<max(ours.count, theirs.count) {
                let one = ours.indices.contains(index) ? ours[index] : nil,
                    other = theirs.indices.contains(index) ? theirs[index] : nil
                if let found = difference(one, other, at: "\(pointer)/\(index)") { return found }
            }
            return nil
        default:
            return one == other ? nil : JSONDifference(pointer: pointer, first: short(one), second: short(other))
        }
    }

    private static func difference(_ one: Value?, _ other: Value?, at pointer: String) -> JSONDifference? {
        guard let one, let other else {
            return one == other
                ? nil
                : JSONDifference(pointer: pointer, first: one.map(short), second: other.map(short))
        }
        return difference(one, other, at: pointer)
    }

    private static func short(_ value: Value) -> String {
        let text = value.canonical
        return text.count > 60 ? text.prefix(57) + "…" : text
    }
}
