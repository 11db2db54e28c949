// The table of stages in pipelines/STAGES.md says what their definitions say. `VGRAPH_REWRITE_GOLDENS=1` writes it.
import FoundationEssentials
import Stages
import TestSupport
import Testing
import Work

struct StageTableTests {
    private func row(_ stage: StageDescriptor) -> String {
        let place = if case .worker = stage.place { "worker" } else { "engine" }
        let slots = stage.slots.map { slot in
            let mark = slot.count == .optional ? "?" : slot.count == .list ? "[]" : ""
            let name = slot.isKeyed ? slot.name + mark : "*" + slot.name + mark + "*"
            return "\(name) (\(slot.accepts.joined(separator: " or "))\(slot.name == stage.eachSlot ? ", each" : ""))"
        }
        let outputs = stage.outputs.map { "\($0.name)\($0.isList ? "[]" : "") (\($0.type), `\($0.fileName)`)" }
        let parameters = stage.parameters.map(\.name)
        let cells = [
            stage.name, place, slots.joined(separator: ", "), outputs.joined(separator: ", "),
            parameters.joined(separator: ", "),
        ]
        return ("| " + cells.joined(separator: " | ") + " |").replacing("|  |", with: "| |")
    }

    @Test func theDocumentHasTheTable() throws {
        let file = Repository.file("pipelines/STAGES.md")
        var lines = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false
        )
        .map(String.init)
        let start = try #require(lines.firstIndex { $0 == "|---|---|---|---|---|" }) + 1
        let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
        let found = Array(lines[start..<end]), expected = Stages.all.map(row)
        guard found != expected else { return }
        lines.replaceSubrange(start..<end, with: expected)
        try Golden.rewrite(file, lines.joined(separator: "\n"))
        for (was, now) in zip(found, expected) where was != now {
            Issue.record("the table says\n\(was)\nthe stage is\n\(now)")
        }
        #expect(found.count == expected.count)
    }
}
