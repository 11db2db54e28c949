// Films that a person sent back: a build that says "gate: pass" of one must not stand alone. Used where there is nothing
// to do, too, so the first question must not touch Foundation and JSON.
import Decisions
import Diagnostics
import Files
import Glibc
import Graph

enum SentBack {
    private static let suffix = ".decisions.jsonl"
    /// As records of decisions are written.
    private static let mark = Array(#""kind":"revise""#.utf8)

    /// Whether one of these folders, in the workspace, has a record that may send a film back.
    static func isPossible(in folders: Set<String>, of workspace: String) -> Bool {
        let root = Root(workspace, links: .inside)
        return folders.contains { folder in
            let path = folder.isEmpty ? workspace : workspace + "/" + folder
            let names = ((try? root.entries(path)) ?? nil)?.map(\.name) ?? []
            return names.contains { name in
                guard name.hasSuffix(suffix),
                    let bytes = try? FileContent.read(path + "/" + name, keepBytes: true, in: root)?.bytes
                else { return false }
                return bytes.contains(mark) && sendsBack(bytes)
            }
        }
    }

    /// Whether the last verdict about any bytes sends them back.
    private static func sendsBack(_ bytes: [UInt8]) -> Bool {
        var last: [Substring: Bool] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            // The record's own field is the last of its name; within texts quotes are escaped.
            func value(_ name: String) -> Substring? {
                line.ranges(of: "\"\(name)\":\"").last.map { line[$0.upperBound...].prefix { $0 != "\"" } }
            }
            guard let kind = value("kind"), ["approve", "revise"].contains(kind), let sum = value("sha256") else {
                continue
            }
            last[sum] = kind == "revise"
        }
        return last.values.contains(true)
    }

    /// What the last decision about each film that passes says, where it sends the film back.
    static func problems(of result: BuildResult, in project: Project) -> [Diagnostic] {
        let root = Root(project.workspace, links: .inside)
        return result.targets.compactMap { target in
            guard target.verdict == .pass, !target.name.contains(":"),
                let keys = try? PublicKeys.read(in: project.workspace),
                let log = try? DecisionFile(.decisions, of: target.name, in: project.workspace).read(keys: keys),
                log.records.contains(where: { $0.kind == .revise })
            else { return nil }
            let file = Descriptor(root.open(project.workspace + "/" + target.name, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
            guard file.number >= 0, let sum = try? OpenFile.sha256(of: file.number).sum,
                let last = log.decision(on: sum), last.kind == .revise
            else { return nil }
            return DecisionProblem.sentBack(by: last.by, reason: last.reason, target: target.name).diagnostic
        }
    }
}
