// Cuts a review request into parts that are looked at one by one: what changes in one part of a film asks nothing anew
// about the others. A part does not know when it is in the film, nor which film it is: times and names are its own.

/// A stretch of a film, and the claims that are judged by it alone.
public struct ReviewPart: Sendable, Hashable {
    /// What a reviewer looks at.
    public enum Kind: String, CaseIterable, Sendable {
        /// Some texts and captions, and the frames that show them.
        case pictures
        /// Some spoken sentences, and the sound around them.
        case sentences
        /// All that is heard.
        case soundtrack
    }

    /// Frames of the film, half open.
    public var frames: Range<Int>
    /// As the film's list has them.
    public var claims: [Claim]
    /// Texts that may be seen in its frames, and are judged elsewhere.
    public var others: [Claim] = []
    /// Frames of the film that are taken of it.
    public var stills: [Int] = []

    /// "caption.2": the second of its claims, a caption.
    private func name(_ index: Int) -> String { "\(claims[index].kind.rawValue).\(index + 1)" }

    /// The id that a claim of the part has in the film.
    public func id(of name: String) -> String? {
        claims.indices.first { self.name($0) == name }.map { claims[$0].id }
    }

    /// The claims as a reviewer of the part gets them.
    public func list(of film: ClaimList) -> ClaimList {
        func own(_ claim: Claim, called id: String) -> Claim {
            Claim(
                id: id, kind: claim.kind, text: claim.text, startFrame: claim.startFrame - frames.lowerBound,
                endFrame: claim.endFrame - frames.lowerBound, seen: claim.seen.map { moved($0) },
                isWithin: claim.isWithin)
        }
        var list = film
        list.frames = frames.count
        list.decides = nil
        list.claims = claims.indices.map { own(claims[$0], called: name($0)) }
        list.pictures = film.pictures.compactMap(inside)
        list.voices = film.voices.map { $0.compactMap(inside) }
        list.others = others.isEmpty ? nil : others.map { own($0, called: "") }
        return list
    }

    private func moved(_ span: Claim.Span) -> Claim.Span {
        Claim.Span(span.startFrame - frames.lowerBound..<span.endFrame - frames.lowerBound)
    }

    /// What of a span lies in the part.
    private func inside(_ span: Claim.Span) -> Claim.Span? {
        let common = (span.startFrame..<max(span.startFrame, span.endFrame)).clamped(to: frames)
        return common.isEmpty ? nil : moved(Claim.Span(common))
    }

    /// An observation of the part as one of the film; nil: it is about a claim that the part does not have.
    public func moved(_ observation: Observation) -> Observation? {
        var moved = observation
        if !Observation.unasked.contains(observation.claim) {
            guard let id = id(of: observation.claim) else { return nil }
            moved.claim = id
        }
        moved.startFrame += frames.lowerBound
        moved.endFrame += frames.lowerBound
        moved.evidence = observation.evidence.map { file in
            stills.first { ReviewRequest.file(ofFrame: $0 - frames.lowerBound) == file }
                .map(ReviewRequest.file(ofFrame:)) ?? file
        }
        return moved
    }
}

extension ClaimList {
    /// Starting a program costs as much as looking at some four frames, or two sentences.
    private static let leastClaims = 4, mostClaims = 12
    /// Seconds of sound before the first and after the last sentence of a part.
    private static let margin = 1.0
    /// Frames by which a text may be seen before or after what the plan says.
    private static let slack = 2

    public func parts(_ kind: ReviewPart.Kind) -> [ReviewPart] {
        switch kind {
        case .pictures: pictureParts
        case .sentences: sentenceParts
        case .soundtrack:
            hasSound ? [ReviewPart(frames: 0..<frames, claims: sentences.map(\.wordless))] : []
        }
    }

    /// Groups of claims that follow one another, cut where none of them lasts if that is soon enough.
    private func groups(_ claims: [Claim], _ span: (Claim) -> Claim.Span) -> [[Claim]] {
        var groups: [[Claim]] = [], end = 0
        let sorted = claims.enumerated().sorted {
            (span($0.element).startFrame, $0.offset) < (span($1.element).startFrame, $1.offset)
        }
        for (_, claim) in sorted {
            let last = groups.last?.count ?? 0
            if last == 0 || last >= Self.leastClaims && span(claim).startFrame >= end || last >= Self.mostClaims {
                groups.append([])
            }
            groups[groups.count - 1].append(claim)
            end = max(end, span(claim).endFrame)
        }
        return groups
    }

    private var pictureParts: [ReviewPart] {
        let visible = claims.filter { $0.seen != nil }, sampled = sampledFrames
        return groups(visible) { $0.seen! }.map { group in
            let first = group.map(\.startFrame).min()!, last = group.map(\.endFrame).max()!
            let stills = sampled[sampled.index(of: first)...].prefix { $0 < last }.filter { frame in
                group.contains { $0.startFrame <= frame && frame < $0.endFrame }
            }
            let range = min(first, stills.first ?? first)..<max(last, (stills.last ?? last - 1) + 1)
            let ids = Set(group.map(\.id))
            var others: [Claim] = []
            // A code in a picture may lead to an address that is shown elsewhere.
            let hasPictures = pictures.contains { $0.startFrame < range.upperBound && $0.endFrame > range.lowerBound }
            for var claim in visible where !ids.contains(claim.id) {
                let seen = claim.seen!
                let near = seen.startFrame - Self.slack..<max(seen.startFrame, seen.endFrame) + Self.slack
                let isSeen = stills.contains { near.contains($0) }
                guard isSeen || hasPictures && claim.text.mayHaveAddress else { continue }
                // Where it begins or ends elsewhere is nothing to this part.
                let bounds = range.lowerBound - 1..<range.upperBound + 1
                let here = (seen.startFrame..<max(seen.startFrame, seen.endFrame)).clamped(to: bounds)
                let nowhere = range.lowerBound - 100..<range.lowerBound - 100
                claim.seen = Claim.Span(isSeen ? here : nowhere)
                (claim.startFrame, claim.endFrame) = (claim.seen!.startFrame, claim.seen!.endFrame)
                others.append(claim)
            }
            return ReviewPart(frames: range, claims: group, others: others, stills: stills)
        }
    }

    /// What is said, without what others of them have the words of.
    private var sentences: [Claim] {
        claims.filter { $0.kind == .speech && $0.heldBy == nil && $0.startFrame < $0.endFrame }
    }

    private var sentenceParts: [ReviewPart] {
        let margin = rate.frame(atSeconds: Self.margin)
        return groups(sentences) { Claim.Span($0.startFrame..<$0.endFrame) }.map { group in
            let first = group.map(\.startFrame).min()!, last = group.map(\.endFrame).max()!
            return ReviewPart(frames: max(0, first - margin)..<min(frames, last + margin), claims: group)
        }
    }
}

extension Claim {
    /// Whoever listens for a voice is asked for no words, so that other words ask nothing anew.
    fileprivate var wordless: Claim {
        var claim = self
        claim.text = ""
        return claim
    }
}

extension String {
    /// Whether letters follow a point within a word, as in "example.com". The point of a sentence is none: with every
    /// sentence of the film in every part, other words of one would ask about all of them anew.
    fileprivate var mayHaveAddress: Bool {
        let signs = Array(unicodeScalars)
        return signs.indices.dropFirst().dropLast().contains { index in
            let before = signs[index - 1]
            return signs[index] == "." && before != "." && !before.properties.isWhitespace
                && signs[index + 1].properties.isAlphabetic
        }
    }
}

extension [Int] {
    /// Where the first element lies that is not less; ascending.
    fileprivate func index(of value: Int) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
