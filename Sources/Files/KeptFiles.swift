// Files that a library reads once and keeps for as long as the process lives, by their paths: fonts, dictionaries. Whoever
// outlives one build asks whether they are still what was read.
import Diagnostics

public struct KeptFiles {
    private var looks: [ByteText: FileSignature.Look] = [:]

    public init() {}

    /// Call it before the library reads the file, the folder or what is not there.
    public mutating func note(_ path: String) {
        let name = ByteText(path)
        if looks[name] == nil { looks[name] = FileSignature.look(at: path) }
    }

    public var haveChanged: Bool { looks.contains { FileSignature.look(at: $0.text) != $1 } }
}
