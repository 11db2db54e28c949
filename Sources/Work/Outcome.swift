// What a stage returns: its files, what it read and searched beyond its inputs, and its diagnostics.
import Diagnostics
import Digests

public struct Outcome: Codable, Sendable {
    /// The files of one output that a body has written (`Output.made`, `Job.write`).
    public struct Files: Sendable {
        var output: String
        var files: [String]
    }

    /// The files of each output, as paths relative to the scratch folder. A list (segments) has several, in order.
    public var outputs: [String: [String]]
    /// Files that the stage read although the job does not name them (assets of the spec, fallback fonts): relative to
    /// the workspace if they are in it, else absolute, with the digest of the bytes that it used.
    public var discovered: [Discovered]
    /// The answers of the stage's searches: if an answer changes, so may the result. nil: it searched for nothing.
    public var answers: [Answer]?
    /// Warnings and notes; kept in the record and shown again on a hit.
    public var diagnostics: [Diagnostic]
    /// Set by a judging stage.
    public var verdict: Verdict?
    /// true: it counts for this build alone, since it says that something failed which may succeed the next time.
    public var isProvisional: Bool?
    /// Of a user's program that ran on another machine: whether it saw nothing there but its inputs and that machine's
    /// programs, and no network. nil: it ran here.
    public var isIsolated: Bool?
    /// What it made beside its own work, in the order in which it was asked for; nil: nothing.
    public var companions: [CompanionOutcome]?

    public init(
        _ made: [Files], discovered: [Discovered] = [], answers: [Answer]? = nil,
        diagnostics: [Diagnostic] = [], verdict: Verdict? = nil
    ) {
        self.init(
            outputs: Dictionary(made.map { ($0.output, $0.files) }) { first, _ in first }, discovered: discovered,
            answers: answers, diagnostics: diagnostics, verdict: verdict)
    }

    public init(
        outputs: [String: [String]], discovered: [Discovered] = [], answers: [Answer]? = nil,
        diagnostics: [Diagnostic] = [], verdict: Verdict? = nil
    ) {
        self.outputs = outputs
        self.discovered = discovered
        self.answers = answers
        self.diagnostics = diagnostics
        self.verdict = verdict
    }
}

extension Outcome {
    /// The files of all outputs and companions.
    public var files: [String] {
        outputs.values.joined() + (companions ?? []).flatMap { $0.outputs.values.joined().map(\.path) }
    }
}

public struct Discovered: Codable, Sendable, Hashable {
    public var path: String
    /// nil: the file was looked for and does not exist. In JSON: an empty text.
    public var digest: Digest?
    public init(path: String, digest: Digest?) {
        self.path = path
        self.digest = digest
    }

    private enum CodingKeys: String, CodingKey { case path, digest }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        let isAbsent = try container.decode(String.self, forKey: .digest).isEmpty
        digest = isAbsent ? nil : try container.decode(Digest.self, forKey: .digest)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(digest?.hex ?? "", forKey: .digest)
    }
}

/// The answer of a search, for example for a font by its family. Only the worker knows the form of questions and
/// answers: the engine compares answers, and asks a worker again when the files that it searched have changed.
public struct Answer: Codable, Sendable, Hashable {
    public var question: String
    public var answer: String
    public init(question: String, answer: String) {
        self.question = question
        self.answer = answer
    }
}
