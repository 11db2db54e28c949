// Checks a resolved spec by the rules and measures its texts as they will be drawn. Shared by the node `proofread` and
// `vgraph check --spec`. Must not see the spec itself.
import Composition
import Diagnostics
import Digests
import Media
import Render
import Spec
import Work

struct Proofreading {
    var findings: [Diagnostic]
    /// Font files of the workspace that the texts depend on.
    var discovered: [Discovered]
    /// The searches that selected the fonts.
    var answers: [Answer]
    /// For the next time.
    var known: ProofAnswers

    /// - Parameters:
    ///   - profile: the rules for the drafts.
    ///   - before: answers that are taken where the question is the same.
    init(
        of drafts: [Draft], _ facts: Facts, by profile: Profile, in folders: Folders,
        recalling before: ProofAnswers = ProofAnswers()
    ) throws {
        let used = FontsUsed()
        var looked: [Discovered] = []
        var known = ProofAnswers()
        for draft in drafts where !known.words.contains(where: { $0.language == draft.video.language }) {
            known.words.append(try ProofAnswers.Words(of: draft, known: before.words, discovered: &looked))
        }
        let spelling = Dictionary(uniqueKeysWithValues: known.words.map { ($0.language, $0.answers) })
        let proofs = try drafts.map { draft in
            let sources = MaterialFiles(folders: folders, files: draft.video.materials.files).sources.noting(used)
            let measured = try draft.texts.map { text in
                do { return try sources.survey(text.layer, text.content) } catch var problem as Diagnostic {
                    problem.place = text.place
                    throw problem
                }
            }
            // Formats of a spec usually have the same sound.
            let heard = try speech(of: draft, in: folders, known: known.speech + before.speech)
            if let heard, !known.speech.contains(heard) { known.speech.append(heard) }
            return Proof(
                draft: draft, facts: facts, measured: measured, profile: profile.of(format: draft.format),
                fonts: try sources.answers(to: draft.fontQuestions(facts)), speech: heard?.steps,
                spelling: spelling[draft.video.language] ?? SpellingAnswers())
        }
        var warnings: [Diagnostic] = []
        for warning in drafts.flatMap(\.warnings) where !warnings.contains(warning) { warnings.append(warning) }
        findings = warnings + Proof.read(proofs)
        discovered =
            try discoveredFonts(used.files.texts, in: folders).filter { font in
                !facts.assets.values.contains { $0.path.isSameBytes(font.path) }
            } + looked
        answers = try fontAnswers(used, in: folders)
        self.known = known
    }
}

/// When its voices sound; nil without voices or captions, or if a file cannot be read, which other findings report.
private func speech(
    of draft: Draft, in folders: Folders, known: [ProofAnswers.Speech]
) throws -> ProofAnswers.Speech? {
    let mix = draft.video.mix, voices = draft.video.mix.voices
    guard !voices.isEmpty, !draft.video.captions.isEmpty else { return nil }
    let name = Digest.of(Array(try JSONForm.line.bytes(of: mix)))
    if let found = known.first(where: { $0.mix == name }) { return found }
    let materials = MaterialFiles(folders: folders, files: draft.video.materials.files)
    var files: [AssetDigest: SoundFile] = [:]
    for asset in Set(voices.map { mix.pieces[$0].asset }) {
        guard let path = try? materials.path(asset), let name = try? materials.name(asset) else { return nil }
        files[asset] = SoundFile(path: path, name: name)
    }
    return (try? VoiceActivity(of: mix, pieces: voices, files: files)).map {
        ProofAnswers.Speech(mix: name, steps: $0.steps)
    }
}

extension LayerSources {
    /// Which of a spec's fonts are available.
    func answers(to questions: [FontQuestion]) throws -> FontAnswers {
        var answers = FontAnswers()
        for question in questions {
            answers.found[question.name] = Set(
                try question.families.filter { try hasFamily($0, files: question.files) })
            answers.taken[question.name] = try takenFamily(
                for: question.families + ["sans-serif"], files: question.files)
        }
        return answers
    }
}
