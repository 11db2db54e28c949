// The evidence as a Research Object Crate (https://w3id.org/ro/crate/1.1), for archives that read its description.
import Composition
import Decisions

extension Provenance {
    private struct Crate: Encodable {
        let context = "https://w3id.org/ro/crate/1.1/context"
        var graph: [Entity]
        enum CodingKeys: String, CodingKey { case context = "@context", graph = "@graph" }
    }

    private struct Reference: Encodable {
        var id: String
        enum CodingKeys: String, CodingKey { case id = "@id" }
    }

    private struct Entity: Encodable {
        var id: String
        var type: String
        var name: String?
        var description: String?
        var about: Reference?
        var conformsTo: Reference?
        var hasPart: [Reference]?
        var license: String?
        var creditText: String?
        var sha256: String?
        var datePublished: String?
        enum CodingKeys: String, CodingKey {
            case id = "@id", type = "@type"
            case name, description, about, conformsTo, hasPart, license, creditText, sha256, datePublished
        }
    }

    /// `ro-crate-metadata.json` for these files of the evidence.
    public func crate(of files: [String]) -> [UInt8] {
        let title = film.title.isEmpty ? film.target : film.title
        var graph = [
            Entity(
                id: "ro-crate-metadata.json", type: "CreativeWork", about: Reference(id: "./"),
                conformsTo: Reference(id: "https://w3id.org/ro/crate/1.1")),
            Entity(
                id: "./", type: "Dataset", name: "Evidence of \(title)",
                description: "What \(film.target), SHA-256 \(film.sha256), was made from, checked by and approved with",
                hasPart: files.map { Reference(id: $0) }, license: "see each file",
                datePublished: decision?.at ?? run.at),
        ]
        graph += files.map { Entity(id: $0, type: "File", name: $0) }
        graph += sources.map { source in
            Entity(
                id: "urn:sha256:" + (source.sha256 ?? source.digest), type: "CreativeWork", name: source.path,
                license: source.license, creditText: source.credit, sha256: source.sha256)
        }
        return Self.json(Crate(graph: graph))
    }
}
