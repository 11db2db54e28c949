// P12: speech is heard when captions are shown. The captions of a scene move with it, but a track of the whole video
// does not, so that inserting a scene separates them. The check knows when a voice sounds, not what it says.
import Composition
import Diagnostics

/// For each step of 50 ms of the video, whether a voice sounds and whether a caption is shown.
struct SpokenCaptions {
    static let perSecond = 20
    /// The time of so many steps.
    static func words(_ steps: Int) -> String { secondsWords(Double(steps) / Double(perSecond)) }
    /// Longest pause, in steps, that counts as speech.
    private static let pause = 8
    /// Shifts to try, in steps: from half a second, which is noticeable, to ten seconds.
    private static let shifts = (10...200).flatMap { [$0, -$0] }

    let voice, captions: [Bool]

    init?(_ proof: Proof) {
        guard let speech = proof.speech, !proof.video.captions.isEmpty else { return nil }
        let count = Int((proof.seconds(proof.video.frames) * Double(Self.perSecond)).rounded(.up))
        guard count > 0 else { return nil }
        voice = Self.closed((0..<count).map { $0 < speech.count && speech[$0] })
        var shown = [Bool](repeating: false, count: count)
        for caption in proof.video.captions {
            let steps = Self.steps(caption.cue, proof)
            for step in steps where step < count { shown[step] = true }
        }
        captions = Self.closed(shown)
    }

    static func steps(_ cue: Cue, _ proof: Proof) -> Range<Int> {
        let from = Int((proof.seconds(cue.startFrame) * Double(perSecond)).rounded())
        return from..<max(from, Int((proof.seconds(cue.endFrame) * Double(perSecond)).rounded()))
    }

    /// Fills short pauses.
    private static func closed(_ steps: [Bool]) -> [Bool] {
        var steps = steps, last: Int?
        for index in steps.indices where steps[index] {
            if let last, index - last > 1, index - last <= pause {
                for between in last..<index { steps[between] = true }
            }
            last = index
        }
        return steps
    }

    /// The scene from which on a shifted voice would match the captions, and the shift; nil unless the match would be
    /// nearly complete.
    func shift(_ proof: Proof) -> (scene: Int, steps: Int)? {
        let begins = proof.video.scenes.map { Int((proof.seconds($0.startFrame) * Double(Self.perSecond)).rounded()) }
        func sums(_ steps: [Bool]) -> [Int] { steps.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1 ? 1 : 0)) } }
        let spoken = sums(voice), together = sums(zip(voice, captions).map { $0 && $1 })
        func count(_ sums: [Int], _ from: Int, _ to: Int) -> Int {
            sums[max(0, min(to, voice.count))] - sums[max(0, min(from, voice.count))]
        }
        /// For each scene, the number of steps from its start on that disagree. Speech that the shift would drop, or
        /// take from earlier captions that it matches, counts too.
        func disagreements(_ shift: Int) -> [Int] {
            let lost = begins.map { begin in
                shift < 0
                    ? count(spoken, begin, begin - shift)
                    : count(spoken, voice.count - shift, voice.count) + count(together, begin - shift, begin)
            }
            var sums = [Int](repeating: 0, count: begins.count), sum = 0, scene = begins.count - 1
            for step in captions.indices.reversed() {
                let from = step - shift
                if captions[step] != (voice.indices.contains(from) && voice[from]) { sum += 1 }
                while scene >= 0, begins[scene] == step {
                    sums[scene] = sum + lost[scene]
                    scene -= 1
                }
            }
            return sums
        }
        let now = disagreements(0)
        guard now.contains(where: { $0 >= Self.perSecond }) else { return nil }
        // A single caption may match by chance.
        let captionStarts = proof.video.captions.map(\.cue.startFrame)
        let isTold = proof.video.scenes.map { scene in captionStarts.count { $0 >= scene.startFrame } > 1 }
        let shown = begins.map { begin in captions[min(begin, captions.count)...].count { $0 } }
        var best: (gain: Int, scene: Int, steps: [Int])?
        for shift in Self.shifts {
            for (scene, left) in disagreements(shift).enumerated() {
                let gain = now[scene] - left
                guard isTold[scene], now[scene] >= Self.perSecond, left * 3 <= now[scene],
                    shown[scene] >= Self.perSecond, left * 5 <= shown[scene]
                else { continue }
                if gain > best?.gain ?? 0 || (gain == best?.gain && scene > best!.scene) {
                    best = (gain, scene, [shift])
                } else if gain == best?.gain && scene == best?.scene {
                    best?.steps.append(shift)
                }
            }
        }
        // Captions are shown longer than they are spoken, so of equally good shifts the middle one is taken.
        return best.map { ($0.scene, $0.steps.sorted()[$0.steps.count / 2]) }
    }
}

extension ProofCheck {
    static let spoken = ProofCheck(
        "P12.shift", "Voice and captions are in sync",
        measures:
            "times at which the voices sound (above -50 dBFS and less than 30 dB below their loudest 50 ms) against "
            + "the times of the captions, from each scene on, and whether a shifted voice would match. Voices are the "
            + "tracks with 'says' and those that others are ducked under, otherwise those without 'loop'",
        unit: "s",
        threshold:
            "a shift of half a second over at least two captions that removes two thirds of the disagreement",
        source: "vgraph",
        changedBy: "audio.tracks[].at", severity: .fail,
        runbook:
            "an inserted scene moves only what is tied to scenes: tie voice and captions to the same scenes"
    ) { proof in
        guard let found = proof.heard?.shift else { return [] }
        let scene = proof.video.scenes[found.scene]
        let captions = proof.draft.texts.filter(\.isCaption)
        guard let first = captions.first(where: { $0.shown.lowerBound >= scene.startFrame }) ?? captions.last else {
            return []
        }
        let seconds = SpokenCaptions.words(abs(found.steps))
        return [.voiceApart(scene: scene.id, seconds: seconds, isLate: found.steps > 0, at: first.place)]
    }

    static let unspoken = ProofCheck(
        "P12.silent", "A caption is spoken",
        measures:
            "time of each caption during which no voice sounds, if within 10 s a voice sounds as long without a "
            + "caption; voices as in P12.shift",
        unit: "s", threshold: "half of its time", source: "vgraph", changedBy: "audio.tracks[].at", severity: .warn,
        runbook: "tie the voice and the captions to the same scene, or correct the times of the captions"
    ) { proof in
        guard let (spoken, shift) = proof.heard, shift == nil else { return [] }
        let texts = proof.draft.texts.filter(\.isCaption)
        return spoken.unspoken(proof).filter { $0.caption < texts.count }.map { one in
            .captionUnspoken(
                text: texts[one.caption].content.text,
                silent: SpokenCaptions.words(one.silent),
                at: texts[one.caption].place)
        }
    }
}

extension SpokenCaptions {
    /// The captions that no voice speaks, with the steps without a voice.
    func unspoken(_ proof: Proof) -> [(caption: Int, silent: Int)] {
        let reach = 10 * Self.perSecond, count = voice.count
        // The number of steps up to each in which a voice sounds without a caption.
        var before = [0]
        for step in 0..<count { before.append(before[step] + (voice[step] && !captions[step] ? 1 : 0)) }
        return proof.video.captions.enumerated().compactMap { index, caption in
            let steps = Self.steps(caption.cue, proof).clamped(to: 0..<count)
            let silent = steps.count { !voice[$0] }
            let near = before[min(count, steps.upperBound + reach)] - before[max(0, steps.lowerBound - reach)]
            guard silent * 2 > steps.count, near * 2 >= steps.count, near >= Self.perSecond / 2 else { return nil }
            return (index, silent)
        }
    }
}
