// What a worker needs to run on another machine (`vgraph-worker --parts`), as it reports it. Must not know how it
// travels.

public struct WorkerParts: Codable, Sendable {
    /// Its own file, absolute.
    public var program: String
    /// The program that loads its libraries, absolute.
    public var loader: String
    /// All that are loaded, absolute.
    public var libraries: [String]
    /// The files of the machine's fonts, absolute. On the other machine each lies at `fontFolder` and this path.
    public var fonts: [String]
    /// What fontconfig reads there: the machine's rules in one file, and folders relative to that file.
    public var fontConfiguration: String

    /// Places in the bundle.
    public static let fontFolder = "fonts", fontFile = "etc/vgraph-fonts.conf"

    public init(
        program: String, loader: String, libraries: [String], fonts: [String], fontConfiguration: String
    ) {
        self.program = program
        self.loader = loader
        self.libraries = libraries
        self.fonts = fonts
        self.fontConfiguration = fontConfiguration
    }
}

/// The folder of jobs that travel: the bundle in a folder of its own, and beside it the jobs' files.
public enum JobPlaces {
    public static let bundle = "vgraph"
    /// The job. Its paths are relative to the folder.
    public static let job = "job.json"
    public static let workspace = "workspace", roots = "roots", inputs = "in"
    /// What comes back: this folder, and in it a `Reply`.
    public static let results = "out", reply = "outcome.json"
    /// In it, of a job that runs a user's program: what the program made, and what it printed.
    public static let made = "made", log = "log.txt"
    /// Where such a program starts: what it sees as `/build` in a sandbox.
    public static let build = "build"

    /// Where the job, the inputs and, below `results`, the results lie of each of the jobs that share a folder, with "/" at
    /// its end: the first has the folder itself.
    public static func prefix(_ number: Int) -> String { number == 0 ? "" : "also/\(number)/" }
}

extension JobPlaces {
    /// Whether a path is relative and stays in its folder.
    public static func isInside(_ path: String) -> Bool {
        !path.isEmpty
            && path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
            }
    }
}

extension Job {
    /// Changes every path that the job names.
    public mutating func placePaths(_ change: (String) throws -> String) rethrows {
        for index in inputs.indices { inputs[index].path = try change(inputs[index].path) }
        companions = try companions?.map { companion in
            var companion = companion
            for index in companion.before.indices {
                companion.before[index].path = try change(companion.before[index].path)
            }
            return companion
        }
        workspace = try change(workspace)
        scratch = try change(scratch)
        roots = try roots?.mapValues(change)
    }
}
