// What a stage hands back: its files, what it read and searched beyond its inputs, and what it has to say.
import Diagnostics
import Digests

public struct Outcome: Codable, Sendable {
    /// The files of one output, as a body has written them (`Output.made`, `Job.write`).
    public struct Files: Sendable {
        var output: String
        var files: [String]
    }

    /// Output name to files, each a path relative to the scratch folder. An output that is a list (segments) has
    /// several, in order.
    public var outputs: [String: [String]]
    /// Files that were read though the job did not name them (assets that the spec names, fonts that fallback chose):
    /// paths relative to the workspace where they lie in it, absolute elsewhere, with the digest of the bytes that were
    /// used.
    public var discovered: [Discovered]
    /// What searches of the stage found: the same question with another answer is another result. nil: it searched for
    /// nothing.
    public var answers: [Answer]?
    /// Warnings and notes; kept in the record and shown again on a hit.
    public var diagnostics: [Diagnostic]
    /// Set by a stage that decides.
    public var verdict: Verdict?

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

public struct Discovered: Codable, Sendable, Hashable {
    public var path: String
    /// nil: the file was looked for and is not there. In JSON: an empty text.
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

/// What a search came to, a font by its family for example. What is asked, and what "not there" looks like, only the
/// worker knows: the engine compares answers, and asks a worker anew where what it searched in has changed.
public struct Answer: Codable, Sendable, Hashable {
    public var question: String
    public var answer: String
    public init(question: String, answer: String) {
        self.question = question
        self.answer = answer
    }
}
