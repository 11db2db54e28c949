// pipelines/SPEC.md: its tables are those of the definitions, and its examples are specs.
import Composition
import Diagnostics
import Digests
import FoundationEssentials
import Spec
import TestSupport
import Testing

struct ReferenceTests {
    private static let path = Repository.file("pipelines/SPEC.md")
    private static let opening = "<!-- Between these marks the page is made: `vgraph schema --reference`. -->\n",
        closing = "<!-- end -->"

    /// `VGRAPH_REWRITE_GOLDENS=1` writes them.
    @Test func tablesAreThoseOfTheDefinitions() throws {
        let text = try String(contentsOf: Self.path, encoding: .utf8)
        let start = try #require(text.firstRange(of: Self.opening)),
            end = try #require(text.firstRange(of: Self.closing))
        let wanted = specReference()
        try Golden.rewrite(Self.path, String(text[..<start.upperBound] + wanted + text[end.lowerBound...]))
        #expect(
            text[start.upperBound..<end.lowerBound] == wanted,
            "pipelines/SPEC.md is not what `vgraph schema --reference` prints")
        // Every field has an example.
        for line in wanted.split(separator: "\n") where line.hasPrefix("| `") {
            #expect(line.hasSuffix("` |"), "no example: \(line)")
        }
    }

    @Test func examplesAreSpecs() throws {
        let text = try String(contentsOf: Self.path, encoding: .utf8)
        let examples = text.components(separatedBy: "```yaml\n").dropFirst().map {
            String($0.prefix(upTo: $0.firstRange(of: "```")!.lowerBound))
        }
        #expect(examples.count > 10)
        for example in examples {
            let problem = Self.problem(of: example)
            #expect(problem == nil, "\(problem ?? "") in\n\(example)")
        }
    }

    /// Why an example does not resolve to a video with segments, or what it is warned of; nil: it does, without a word.
    private static func problem(of example: String) -> String? {
        let captions = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello"
        let table = "city,sales,total\nKiel,1204000,\nBonn,1000,\nall,,167\n"
        do {
            let spec = try ValidSpec.read(specText: example, specName: "SPEC.md")
            var formats: [String?] = [nil]
            for format in spec.formats { formats.append(format) }
            for format in formats {
                let video = try resolve(spec, facts: sampleFacts(), format: format) { path in
                    Array((path == "data/plants.csv" ? table : captions).utf8)
                }
                if plan(video, digest: { _ in .zero }).segments.isEmpty { return "there are no segments" }
            }
            return spec.warnings.isEmpty ? nil : "\(spec.warnings.map { $0.text() })"
        } catch { return error.all.map { $0.text() }.joined(separator: "\n") }
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        var parts: [Substring] = [], rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}
