// Finds the stage that can make a file, by the patterns of all outputs. So one pipeline's target can be another's
// input, and a file that does not exist yet need not be missing.
import Diagnostics
import Patterns
import Store

struct Makers {
    private struct Rule {
        var pipeline: Int
        var stage: Int
        var output: Pattern
        var isFolder: Bool
    }
    private let pipelines: [Pipeline]
    /// Outputs without a hole, by path.
    private var plain: [ByteText: [Rule]] = [:]
    /// The others, by the text after the hole.
    private var named: [ByteText: [Rule]] = [:]
    /// Whether an output is a folder, so that a folder above a file may be the output that contains it.
    private var hasFolders = false

    init(_ pipelines: [Pipeline]) {
        self.pipelines = pipelines
        for (index, pipeline) in pipelines.enumerated() {
            for (stage, text) in pipeline.stages.enumerated() {
                guard let output = text.output else { continue }
                let rule = Rule(pipeline: index, stage: stage, output: output, isFolder: text.writesFolder)
                if rule.isFolder { hasFolders = true }
                if let ending = output.ending {
                    named[ending, default: []].append(rule)
                } else {
                    plain[output.text, default: []].append(rule)
                }
            }
        }
    }

    /// The rules that could make a file if their inputs exist, the most specific first.
    /// - Parameter name: what fills the holes of a pipeline where the hole of an output has a value; several where
    ///   several specs make the same film.
    func possible(
        _ path: String, _ name: (Pipeline, Pattern, String) -> [WantedTarget]
    ) -> [(pipeline: Int, wanted: WantedTarget)] {
        var found = rules(path), folder = path.folderPart
        while hasFolders && !folder.isEmpty {
            found += rules(folder).filter(\.rule.isFolder)
            folder = folder.folderPart
        }
        found.sort {
            ($0.rule.output.weight, $1.rule.pipeline, $1.rule.stage) > (
                $1.rule.output.weight, $0.rule.pipeline,
                $0.rule.stage
            )
        }
        return found.flatMap { rule, value in
            name(pipelines[rule.pipeline], rule.output, value).map { wanted in
                var wanted = wanted
                wanted.stage = rule.stage
                return (rule.pipeline, wanted)
            }
        }
    }

    private func rules(_ path: String) -> [(rule: Rule, value: String)] {
        var found: [(rule: Rule, value: String)] = []
        for rule in plain[path] ?? [] {
            // A result that is the same for every target needs no name.
            if !pipelines[rule.pipeline].target.hasName { found.append((rule, "")) }
        }
        guard !named.isEmpty else { return found }
        // A pipeline of thousands of stages may have as many endings, and each of its files asks.
        let scalars = path.unicodeScalars
        for start in scalars.indices.dropFirst() + [scalars.endIndex] {
            for rule in named[ByteText(String(scalars[start...]))] ?? [] {
                if let value = rule.output.name(in: path) { found.append((rule, value)) }
            }
        }
        return found
    }

    /// Whether one of the outputs may match, judged by the literal text at its ends.
    func mayMatch(_ read: FileEdges.Read) -> Bool {
        guard case .pattern(let glob) = read.what, !hasFolders else { return true }
        let wild = glob.text.utf8.lastIndex {
            GlobPart.isWild($0) || $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "]")
        }
        let ending = wild.map { Array(glob.text.utf8[glob.text.utf8.index(after: $0)...]) } ?? []
        func fits(_ other: some Collection<UInt8>) -> Bool {
            other.suffix(ending.count).elementsEqual(ending.suffix(other.count))
        }
        return plain.keys.contains { fits(Array($0.text.utf8)) } || named.keys.contains { fits(Array($0.text.utf8)) }
    }
}
