// The reviewers that vgraph brings along: Python programs with pinned packages, in a folder of the user's that `vgraph
// reviewers install` fills. Known to the command that fills it, to the worker that runs them, and to doctor.
import Digests
import Files
import FoundationEssentials
import Glibc

public enum InstalledReviewers {
    public struct Reviewer: Sendable {
        public var name: String
        /// What it does, in a line.
        public var summary: String
        public var family: String
        /// Kinds of claims that it is asked.
        public var asks: Set<String>
        /// Its program, as Python names it.
        public var module: String
    }

    public static let all: [Reviewer] = [
        Reviewer(
            name: "text", summary: "reads every text and caption back from the delivered frames", family: "rapidocr",
            asks: ["text", "caption"], module: "text"),
        Reviewer(
            name: "speech", summary: "scores the words of every spoken caption against the delivered sound",
            family: "whisper", asks: ["speech"], module: "speech"),
    ]

    /// Asks a model at an endpoint. It needs an interpreter and no packages.
    public static let model = Reviewer(
        name: "model", summary: "asks a model at an endpoint about the claims that a person would answer",
        family: "", asks: ["claim", "title", "description"], module: "model")

    /// Names the packages: another lock is another folder.
    public static let lock = Digest.of(BuiltInReviewers.packages).hex

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

    /// The folder of the packages; nil: there is no place for it, since neither XDG_DATA_HOME nor HOME is set.
    public static var folder: String? {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        guard let data = variable("XDG_DATA_HOME") ?? variable("HOME").map({ $0 + "/.local/share" }) else { return nil }
        return data + "/vgraph/reviewers/" + lock
    }

    public static var markFile: String? { folder.map { $0 + "/installed.json" } }
    public static var python: String? { folder.map { $0 + "/bin/python3" } }

    /// nil: not installed.
    public static var mark: Mark? {
        guard let file = markFile, let bytes = try? WholeFile.read(file),
            let mark = try? JSONDecoder().decode(Mark.self, from: Data(bytes)), mark.lock == lock,
            let python, access(python, X_OK) == 0
        else { return nil }
        return mark
    }

    /// What a worker reports as the version of its reviewers: other programs or packages ask again.
    public static var version: String {
        let programs = Digest.of(BuiltInReviewers.programs.map { $0.name + "\0" + $0.text }.joined(separator: "\0"))
        return programs.hex + (mark == nil ? " absent" : " " + lock)
    }

    public static let remedy = "vgraph reviewers install"
}
