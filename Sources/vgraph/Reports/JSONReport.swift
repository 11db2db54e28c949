// A build for programs: one JSON object per line on standard output; the last is the `done` event.
import Diagnostics
import FoundationEssentials
import Glibc
import Graph
import Work

final class JSONReport: BuildObserver {
    private var followed: Set<NodeName> = []

    func observe(_ event: BuildEvent) {
        switch event {
        case .started(let targets):
            Self.say(["event": .string("started"), "targets": .array(targets.map(Value.string))])
        case .grew, .kept: break
        case .nodeStarted(let node, let why):
            Self.say([
                "event": .string("start"), "node": .string(node.id), "stage": .string(node.stage),
                "why": .array(why.map(Value.string)),
            ])
        case .sent(let node, let remote, let leader):
            var said: [String: Value] = [
                "event": .string("sent"), "node": .string(node.id), "to": .string(remote),
            ]
            if let leader { said["with"] = .string(leader.id) }
            Self.say(said)
        case .progress(let node, let progress):
            Self.say([
                "event": .string("progress"), "node": .string(node.id), "done": .int(progress.done),
                "total": .int(progress.total),
                "unit": .string(progress.unit),
            ])
        case .hit(let node, let remote): settled(node, "hit", nil, from: remote)
        case .ran(let node, let seconds): settled(node, "ran", seconds)
        case .failed(let node, let diagnostics, let seconds):
            settled(node, "failed", seconds)
            for diagnostic in diagnostics { told(node, diagnostic) }
        case .skipped(let node, let because):
            Self.say([
                "event": .string("node"), "node": .string(node.id), "stage": .string(node.stage),
                "outcome": .string("skipped"),
                "because": .string(because),
            ])
        case .published(_, let file, let hasChanged):
            Self.say(["event": .string("published"), "file": .string(file), "changed": .bool(hasChanged)])
        case .diagnostic(let node, let diagnostic): told(node, diagnostic)
        case .printed(let node, let bytes, let how):
            // Output that was followed live is not repeated at the end.
            guard how == .live || !followed.contains(node) else { return }
            if how == .live { followed.insert(node) }
            Self.say([
                "event": .string("printed"), "node": .string(node.id),
                "text": .string(String(decoding: bytes, as: UTF8.self)),
                "cached": .bool(how == .hit),
            ])
        case .verdict(let node, let verdict):
            Self.say(["event": .string("verdict"), "node": .string(node.id), "verdict": .string(verdict.rawValue)])
        case .uploading(let records): Self.say(["event": .string("uploading"), "records": .int(records)])
        case .finished(let result): Self.done(result)
        }
    }

    private func settled(_ node: NodeName, _ outcome: String, _ seconds: Double?, from remote: String? = nil) {
        var line: [String: Value] = [
            "event": .string("node"), "node": .string(node.id), "stage": .string(node.stage),
            "outcome": .string(outcome),
        ]
        if let seconds { line["seconds"] = .number(seconds) }
        if let remote { line["remote"] = .string(remote) }
        Self.say(line)
    }

    private func told(_ node: NodeName?, _ diagnostic: Diagnostic) {
        var line = Self.event(of: diagnostic)
        if let node { line["node"] = .string(node.id) }
        Self.say(line)
    }

    static func event(of diagnostic: Diagnostic) -> [String: Value] {
        ["event": .string("diagnostic"), "diagnostic": value(of: diagnostic)]
    }

    static func done(_ result: BuildResult) {
        for event in TargetSummary(result).events { say(event) }
        let status = result.status == .done && result.ran == 0 ? "up-to-date" : result.status.word
        for remote in result.remotes { say(event(of: remote)) }
        say([
            "event": .string("done"),
            "target": result.targets.isEmpty ? .null : .string(result.targets.map(\.name).joined(separator: " ")),
            "status": .string(status), "nodes": .int(result.nodes), "ran": .int(result.ran), "hits": .int(result.hits),
            "failed": .int(result.failed), "repeated": .int(result.repeated), "seconds": .number(result.seconds),
        ])
    }

    private static func event(of remote: BuildResult.Remote) -> [String: Value] {
        [
            "event": .string("remote"), "remote": .string(remote.name), "hits": .int(remote.hits),
            "published": .int(remote.published), "bytes_down": .int(Int(clamping: remote.bytesDown)),
            "bytes_up": .int(Int(clamping: remote.bytesUp)), "errors": .int(remote.errors),
            "off": .bool(remote.isOff),
        ]
    }

    /// For a command that fails before a build begins.
    static func refused(_ diagnostics: [Diagnostic], target: String?) {
        for diagnostic in diagnostics { say(event(of: diagnostic)) }
        say([
            "event": .string("done"), "target": target.map(Value.string) ?? .null, "status": .string("failed"),
            "nodes": .int(0),
            "ran": .int(0), "hits": .int(0), "failed": .int(0), "repeated": .int(0), "seconds": .number(0),
        ])
    }

    static func value(of diagnostic: Diagnostic) -> Value {
        (try? JSONDecoder().decode(Value.self, from: JSONEncoder().encode(diagnostic))) ?? .string(diagnostic.message)
    }

    static func say(_ line: [String: Value]) {
        printDocument(text(.object(line), pretty: false))
        fflush(nil)
    }

    /// Several lines, each with its end.
    static func say(lines: JSONText) {
        printDocument(escaped(String(decoding: lines.bytes, as: UTF8.self)), terminator: "")
        fflush(nil)
    }

    static func text(_ value: Value, pretty: Bool) -> String {
        guard pretty else { return text(value) }
        return (try? JSONForm.open.bytes(of: value)).map { escaped(String(decoding: $0, as: UTF8.self)) } ?? "null"
    }

    /// On one line, as the encoder would write it.
    private static func text(_ value: Value) -> String {
        var text = JSONText()
        text.value(value)
        return text.isSound ? escaped(String(decoding: text.bytes, as: UTF8.self)) : "null"
    }

    /// Escapes characters that a terminal would act on. They occur only inside JSON strings.
    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x7F }) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard scalar.value >= 0x7F, Printable.isUnfit(scalar) else { out.append(scalar); continue }
            let digits = String(scalar.value, radix: 16)
            out.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
        }
        return String(out)
    }
}
