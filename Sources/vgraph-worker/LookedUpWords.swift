// Looks the words of drafts up in the machine's dictionaries, which the node then depends on.
import Digests
import Files
import Glibc
import Spec
import Spelling
import Work

extension ProofAnswers.Words {
    /// The words of one language.
    /// - Parameters:
    ///   - draft: any of those that are in it; all sizes of a film have the same words.
    ///   - known: answers of before, which count if the dictionaries are the same.
    ///   - discovered: gets the dictionaries' files, also those that are not there.
    init(of draft: Draft, known: [Self], discovered: inout [Discovered]) throws {
        let language = draft.video.language, words = draft.spelledWords
        self.init(language: language, dictionaries: [], isChecked: false)
        guard !words.isEmpty else { return }
        let machine = DictionaryShelf.shared.dictionaries(of: language)
        dictionaries = try machine.files.map { file in
            File(path: file, digest: access(file, R_OK) == 0 ? try PictureShelf.shared.digest(ofFile: file) : nil)
        }
        for file in dictionaries where !discovered.contains(where: { $0.path == file.path }) {
            discovered.append(Discovered(path: file.path, digest: file.digest))
        }
        let before = known.first { $0.language == language && $0.dictionaries == dictionaries }
        isChecked = before?.isChecked ?? !machine.isEmpty
        guard isChecked else { return }
        let knownRight = Set(before?.right ?? []), knownWrong = Set(before?.wrong ?? [])
        for word in words {
            let isRight =
                knownRight.contains(word)
                || !knownWrong.contains(word) && (machine.has(word) || machine.has(word.lowercased()))
            if isRight { right.append(word) } else { wrong.append(word) }
        }
        for word in draft.suspects(among: wrong) {
            meant[word] = before?.meant[word] ?? machine.suggestions(for: word)
        }
    }
}

/// The worker's open dictionaries; one job at a time, on one thread.
final class DictionaryShelf: @unchecked Sendable {
    static let shared = DictionaryShelf()
    private var open: [String: Dictionaries] = [:]
    private var kept = KeptFiles()

    func dictionaries(of language: String) -> Dictionaries {
        if let known = open[language] { return known }
        let found = Dictionaries(language: language)
        for file in found.files { kept.note(file) }
        open[language] = found
        return found
    }

    var hasChanged: Bool { kept.haveChanged }
}
