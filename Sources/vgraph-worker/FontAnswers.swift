// Font searches as question and answer in text, for the engine to keep. A result is valid on another machine if the
// same questions lead to fonts with the same bytes.
import Diagnostics
import Files
import Glibc
import Render
import Work

/// `font`, families, weight, italic, size, language, number of relevant fonts, and the project's own fonts by path.
private func question(_ search: FontSearch, _ count: Int, in folders: Folders) -> String {
    let files = search.files.map { folders.name($0) ?? $0 }
    return
        ([
            "font", search.families, String(search.weight), search.italic ? "italic" : "normal", String(search.size),
            search.language, String(count),
        ] + files)
        .joined(separator: "\t")
}

/// `family` or `taken`, the families, and the project's own fonts.
private func question(_ search: FamilySearch, in folders: Folders) -> String {
    let files = search.files.map { folders.name($0) ?? $0 }
    return ([search.isChoice ? "taken" : "family", search.families.joined(separator: "\u{1F}")] + files).joined(
        separator: "\t")
}

private func familySearch(_ question: String, in folders: Folders) -> FamilySearch? {
    let fields = question.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= 2, ["taken", "family"].contains(fields[0]) else { return nil }
    let families = fields[1].split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    return FamilySearch(
        isChoice: fields[0] == "taken", families: families,
        files: fields[2...].map(folders.path))
}

private func search(_ question: String, in folders: Folders) -> (FontSearch, Int)? {
    let fields = question.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= 7, fields[0] == "font", let weight = Int(fields[2]), let size = Int(fields[4]),
        let count = Int(fields[6])
    else { return nil }
    let files = fields[7...].map(folders.path)
    return (
        FontSearch(
            families: fields[1], weight: weight, italic: fields[3] == "italic", size: size, language: fields[5],
            files: files), count
    )
}

private func answer(_ search: FontSearch, _ count: Int) throws -> String {
    try PictureShelf.shared.fonts.found(search, count: count).map { font in
        try PictureShelf.shared.digest(ofFile: font.file).hex + " " + font.traits
    }
    .joined(separator: "; ")
}

/// The answers for a stage's outcome.
func fontAnswers(_ used: FontsUsed, in folders: Folders) throws -> [Answer] {
    do {
        let fonts = try used.searches.map { search, count in
            Answer(question: question(search, count, in: folders), answer: try answer(search, count))
        }
        let families = used.families.map { Answer(question: question($0, in: folders), answer: $1) }
        return (fonts + families).sorted { $0.question < $1.question }
    } catch let error as SystemFailure {
        throw RenderProblem.unreadableMaterial(path: "a font", reason: String(cString: strerror(error.code))).diagnostic
    }
}

extension StageBody {
    /// Repeats searches for the engine; a question that can no longer be answered gets no answer.
    static let answers = StageBody(of: AnswersRequest.request) { job, _ in
        let answers = try job[AnswersRequest.questions].compactMap { text -> Answer? in
            if let search = familySearch(text, in: job.folders) {
                return (try? PictureShelf.shared.fonts.answer(search)).map { Answer(question: text, answer: $0) }
            }
            guard let (search, count) = search(text, in: job.folders) else { return nil }
            return (try? answer(search, count)).map { Answer(question: text, answer: $0) }
        }
        return Outcome([], answers: answers)
    }
}
