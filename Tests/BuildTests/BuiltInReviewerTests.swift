// The programs and packages that are built in are those in pipelines/reviewers and pipelines/publishing.
// VGRAPH_REWRITE_GOLDENS=1 writes the sources of the binary anew.
import Foundation
import TestSupport
import Testing

@Suite struct BuiltInReviewerTests {
    private static let files = [
        ("reviewers/text.py", "TextReviewer", "text"), ("reviewers/model.py", "ModelReviewer", "model"),
        ("reviewers/speech.py", "SpeechReviewer", "speech"), ("reviewers/voice.py", "VoiceReviewer", "voice"),
        ("reviewers/protocol.py", "ReviewerProtocol", "`protocol`"),
        ("reviewers/requirements.txt", "ReviewerPackages", "requirements"),
        ("publishing/c2pa.py", "CredentialProgram", "c2pa"),
        ("publishing/requirements.txt", "CredentialPackages", "requirements"),
    ]

    @Test func theBinaryHasWhatTheFolderHas() throws {
        for (file, type, name) in Self.files {
            let text = try String(
                contentsOf: Repository.file("pipelines/" + file), encoding: .utf8)
            let owner = file.hasPrefix("reviewers/") ? "BuiltInReviewers" : "BuiltInPublishing"
            var source = "// pipelines/\(file), built in. A test holds the two equal; "
            source += "VGRAPH_REWRITE_GOLDENS=1 writes this file anew.\n\n"
            source += "extension \(owner) {\n    static let \(name) = ##\"\"\"\n"
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                source += line.isEmpty ? "\n" : "        " + line + "\n"
            }
            source += "\n        \"\"\"##\n}\n"
            let place = Repository.file("Sources/Reviewers/\(type).swift")
            let found = try? String(contentsOf: place, encoding: .utf8)
            if ProcessInfo.processInfo.environment["VGRAPH_REWRITE_GOLDENS"] != nil, found != source {
                try source.write(to: place, atomically: true, encoding: .utf8)
            }
            #expect(found == source, "\(place.lastPathComponent) is not \(file)")
        }
    }
}
