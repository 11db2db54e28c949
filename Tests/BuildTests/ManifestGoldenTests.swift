// What goes into the key of every kind of node, as a golden: a key that moves by accident repeats finished work, and a
// key that does not move when it must gives a stale result. `VGRAPH_REWRITE_GOLDENS=1` writes what is there now.
import Foundation
import TestSupport
import Testing

@Suite struct ManifestGoldenTests {
    /// Their results depend on the spec alone, not on a library or a font; so digests of them are pinned too.
    private static let portable: Set = ["validate", "resolve", "plan"]

    private static func text(_ nodes: [PinnedBuild.Made]) -> String {
        let pinned = Set(nodes.filter { portable.contains($0.stage) }.flatMap { $0.outputs.flatMap(\.digests) })
        return nodes.map { node in
            var isPinned = node.tools.isEmpty
            var text = "=== \(node.node)\nstage \(node.stage) \(node.version)\n"
            for (name, value) in node.parameters { text += "parameter \(name) \(value)\n" }
            for (slot, digest, path) in node.inputs {
                let isKnown = path.map { !$0.hasPrefix("in/") } ?? pinned.contains(digest)
                if !isKnown { isPinned = false }
                text += "input \(slot) \(isKnown ? digest : "made")\(path.map { " " + $0 } ?? "")\n"
            }
            for tool in node.tools { text += "tool \(tool.name)\n" }
            // Where nothing of the machine is in it.
            return isPinned ? text + "key \(node.key)\n" : text
        }.joined(separator: "\n")
    }

    @Test func manifestsAreWhatTheyWere() throws {
        let text = Self.text(try PinnedBuild.video()) + "\n" + Self.text(try PinnedBuild.programs())
        let file = Repository.file("Tests/Goldens/manifests.txt")
        let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        guard text != expected else { return }
        try Golden.rewrite(file, text)
        let old = expected.components(separatedBy: "\n\n"), new = text.components(separatedBy: "\n\n")
        let gone = old.filter { !new.contains($0) }, came = new.filter { !old.contains($0) }
        Issue.record(
            """
            manifests moved, and keys with them:
            \(gone.joined(separator: "\n\n"))
            are now
            \(came.joined(separator: "\n\n"))
            """)
    }
}
