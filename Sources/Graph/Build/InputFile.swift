// A file or folder that goes into a node.
import Digests
import Patterns
import Store
import Work

/// A node's inputs, slot by slot as its descriptor lists them.
typealias NodeInputs = [(slot: StageDescriptor.Slot, files: [InputFile])]

struct InputFile {
    var digest: Digest
    /// Absolute.
    var path: String
    /// The name that users know.
    var name: String
    /// Its name, for a file of the workspace or of a root.
    var source: FileName?
    /// The node that made it, for a result.
    var producer: BuildNode?
    var blob: Record.Blob?
    var isExecutable = false
    /// The blobs of a folder's files; `blob` is its listing. nil: this is a file.
    var folder: [Record.Blob]?

    /// All blobs that must exist to use it.
    var blobs: [Record.Blob] { (blob.map { [$0] } ?? []) + (folder ?? []) }

    /// A file of the workspace or of a root.
    init(_ source: FileName, at path: String, digest: Digest, isExecutable: Bool) {
        self.digest = digest
        self.path = path
        name = source.text
        self.source = source
        self.isExecutable = isExecutable
    }

    /// A result.
    init(_ blob: Record.Blob, at path: String, name: String, by producer: BuildNode?) {
        digest = blob.digest
        self.path = path
        self.name = name
        self.producer = producer
        self.blob = blob
        isExecutable = blob.isExecutable == true
    }
}
