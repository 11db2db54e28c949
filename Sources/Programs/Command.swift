// One run of a user's program: what it sees, where, and under which limits. Unaware of pipelines and of the cache.

public struct Command: Sendable {
    public struct Mount: Sendable {
        /// Relative to the folder the program is started in; checked to stay inside.
        public var at: String
        /// Absolute path of a file, or of a folder for `reads`.
        public var source: String
        /// A blob in the cache is not, whatever it was made from.
        public var isExecutable: Bool
        public init(at: String, source: String, isExecutable: Bool = false) {
            self.at = at
            self.source = source
            self.isExecutable = isExecutable
        }
    }

    /// An input that is a folder: files and not links, so that a program that walks through it finds them.
    public struct FolderInput: Sendable {
        public var at: String
        /// Relative to it.
        public var files: [Mount]
        /// Folders in it with nothing in them, relative to it.
        public var empty: [String]
        public init(at: String, files: [Mount], empty: [String]) {
            self.at = at
            self.files = files
            self.empty = empty
        }
    }

    public struct List: Sendable {
        /// Relative to the folder the program is started in.
        public var file: String
        public var text: String
        public init(file: String, text: String) {
            self.file = file
            self.text = text
        }
    }

    public struct Output: Sendable {
        public var name: String
        /// Relative to the folder the program is started in; for a list a pattern such as `frames/*.png`.
        public var file: String
        public var mayBeEmpty: Bool
        public var isOptional: Bool
        /// Any number of files, in the order of their names' bytes.
        public var isList: Bool
        /// A folder, made before the program starts; all that is in it when it is done.
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
    /// The whole argv. In a sandbox the program is called by its path, whatever the first says.
    public var arguments: [String]
    /// All of it; TMPDIR and HOME are added where they are not named.
    public var environment: [String: String]
    /// Values among them that nothing may keep.
    public var secrets = Secrets.none
    /// Files with the paths of inputs, a line each.
    public var lists: [List] = []
    public var mounts: [Mount]
    public var folders: [FolderInput] = []
    public var outputs: [Output]
    public var network: Bool
    /// Seconds of wall time.
    public var timeout: Double?
    /// Seconds of processor time, of the program and all that it started together; whole seconds are counted.
    public var cpuTime: Double?
    /// Bytes that the program and all that it started may have together, files in /dev/shm among them, watched from
    /// outside; and that each of its processes can have written to: its heap, its threads' stacks, its private mappings
    /// (RLIMIT_DATA). Not address space: what is only reserved, as the runtimes of Go, Java and JavaScript do by the
    /// hundred gigabytes, costs nothing.
    public var memory: UInt64?
    /// Bytes that it and all that it started may write into its folder and what is temporary, files without a name
    /// among them. nil: `usualDisk`, or nine tenths of what is free.
    public var disk: UInt64?
    static let usualDisk: UInt64 = 64_000_000_000
    /// Folders of the machine that it may read, besides the system's; absolute. No part of its result.
    public var readable: [String] = []
    /// A list of what the program read, as a compiler writes it for make; relative to the folder it is started in.
    public var depfile: String?
    /// The same as JSON: `{"inputs": ["path", ...]}`.
    public var discovered: String?

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

    /// Ours in the folder a program is started in: no input or output can have such a path.
    package static let temporary = ".tmp", log = ".log.txt", staged = ".inputs", list = ".list."

    /// Where results of other nodes are put.
    package static let results = "in"
    /// Folders that a folder which was used before still has, empty.
    package static let keptFolders = [temporary, results]

    /// As one would type it, shortened.
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
        /// Sent by another process, or by its own fault.
        case signal(Int32)
        case timedOut
        case usedUpCPU
        /// It and all that it started had so many bytes together.
        case usedUpMemory(UInt64)
        case tooManyProcesses
        /// They have written so many bytes together, or more into one file than its limit.
        case usedUpDisk(UInt64, limit: UInt64)
    }

    public var how: How
    /// What it printed, standard output and error in the order they came; the middle of much is left out, and says so.
    public var log: [UInt8]
    /// Seconds, of it and of all that it waited for.
    public var cpu: Double
    /// Bytes, of its biggest process. Not less than what the engine itself had when it started it: the kernel counts
    /// the memory that both share until the program is loaded.
    public var peakMemory: UInt64
    /// Nanoseconds since 1970 when it was started.
    public var started: Int64
    public var wasSandboxed: Bool
}

public enum CommandEvent: Sendable {
    /// As it comes, without secrets; told where the pool was asked to follow.
    case printed(job: Int, [UInt8])
    case ended(job: Int, CommandEnd)
}
