// A stage that makes other bytes from the same inputs must raise its version, else old results stay in every cache. The
// golden holds the key of each node of a pinned build and the digests of its outputs: an equal key with other bytes is
// a failure. Keys hold the versions of libraries; fonts and the processor are noted beside them. What cannot be
// compared on another machine is skipped, and the test prints it.
import Foundation
import TestSupport
import Testing

@Suite struct StageBytesTests {
    /// Results that rest on floating point in libav or on its own choice of processor instructions.
    private static let processorDependent: Set = ["audio", "mux", "measure", "check", "review", "gate"]

    private struct Line: Equatable {
        var node, stage, version, key, found, outputs: String

        init(_ made: PinnedBuild.Made) {
            (node, stage, version, key) = (made.node, made.stage, String(made.version), made.key)
            found = StageBytesTests.mark(of: made.found.joined(separator: "\n"))
            outputs = made.outputs.map { $0.name + "=" + $0.digests.joined(separator: ",") }.joined(separator: " ")
        }

        init?(_ text: Substring) {
            let words = text.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 6 else { return nil }
            (node, stage, version, key, found, outputs) = (words[0], words[1], words[2], words[3], words[4], words[5])
        }

        var text: String { [node, stage, version, key, found, outputs].joined(separator: " ") }
    }

    @Test func otherBytesHaveAnotherVersion() throws {
        let nodes = try PinnedBuild.video()
        let machine = Self.machine(nodes), lines = nodes.map(Line.init)
        let file = Repository.file("Tests/Goldens/stage-bytes.txt")
        let golden = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
        let held = golden.dropFirst().compactMap { Line($0) }
        let expected = Dictionary(held.map { ($0.node, $0) }) { first, _ in first }
        let isSameMachine = golden.first.map(String.init) == machine
        var isUnraised = false, isOld = !isSameMachine || Set(expected.keys) != Set(lines.map(\.node))
        for line in lines {
            guard let before = expected[line.node], before != line else { continue }
            if before.key == line.key, before.found == line.found {
                guard isSameMachine || !Self.processorDependent.contains(line.stage) else {
                    print("skipped: bytes of \(line.node): another processor")
                    continue
                }
                isUnraised = true
                Issue.record(
                    """
                    '\(line.stage)' makes other bytes from the same inputs, and its version is still \(line.version): \
                    raise 'version' in its definition in Sources/Stages
                    was \(before.outputs)
                    is  \(line.outputs)
                    """)
            } else if isSameMachine {
                isOld = true
            } else {
                print("skipped: bytes of \(line.node): other libraries, fonts or processor than the golden's")
            }
        }
        guard !isUnraised, isOld else { return }
        try Golden.rewrite(file, machine + "\n" + lines.map { $0.text + "\n" }.joined())
        if isSameMachine || golden.isEmpty {
            Issue.record("keys changed: rewrite Tests/Goldens/stage-bytes.txt with VGRAPH_REWRITE_GOLDENS=1")
        }
    }

    /// Libraries with their versions, what the processor can do, and which fonts were found.
    private static func machine(_ nodes: [PinnedBuild.Made]) -> String {
        let tools = Dictionary(nodes.flatMap(\.tools).map { ($0.name, $0.version) }) { first, _ in first }
        let words = tools.filter { $0.key != "profiles" }.sorted { $0.key < $1.key }.map { $0.key + "=" + $0.value }
        let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = processor.split(separator: "\n").first { $0.hasPrefix("flags") }
        let flags = line?.split(separator: " ") ?? []
        let wanted = ["sse4_2", "avx", "fma", "avx2", "avx512bw"].filter { flags.contains(Substring($0)) }
        let fonts = nodes.flatMap(\.found).filter { $0.contains("/fonts/") }.sorted().joined(separator: "\n")
        return (words + wanted + ["fonts=" + mark(of: fonts)]).joined(separator: " ")
    }

    /// FNV-1a: the same in every process.
    private static func mark(of text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
