// The worker with everything that it needs, as files by place: it runs from a folder with these on a machine that has
// nothing but a kernel. What the folder holds is named by one SHA-256, so equal bundles are one. Must not know what a
// worker does.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Wire
import Work

public struct WorkerBundle: Codable, Sendable {
    public struct File: Codable, Sendable, Hashable {
        /// Relative to the bundle's folder.
        public var place: String
        /// The file with its bytes here, absolute; nil: `text` has them.
        public var source: String?
        public var text: String?
        public var isExecutable: Bool
        public var size: Int64
        public var sha256: String

        var node: InputTree.File {
            InputTree.File(ContentDigest(hash: sha256, size: size), isExecutable: isExecutable)
        }
    }

    /// By place.
    public private(set) var files: [File]
    /// Paths of the machine's fonts, which a worker in the bundle reports as it does here.
    public private(set) var fonts: [String]
    /// SHA-256 of the root's Directory in the Remote Execution API.
    public private(set) var digest: String
    /// Where the program that loads the worker's libraries lies.
    private var loader: String

    private static let libraries = "lib", program = "bin/vgraph-worker", script = "start"

    /// Reads every file once, but those that `sums` knows.
    public init(_ parts: WorkerParts, _ sums: KnownSums? = nil) throws(Diagnostics) {
        var sources: [String: (path: String, isExecutable: Bool)] = [Self.program: (parts.program, true)]
        let loader = Self.libraries + "/" + Self.name(parts.loader)
        sources[loader] = (parts.loader, true)
        for library in parts.libraries {
            let place = Self.libraries + "/" + Self.name(library)
            if let other = sources[place]?.path, Self.resolved(other) != Self.resolved(library) {
                throw Diagnostics([BundleProblem.twice(place: place, first: other, second: library).diagnostic])
            }
            sources[place] = (library, false)
        }
        for font in parts.fonts where font.hasPrefix("/") { sources[WorkerParts.fontFolder + font] = (font, false) }
        self.loader = loader
        files = [
            Self.written(parts.fontConfiguration, at: WorkerParts.fontFile),
            Self.written(Self.starting(loader), at: Self.script, isExecutable: true),
        ]
        for (place, source) in sources {
            let file = Descriptor(open(source.path, O_RDONLY | O_CLOEXEC))
            do throws(SystemFailure) {
                guard file.number >= 0 else { throw SystemFailure(code: errno) }
                let (sum, bytes) =
                    if let sums { try sums.sum(of: file.number, source.path) } else {
                        try OpenFile.sha256(of: file.number)
                    }
                files.append(
                    File(
                        place: place, source: source.path, isExecutable: source.isExecutable, size: Int64(bytes),
                        sha256: sum))
            } catch {
                throw Diagnostics([BundleProblem.cannotRead(path: source.path, error: error.words).diagnostic])
            }
        }
        files.sort { $0.place.utf8.lexicographicallyPrecedes($1.place.utf8) }
        fonts = parts.fonts
        digest = ""
        digest = InputTree(nodes).root.hash
    }

    /// How the worker is started, before its own arguments.
    /// - Parameter folder: that of the bundle, relative to where it is started; empty: there.
    public func command(in folder: String) -> [String] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        return [prefix + loader, "--library-path", prefix + Self.libraries, prefix + Self.program]
    }

    public var nodes: [String: InputTree.File] {
        Dictionary(uniqueKeysWithValues: files.map { ($0.place, $0.node) })
    }

    public var bytes: Int64 { files.reduce(0) { $0 + $1.size } }

    private static func written(_ text: String, at place: String, isExecutable: Bool = false) -> File {
        let bytes = Array(text.utf8)
        let digest = ContentDigest(of: bytes)
        return File(
            place: place, text: text, isExecutable: isExecutable, size: digest.size, sha256: digest.hash)
    }

    /// For people: where there is a shell, it starts the worker from anywhere.
    private static func starting(_ loader: String) -> String {
        """
        #!/bin/sh
        here=$(dirname "$0")
        exec "$here/\(loader)" --library-path "$here/\(libraries)" "$here/\(program)" "$@"

        """
    }

    private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }
}
