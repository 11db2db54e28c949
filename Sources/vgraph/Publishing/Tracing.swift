// Which film a file is, and what was decided of it. The answer is only as sure as what matched: equal bytes are the
// approved film; equal packets are its pictures and sound; parts and looks only resemble it, and no decision is about them.
import Composition
import Decisions
import Diagnostics
import Digests
import FoundationEssentials
import Provenance
import Stages
import Store

struct Tracing {
    enum Match: String {
        /// The bytes that persons decided upon, or that were published.
        case exact
        /// Every packet of pictures and sound, in another container or with other tags.
        case repackaged
        /// Every picture; the sound is another, cut or gone.
        case pictures
        /// Some of its packets.
        case parts
        /// Looks like it, and nothing else matches.
        case alike
        /// Its marks name a graph that the cache knows; no person decided about it.
        case candidate
        /// A mark says that vgraph made it, but not here.
        case elsewhere
        case unknown
    }

    /// A film that the file may be.
    struct Known {
        var target: String
        /// Of the film that was decided upon.
        var sha256: String
        var provenance: Provenance?
        var resemblance: Resemblance?
        /// Where its evidence lies; nil: there is none here.
        var evidence: String?
        /// The verdict that counts for the film; nil: none that this workspace's keys signed.
        var decision: SignedDecision?
        var publications: [SignedDecision]
        /// Whether the film is named by the file's own marks.
        var isMarked: Bool
        var rate: Double { provenance.flatMap { Double($0.film.rate) } ?? 0 }
    }

    /// Of a candidate in the cache.
    struct Candidate {
        var node: String
        var origin: Record.Origin
        var run: String?
        var isExact: Bool
    }

    let essence: Essence
    let match: Match
    /// One, or several between which nothing decides.
    let films: [Known]
    let candidate: Candidate?
    /// Films that the file may be as well, for nothing here says what they are.
    let lost: [Ledger.Lost]

    /// - Parameters:
    ///   - essence: reads the file; with the likeness where nothing else matched.
    ///   - more: evidence that is not of this workspace.
    init(
        _ ledger: Ledger, more: [Ledger.Film], cache: Cache?, essence read: (_ withLikeness: Bool) throws -> Essence
    ) throws {
        var essence = try read(false)
        let published = ledger.published(), known = published.films + more
        lost = published.lost
        func film(_ found: Ledger.Film, _ resemblance: Resemblance?) -> Known {
            let origin = found.provenance, sum = origin.film.sha256
            return Known(
                target: origin.film.target, sha256: sum, provenance: origin, resemblance: resemblance,
                evidence: found.file, decision: Self.decision(on: sum, of: origin, ledger),
                publications: ledger.publications(sum),
                isMarked: essence.graphs.contains { $0.hex == origin.film.graph })
        }

        // The same bytes.
        let records = ledger.targets.flatMap(\.records).filter {
            $0.sha256 == essence.sha256 || $0.publication?.sha256 == essence.sha256
        }
        let direct = known.filter { $0.provenance.film.sha256 == essence.sha256 }
        if !records.isEmpty || !direct.isEmpty {
            var films = direct.map { film($0, nil) }
            for record in records where !films.contains(where: { $0.sha256 == record.sha256 }) {
                let evidence = known.first { $0.provenance.film.sha256 == record.sha256 }
                films.append(
                    evidence.map { film($0, nil) }
                        ?? Known(
                            target: record.target, sha256: record.sha256, provenance: nil, resemblance: nil,
                            evidence: nil,
                            decision: ledger.decision(on: record.sha256, of: record.target),
                            publications: ledger.publications(record.sha256),
                            isMarked: false))
            }
            (self.essence, match, self.films) = (essence, .exact, films)
            candidate = nil
            return
        }

        let candidate = Self.candidate(essence, cache)
        if let candidate, candidate.isExact {
            (self.essence, match, films, self.candidate) = (essence, .candidate, [], candidate)
            return
        }

        // What of it is the same.
        func best(_ essence: Essence) -> [Known] {
            let all = known.compactMap { found in
                found.essence.map { film(found, Resemblance(of: essence, to: $0)) }
            }.filter { $0.resemblance!.kind > .none }
            guard let kind = all.map({ $0.resemblance!.kind }).max() else { return [] }
            let same = all.filter { $0.resemblance!.kind == kind }
            let sound = same.filter { $0.resemblance!.sound == .same }
            let marked = (sound.isEmpty ? same : sound).filter(\.isMarked)
            let closest = marked.isEmpty ? (sound.isEmpty ? same : sound) : marked
            guard kind != .everything else { return closest }
            func score(_ film: Known) -> Double {
                let resemblance = film.resemblance!
                return resemblance.difference.map { -$0 } ?? Double(resemblance.parts.reduce(0) { $0 + $1.count })
            }
            let most = closest.map(score).max() ?? 0
            // Looks that are nearly as good say as much.
            return closest.filter { score($0) >= most - (kind == .looksAlike ? 1 : 0) }
        }
        var films = best(essence)
        if films.isEmpty, candidate == nil, essence.pictures != nil,
            known.contains(where: { $0.essence?.likeness != nil })
        {
            essence = try read(true)
            films = best(essence)
        }
        let found: Match =
            switch films.first?.resemblance?.kind {
            case .everything: .repackaged
            case .pictures: .pictures
            case .parts: .parts
            case .looksAlike: .alike
            case Resemblance.Kind.none?, nil:
                candidate != nil ? .candidate : essence.graphs.isEmpty ? .unknown : .elsewhere
            }
        (self.essence, match, self.films, self.candidate) = (essence, found, films, films.isEmpty ? candidate : nil)
    }

    /// By this workspace's records; of evidence from elsewhere, by the records in it that keys of this workspace signed.
    private static func decision(on sha256: String, of origin: Provenance, _ ledger: Ledger) -> SignedDecision? {
        if let decision = ledger.decision(on: sha256, of: origin.film.target) { return decision }
        let last = origin.signed.last { $0.kind.isVerdict && $0.sha256 == sha256 }
        guard let last, ledger.keys.holds(last.by, last.key), last.isSignedByItsKey else { return nil }
        return last
    }

    private static func candidate(_ essence: Essence, _ cache: Cache?) -> Candidate? {
        guard let cache else { return nil }
        for graph in essence.graphs {
            guard let record = cache.peek(graph), record.key == graph else { continue }
            let run = (try? History(cache, workspace: nil))?.runs(limit: 1) { log in
                log.nodes.contains { $0.key == graph && $0.outcome == "ran" }
            }.first?.name
            let isExact = record.outputs.contains { $0.blobs.contains { $0.sha256 == essence.sha256 } }
            return Candidate(node: record.origin.node, origin: record.origin, run: run, isExact: isExact)
        }
        return nil
    }

    /// Whether exactly these bytes were approved, and the approval counts.
    var isApproved: Bool { match == .exact && films.count == 1 && films[0].decision?.kind == .approve }
}
