// A file, or a folder, that goes into a node.
import Store

/// A file that goes into a node.
struct InputFile {
    var digest: Digest
    /// Absolute.
    var path: String
    /// As a person knows it.
    var name: String
    /// For a file of the workspace or of a root: its name there.
    var relative: String?
    var isOfRoot = false
    /// For a result: what made it.
    var producer: BuildNode?
    var blob: Record.Blob?
    var isExecutable = false
    /// Of a folder the blobs of its files; its own is its listing. nil: a file.
    var folder: [Record.Blob]?

    /// All that must be there to use it.
    var blobs: [Record.Blob] { (blob.map { [$0] } ?? []) + (folder ?? []) }
}
