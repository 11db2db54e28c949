// What is said of pipelines with commands that cannot be right: every text in Tests/Goldens/pipeline-errors.txt, as
// stages of a pipeline that has a sound last one.
import EngineFakes
import Files
import Graph
import Store
import Testing

@Suite struct PipelineErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var stages: String
        var expected: String
        var testDescription: String { stages }
    }

    static let cases: [Case] = {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
            separator: "/")
        guard let content = try? FileContent.read(folder + "/Goldens/pipeline-errors.txt", keepBytes: true) else {
            return []
        }
        return String(decoding: content.bytes, as: UTF8.self).components(separatedBy: "====\n").filter { !$0.isEmpty }
            .map { text in
                let parts = text.components(separatedBy: "----\n")
                return Case(stages: parts[0], expected: String(parts[1].dropLast()))
            }
    }()

    @Test func thereAreCases() { #expect(Self.cases.count >= 18) }

    @Test(arguments: cases) func said(_ text: Case) throws {
        let last = "  last: { run: [cat, $in], inputs: [a.txt], output: \"{name}.out\" }\n"
        #expect(try PipelineTests.complaints(PipelineTests.stages(text.stages + last)) == text.expected)
    }
}

extension String {
    fileprivate func components(separatedBy mark: String) -> [String] {
        var parts: [String] = [], rest = self[...]
        while let found = rest.firstRange(of: mark) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return parts + [String(rest)]
    }
}
