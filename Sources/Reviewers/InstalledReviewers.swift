// The reviewers that vgraph brings along: Python programs, whose packages are a group of `InstalledPackages`. Known to the
// command that installs them, to the worker that runs them, and to doctor.
import Digests

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
        /// Whether it looks also where no claim asks it to.
        public var looksForMore = false
    }

    public static let all: [Reviewer] = [
        Reviewer(
            name: "text", summary: "reads every text and caption back from the delivered frames", family: "rapidocr",
            asks: ["text", "caption"], module: "text"),
        Reviewer(
            name: "speech", summary: "scores the words of every spoken caption against the delivered sound",
            family: "whisper", asks: ["speech"], module: "speech"),
        Reviewer(
            name: "voice", summary: "hears where a voice begins, is missing, or is not planned", family: "silero",
            asks: ["speech"], module: "voice", looksForMore: true),
    ]

    /// Asks a model at an endpoint. It needs an interpreter and no packages.
    public static let model = Reviewer(
        name: "model", summary: "asks a model at an endpoint about the claims that a person would answer",
        family: "", asks: ["claim", "title", "description"], module: "model")

    public static var folder: String? { InstalledPackages.reviewers.folder }
    public static var markFile: String? { InstalledPackages.reviewers.markFile }
    public static var python: String? { InstalledPackages.reviewers.python }
    /// nil: not installed.
    public static var mark: InstalledPackages.Mark? { InstalledPackages.reviewers.mark }

    /// What a worker reports as the version of its reviewers: other programs or packages ask again.
    public static var version: String {
        let programs = Digest.of(BuiltInReviewers.programs.map { $0.name + "\0" + $0.text }.joined(separator: "\0"))
        return programs.hex + (mark == nil ? " absent" : " " + InstalledPackages.reviewers.lock)
    }

    public static let remedy = InstalledPackages.reviewers.remedy
}
