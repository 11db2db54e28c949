// One run of a user's program: what it sees, where it runs and its limits. Must not know pipelines or the cache.
import Digests

public struct Command: Codable, Sendable {
    public struct Mount: Codable, Sendable {
        /// Relative to the folder the program is started in; checked to stay inside.
        public var at: String
        /// Absolute path of a file, or of a folder for `reads`.
        public var source: String
        /// A blob in the cache is never executable, so this tells whether it should be.
        public var isExecutable: Bool
        public init(at: String, source: String, isExecutable: Bool = false) {
            self.at = at
            self.source = source
            self.isExecutable = isExecutable
        }
    }

    /// An input that is a folder: it contains files, not links, so that a program that walks it finds them.
    public struct FolderInput: Codable, Sendable {
        public var at: String
        /// Relative to that folder.
        public var files: [Mount]
        /// Empty folders in it, relative to it.
        public var empty: [String]
        public init(at: String, files: [Mount], empty: [String]) {
            self.at = at
            self.files = files
            self.empty = empty
        }
    }

    public struct List: Codable, Sendable {
        /// Relative to the folder the program is started in.
        public var file: String
        public var text: String
        public init(file: String, text: String) {
            self.file = file
            self.text = text
        }
    }

    public struct Output: Codable, Sendable {
        public var name: String
        /// Relative to the folder the program is started in; for a list a pattern such as `frames/*.png`.
        public var file: String
        public var mayBeEmpty: Bool
        public var isOptional: Bool
        /// Any number of files, in the order of their names' bytes.
        public var isList: Bool
        /// A folder, created before the program starts; the output is its content when the program ends.
        public var isFolder: Bool
        public init(
            _ name: String, file: String, mayBeEmpty: Bool = false, isOptional: Bool = false,
            isList: Bool = false, isFolder: Bool = false
        ) {
            self.isFolder = isFolder
            self.name = name
            self.file = file
            self.mayBeEmpty = mayBeEmpty
            self.isOptional = isOptional
            self.isList = isList
        }
    }

    /// For messages: `launch.mp4:voice`.
    public var node: String
    /// Absolute, or relative to the folder the program is started in (a script among the inputs).
    public var program: String
    /// The whole argv. In a sandbox bubblewrap replaces the first by the program's path.
    public var arguments: [String]
    /// The whole environment; TMPDIR and HOME are added if they are missing.
    public var environment: [String: String]
    /// Values in the environment that must not be stored or printed.
    public var secrets = Secrets.none
    /// Files that list the paths of inputs, one per line.
    public var lists: [List] = []
    public var mounts: [Mount]
    public var folders: [FolderInput] = []
    public var outputs: [Output]
    public var network: Bool
    /// Seconds of wall time.
    public var timeout: Double?
    /// Seconds of processor time of the program and its children together; rounded to whole seconds.
    public var cpuTime: Double?
    /// Bytes that the program and its children may use together, including files in /dev/shm, measured from outside;
    /// and the limit for the heap, stacks and private mappings of each process (RLIMIT_DATA). Address space is not
    /// limited: the runtimes of Go, Java and JavaScript reserve hundreds of gigabytes that they never use.
    public var memory: UInt64?
    /// Bytes that it and its children may write into its folder and temporary files, including deleted files that are
    /// still open. nil: `usualDisk`, or nine tenths of the free space.
    public var disk: UInt64?
    static let usualDisk: UInt64 = 64_000_000_000
    /// Folders of the machine that it may read, besides the system's; absolute. No part of its result.
    public var readable: [String] = []
    /// A list of what the program read, as compilers write it for make; relative to the folder it is started in.
    public var depfile: String?
    /// The same as JSON: `{"inputs": ["path", ...]}`.
    public var discovered: String?
    /// The programs that it runs, as far as they are known, where it may run on another machine: there they must be the
    /// same.
    public var programs: [Program] = []

    public struct Program: Codable, Sendable, Hashable {
        /// As it is looked for: absolute, or alone.
        public var name: String
        /// Absolute.
        public var path: String
        public var digest: Digest
        public init(name: String, path: String, digest: Digest) {
            self.name = name
            self.path = path
            self.digest = digest
        }
    }

    /// Without secrets and without what only this machine has.
    private enum CodingKeys: String, CodingKey {
        case node, program, arguments, environment, lists, mounts, folders, outputs, network, timeout, cpuTime, memory,
            disk, depfile, discovered, programs
    }

    public init(
        node: String, program: String, arguments: [String], environment: [String: String] = [:],
        mounts: [Mount] = [],
        outputs: [Output] = [], network: Bool = false, timeout: Double? = nil, cpuTime: Double? = nil,
        memory: UInt64? = nil,
        depfile: String? = nil, discovered: String? = nil
    ) {
        self.node = node
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.mounts = mounts
        self.outputs = outputs
        self.network = network
        self.timeout = timeout
        self.cpuTime = cpuTime
        self.memory = memory
        self.depfile = depfile
        self.discovered = discovered
    }

    /// Our own names in the program's folder: no input or output may have such a path.
    package static let temporary = ".tmp", log = ".log.txt", staged = ".inputs", list = ".list."

    /// The folder for results of other nodes.
    package static let results = "in"
    /// Folders that stay, empty, in a folder that is used again.
    package static let keptFolders = [temporary, results]

    /// The command as a user would type it, shortened.
    var line: String {
        var text = ""
        for argument in arguments {
            if !text.isEmpty { text += " " }
            text +=
                argument.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x27 })
                    || argument.isEmpty ? "\"\(argument)\"" : argument
            if text.utf8.count > 200 { break }
        }
        let printable = String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
        return printable.count > 160 ? printable.prefix(160) + "…" : printable
    }
}

/// How a run ended.
public struct CommandEnd: Sendable {
    public enum How: Sendable, Hashable {
        case exit(Int32)
        /// From another process, or from an error of its own.
        case signal(Int32)
        case timedOut
        case usedUpCPU
        /// It and its children used this many bytes together.
        case usedUpMemory(UInt64)
        case tooManyProcesses
        /// They wrote this many bytes together, or more into one file than its limit.
        case usedUpDisk(UInt64, limit: UInt64)
    }

    public var how: How
    /// Standard output and error in the order of arrival; the middle of a long log is replaced by a note.
    public var log: [UInt8]
    /// Processor seconds of it and of all processes that it waited for.
    public var cpu: Double
    /// Bytes of its largest process. At least what the engine used when it started the program: the kernel counts the
    /// memory that both share until the program is loaded.
    public var peakMemory: UInt64
    /// When it started, in nanoseconds since 1970.
    public var started: Int64
    public var wasSandboxed: Bool
}

public enum CommandEvent: Sendable {
    /// Live output, without secrets; only if the pool follows its programs.
    case printed(job: Int, [UInt8])
    case ended(job: Int, CommandEnd)
}
