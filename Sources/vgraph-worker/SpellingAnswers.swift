// Looks the words of drafts up in the machine's dictionaries, which the node then depends on.
import Digests
import Files
import Glibc
import Spec
import Spelling
import Work

extension SpellingAnswers {
    /// - Parameter discovered: gets the dictionaries' files, also those that are not there.
    init(to words: [String], language: String, discovered: inout [Discovered]) throws {
        self.init()
        guard !words.isEmpty else { return }
        let dictionaries = DictionaryShelf.shared.dictionaries(of: language)
        for file in dictionaries.files where !discovered.contains(where: { $0.path == file }) {
            let isThere = access(file, R_OK) == 0
            discovered.append(
                Discovered(path: file, digest: isThere ? try PictureShelf.shared.digest(ofFile: file) : nil))
        }
        isChecked = !dictionaries.isEmpty
        guard isChecked else { return }
        for word in words where !dictionaries.has(word) && !dictionaries.has(word.lowercased()) {
            unknown[word] = dictionaries.suggestions(for: word)
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
