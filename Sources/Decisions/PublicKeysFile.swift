// The file of the keys that count in a workspace: read whole, and replaced whole by whoever adds a line.
import Diagnostics
import Files

extension PublicKeys {
    /// None if there is no file.
    public static func read(in workspace: String) throws -> PublicKeys {
        guard let bytes = try bytes(in: workspace) else { return PublicKeys() }
        return try PublicKeys(bytes)
    }

    public static func add(_ line: String, in workspace: String) throws {
        var bytes = try bytes(in: workspace) ?? []
        if let last = bytes.last, last != 10 { bytes.append(10) }
        bytes += Array((line + "\n").utf8)
        _ = try PublicKeys(bytes)
        try bytes.withUnsafeBytes {
            try AtomicFile.write($0, to: path(in: workspace), by: workspace, in: root(workspace), lasts: true)
        }
    }

    private static func path(in workspace: String) -> String { workspace + "/" + fileName }
    private static func root(_ workspace: String) -> Root { Root(workspace, links: .inside) }

    private static func bytes(in workspace: String) throws -> [UInt8]? {
        try FileContent.read(path(in: workspace), keepBytes: true, in: root(workspace))?.bytes
    }
}
