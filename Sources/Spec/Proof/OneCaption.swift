// P12.caption: one caption does not come long before or after its words. P12.missing: no sentence lacks its caption.
// P12.shift sees what moves together; this is what an edit of one line leaves behind.
import Composition
import Diagnostics

extension SpokenCaptions {
    /// Stretches of speech between pauses of 0.4 s or more, in steps.
    fileprivate var stretches: [Range<Int>] {
        var found: [Range<Int>] = [], from: Int?
        for step in voice.indices {
            if voice[step], from == nil { from = step }
            if !voice[step], let start = from {
                found.append(start..<step)
                from = nil
            }
        }
        if let from { found.append(from..<voice.count) }
        return found
    }

    /// For each caption that is the first of a stretch of speech, by how many steps it comes after it begins.
    fileprivate func leads(_ proof: Proof) -> [(caption: Int, stretch: Range<Int>, steps: Int)] {
        let stretches = stretches
        let cues = proof.video.captions.map { Self.steps($0.cue, proof).clamped(to: 0..<voice.count) }
        var low = 0
        return cues.indices.compactMap { index in
            let cue = cues[index]
            while low < stretches.count, stretches[low].upperBound <= cue.lowerBound { low += 1 }
            let near = stretches[low...].prefix { $0.lowerBound < cue.upperBound }
            guard
                let best = near.max(by: { $0.clamped(to: cue).count < $1.clamped(to: cue).count }),
                // Held into the next words, or from the last ones on, it says nothing of when it should begin.
                near.first == best, low == 0 || stretches[low - 1].upperBound <= cue.lowerBound + Self.slack,
                !cues[..<index].suffix(8).contains(where: { $0.upperBound > best.lowerBound + Self.slack })
            else { return nil }
            return (index, best, cue.lowerBound - best.lowerBound)
        }
    }

    /// 0.2 s.
    private static let slack = 4
    /// 0.7 s: a sentence of three words has been said by then.
    fileprivate static let far = 14
    /// 0.3 s.
    fileprivate static let steady = 6

    /// The stretches in a row that have no caption, if everything else that is said has one.
    fileprivate var bare: Range<Int>? {
        let stretches = stretches
        func shown(_ range: Range<Int>) -> Int { range.count { captions[$0] } }
        let isBare = stretches.map { shown($0) * 5 < $0.count }
        guard let first = isBare.firstIndex(of: true), let last = isBare.lastIndex(of: true),
            isBare[first...last].allSatisfy(\.self), stretches.count - (last - first + 1) >= 2
        else { return nil }
        let rest = Array(stretches[..<first]) + Array(stretches[(last + 1)...])
        let said = rest.reduce(0) { $0 + $1.count }, covered = rest.reduce(0) { $0 + shown($1) }
        let missed = stretches[first...last].reduce(0) { $0 + $1.count }
        // What lasts less is a sound, not a sentence; and where more is missing, captions are for a part only.
        guard missed >= Self.perSecond * 3 / 2, missed < said, covered * 10 >= said * 9 else { return nil }
        return stretches[first].lowerBound..<stretches[last].upperBound
    }
}

extension ProofCheck {
    static let oneCaption = ProofCheck(
        "P12.caption", "A caption comes with its words",
        measures:
            "start of each caption that begins a stretch of speech (after a pause of 0.4 s) against the start of that "
            + "speech, where at least two others and four of five are steady to 0.3 s; voices as in P12.shift",
        unit: "s", threshold: "at most 0.7 from what the others have",
        source: "vgraph's figure: in 0.7 s two words are said", changedBy: "captions", severity: .warn,
        runbook: "correct the time of this caption; if the voice says more there than it shows, show that too"
    ) { proof in
        guard let (spoken, shift) = proof.heard, shift == nil else { return [] }
        let leads = spoken.leads(proof), told = Set(spoken.unspoken(proof).map(\.caption))
        guard leads.count > 2 else { return [] }
        let middle = leads.map(\.steps).sorted()[leads.count / 2]
        func isSteady(_ steps: Int) -> Bool { abs(steps - middle) <= SpokenCaptions.steady }
        let steady = leads.count { isSteady($0.steps) }
        guard abs(middle) < SpokenCaptions.perSecond / 2 else { return [] }
        let texts = proof.draft.texts.filter(\.isCaption)
        return leads.compactMap { lead in
            guard abs(lead.steps - middle) >= SpokenCaptions.far, !told.contains(lead.caption),
                steady >= 2, steady * 5 >= (leads.count - 1) * 4, lead.caption < texts.count
            else { return nil }
            return .captionApart(
                text: texts[lead.caption].content.text, seconds: SpokenCaptions.words(abs(lead.steps)),
                isLate: lead.steps > 0,
                spoken: SpokenCaptions.words(lead.stretch.lowerBound), at: texts[lead.caption].place)
        }
    }

    static let uncaptioned = ProofCheck(
        "P12.missing", "All that is said has a caption",
        measures:
            "stretches of speech between pauses of 0.4 s without a caption, where at least two others, more than half "
            + "of what is said and nine tenths of the rest have one; only voices with 'says', those that others are "
            + "ducked under, and the only track without 'loop'",
        unit: "s", threshold: "less than 1.5 s in one place",
        source: "WCAG 2.2, 1.2.2 Captions (Prerecorded); the "
            + "figures are vgraph's", changedBy: "captions", severity: .warn,
        runbook: "write the caption that is missing; if the voice is meant to have none there, set the check to off"
    ) { proof in
        let mix = proof.video.mix
        // Without a name it may be a sound that says nothing.
        guard !mix.namedVoices.isEmpty || mix.voices.count == 1, let (spoken, shift) = proof.heard,
            shift == nil, spoken.unspoken(proof).isEmpty, let bare = spoken.bare
        else { return [] }
        let captions = proof.draft.texts.filter(\.isCaption)
        let begin = Double(bare.lowerBound) / Double(SpokenCaptions.perSecond)
        let place = captions.first { proof.seconds($0.shown.lowerBound) >= begin } ?? captions.last
        return place.map {
            [
                .speechWithoutCaption(
                    from: SpokenCaptions.words(bare.lowerBound), to: SpokenCaptions.words(bare.upperBound),
                    at: $0.place)
            ]
        } ?? []
    }
}
