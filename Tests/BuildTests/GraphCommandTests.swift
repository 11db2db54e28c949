// The graph in each format that somebody else's program reads.
import Foundation
import Testing

@Suite struct GraphCommandTests {
    @Test func everyFormatNamesTheSameNodes() throws {
        let workspace = try Workspace(["clip \"1\" #a.video.yaml": Sample.spec()])
        defer { workspace.remove() }
        let target = "clip \"1\" #a.mp4"
        #expect(try workspace.vgraph("build", target + ":plan").status == 0)

        let json = try workspace.vgraph("graph", target, "--format", "json")
        let graph = try #require(
            try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: [[String: Any]]])
        let ids = graph["nodes"]!.compactMap { $0["id"] as? String }
        #expect(ids.count > 15 && ids.contains(target + ":render[0]"), "JSON has every node: \(ids)")

        let text = try workspace.vgraph("graph", target).out
        #expect(
            text.contains("= \(target):plan\n") && text.contains("* \(target):render[0]\n")
                && text.contains("? \(target):gate"), "\(text)")

        // Mermaid: each line is one of five forms, and no label can end its quotes.
        let mermaid = try workspace.vgraph("graph", target, "--format", "mermaid").out.split(separator: "\n").map(
            String.init)
        #expect(mermaid.first == "flowchart LR")
        let label = #""[^"`<>&]*""#
        let forms = [
            #"  n\d+\[\#(label)\]:::(hit|stale|unknown)"#, #"  f\d+(\[/\#(label)/\]|\(\[\#(label)\]\)):::file"#,
            #"  [nf]\d+ --> [nf]\d+"#, #"  n\d+ -->\|\#(label)\| n\d+"#, #"  classDef \w+ [\w:#,]+"#,
        ]
        for line in mermaid.dropFirst() {
            #expect(forms.contains { line.range(of: "^\($0)$", options: .regularExpression) != nil }, "\(line)")
        }
        #expect(mermaid.contains { $0.contains("clip #34;1#34; #35;a.mp4:plan") })

        let dot = try workspace.vgraph("graph", target, "--format", "dot").out
        #expect(dot.hasPrefix("digraph vgraph {") && dot.contains(#""clip \"1\" #a.mp4:plan" [style=filled"#), "\(dot)")
    }
}
