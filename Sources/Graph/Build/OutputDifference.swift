// How two runs of one job differ: the first output, its first byte, and for JSON the first field.
import Diagnostics
import Glibc
import Patterns
import Pipelines
import Store
import Work

struct OutputDifference: Sendable {
    /// Reads after "gave two results from the same inputs: ".
    var what: String
    /// Details: a field and its values.
    var detail: [String] = []
    /// If a file differs: the two files, the output's type and the file's name for users.
    var files: (first: String, second: String)?
    var type = ""
    var fileName = ""

    /// nil: they are equal. Files outside the folder are refused when they are taken into the cache.
    static func between(
        _ first: Outcome, in firstFolder: String, _ second: Outcome, in secondFolder: String,
        _ outputs: [StageDescriptor.Output], isInside: (String, String) -> Bool
    ) -> OutputDifference? {
        // What programs print may contain times; no later node reads it.
        for output in outputs where output.type != CommandStage.log.type {
            let ours = first.outputs[output.name] ?? [], theirs = second.outputs[output.name] ?? []
            guard ours.count == theirs.count else {
                let count = ours.count == 1 ? "1 file" : "\(ours.count) files"
                return OutputDifference(what: "output '\(output.name)' has \(count), then \(theirs.count)")
            }
            for (index, (one, other)) in zip(ours, theirs).enumerated() {
                if output.isFolder && !one.isSameBytes(other) {
                    let (name, which) = one.precedes(other) ? (one, "first") : (other, "second")
                    return OutputDifference(what: "output '\(output.name)' has '\(name)' only in the \(which) run")
                }
                guard Pattern.fault(ofPath: one) == nil, Pattern.fault(ofPath: other) == nil,
                    isInside(firstFolder, one), isInside(secondFolder, other)
                else { continue }
                let paths = (first: firstFolder + "/" + one, second: secondFolder + "/" + other)
                guard let byte = firstDifferentByte(paths.first, paths.second) else { continue }
                let element = output.isFolder ? " (\(one))" : output.isList ? "[\(index)]" : ""
                var found = OutputDifference(
                    what: "output '\(output.name)\(element)' differs at byte \(byte.offset)"
                        + (byte.isEnd ? ", where one file ends" : ""))
                found.files = paths
                found.type = output.type
                found.fileName = output.fileName
                if output.fileName.hasSuffix(".json"), let field = JSONDifference.first(paths.first, paths.second) {
                    found.detail.append(field.text)
                }
                return found
            }
        }
        if first.verdict != second.verdict {
            let ours = first.verdict?.rawValue ?? "none", theirs = second.verdict?.rawValue ?? "none"
            return OutputDifference(what: "the verdict is '\(ours)', then '\(theirs)'")
        }
        let read = Set(first.discovered.map(\.path)), readAgain = Set(second.discovered.map(\.path))
        if let path = read.symmetricDifference(readAgain).min() {
            let which = read.contains(path) ? "first" : "second"
            return OutputDifference(what: "it reads '\(path)' only in the \(which) run")
        }
        return nil
    }

    /// nil: they are equal, or one of them is not a readable file.
    private static func firstDifferentByte(_ first: String, _ second: String) -> (offset: Int, isEnd: Bool)? {
        // A stage's result may be a link, which could lead anywhere, or a pipe.
        let files = [first, second].map { (path: String) -> Int32 in
            open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        }
        defer { for file in files where file >= 0 { close(file) } }
        guard files.allSatisfy({ $0 >= 0 }) else { return nil }
        var buffers = [[UInt8]](repeating: [UInt8](repeating: 0, count: 1 << 18), count: 2)
        var offset = 0
        while true {
            var counts = [0, 0]
            for index in 0..<2 {
                while counts[index] < buffers[index].count {
                    let at = counts[index]
                    let got = buffers[index].withUnsafeMutableBytes {
                        read(files[index], $0.baseAddress! + at, $0.count - at)
                    }
                    if got < 0 && errno == EINTR { continue }
                    guard got >= 0 else { return nil }
                    if got == 0 { break }
                    counts[index] += got
                }
            }
            let shared = min(counts[0], counts[1])
            if memcmp(buffers[0], buffers[1], shared) != 0 {
                for at in 0..<shared where buffers[0][at] != buffers[1][at] { return (offset + at, false) }
            }
            if counts[0] != counts[1] { return (offset + shared, true) }
            if shared == 0 { return nil }
            offset += shared
        }
    }
}
