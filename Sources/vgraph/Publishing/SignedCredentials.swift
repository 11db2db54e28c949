// Content credentials (C2PA) for what is published: has the program in pipelines/publishing sign a copy of the film.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Provenance
import Reviewers

struct SignedCredentials {
    /// PEM files: the chain, and the key that only its owner can read; absolute.
    var certificate: String
    var key: String
    var algorithm: String
    private let command: [String]

    init(certificate: String, key: String, algorithm: String) throws {
        guard let command = CredentialSigner.command else {
            throw PublishProblem.noSigner(remedy: CredentialSigner.remedy)
        }
        self.command = command
        (self.certificate, self.key, self.algorithm) = (Folder.absolute(certificate), Folder.absolute(key), algorithm)
    }

    private struct Ingredient: Encodable { var path, title, relationship: String }
    private struct Request: Encodable {
        var media, output, certificate, key, algorithm, media_sha256, title, graph, spec_sha256: String
        var digital_source_type: String
        var ingredients: [Ingredient]
    }
    private struct Answer: Decodable {
        var ok: Bool
        var error: String?
    }

    /// - Returns: the SHA-256 of the signed copy.
    func sign(
        _ film: String, to output: String, _ origin: Provenance, assets: [(path: String, name: String)],
        _ sha256: String
    ) throws -> String {
        let scratch = try JobFolder(), request = scratch.path + "/request.json"
        let title = origin.film.title.isEmpty ? origin.film.target : origin.film.title
        let asked = Request(
            media: film, output: output, certificate: certificate, key: key, algorithm: algorithm, media_sha256: sha256,
            title: title, graph: origin.film.graph, spec_sha256: origin.spec.sha256 ?? "",
            digital_source_type: origin.film.sourceType ?? "",
            ingredients: assets.map { Ingredient(path: $0.path, title: $0.name, relationship: "componentOf") })
        try WholeFile.write(try JSONEncoder().encode(asked), to: request)
        let input = Descriptor(open(request, O_RDONLY | O_CLOEXEC))
        let program = Subprocess(
            program: command[0], environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent"],
            folder: scratch.path, scratch: scratch.path)
        let run = try program.run(Array(command.dropFirst()), input: input.number)
        let answer = run.lines.last.flatMap { try? JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
        guard run.status == 0, answer?.ok == true else {
            throw PublishProblem.notSigned(reason: answer?.error ?? run.reason)
        }
        let made = Descriptor(open(output, O_RDONLY | O_CLOEXEC))
        guard made.number >= 0 else { throw PublishProblem.notSigned(reason: "it wrote no file") }
        return try OpenFile.sha256(of: made.number).sum
    }
}
