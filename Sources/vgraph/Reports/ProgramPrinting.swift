// How a build shows the output of a pipeline's programs: whole lines, each behind a bar, with the node's name.
import Diagnostics
import Graph

struct ProgramPrinting {
    /// Lines shown of a failed program, unless the report is verbose.
    private static let last = 40
    /// Nodes whose output is shown live, with the incomplete last line of each.
    private var followed: [NodeName: [UInt8]] = [:]

    /// nil: there is nothing to print.
    mutating func text(_ node: NodeName, _ bytes: [UInt8], _ how: Printing, isVerbose: Bool) -> String? {
        switch how {
        case .live:
            var open = followed[node, default: []] + bytes
            guard let end = open.lastIndex(of: 0x0A) else {
                followed[node] = open
                return nil
            }
            let whole = Array(open[..<end])
            open.removeFirst(end + 1)
            followed[node] = open
            return Self.lines(whole).map { Printable.line("  | \(node.id): \($0)") }.joined(separator: "\n")
        case .ran, .failed:
            if let open = followed.removeValue(forKey: node) {
                return open.isEmpty ? nil : Printable.line("  | \(node.id): \(Self.lines(open).last ?? "")")
            }
            guard how == .failed || isVerbose else { return nil }
            return Self.block("  \(node.id) printed:", bytes, last: isVerbose ? nil : Self.last)
        case .hit:
            return Self.block("  \(node.id) printed (when it ran; its result is from the cache):", bytes, last: nil)
        }
    }

    private static func block(_ head: String, _ bytes: [UInt8], last: Int?) -> String {
        var lines = lines(bytes)
        if let last, lines.count > last { lines = ["[\(lines.count - last) earlier lines]"] + lines.suffix(last) }
        return ([head] + lines.map { "  | " + $0 }).map(Printable.line).joined(separator: "\n")
    }

    /// A program redraws a line with a carriage return, so only the text after the last one is kept.
    private static func lines(_ bytes: [UInt8]) -> [String] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { line in
            let parts = line.split(separator: 0x0D)
            return String(decoding: (parts.last ?? []).prefix(4000), as: UTF8.self)
        }
    }
}
