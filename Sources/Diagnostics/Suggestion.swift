// The word that the user probably meant.

/// The candidate nearest to `word`, if it is near enough to be a typing error: at most a third of the letters (at least
/// one) differ, counting a swap of neighbours as one (Damerau's distance, adjacent swaps only).
public func didYouMean(_ word: String, among candidates: [String]) -> String? {
    let letters = Array(word.lowercased().prefix(64))
    guard !letters.isEmpty else { return nil }
    // Swift compares these as equal, file systems do not: é as one character, or as e and an accent.
    if let twin = candidates.first(where: { $0 == word && !$0.utf8.elementsEqual(word.utf8) }) { return twin }
    var best: (word: String, distance: Int)?
    for candidate in candidates where candidate != word {
        let distance = editDistance(letters, Array(candidate.lowercased().prefix(64)))
        guard distance <= max(1, max(letters.count, candidate.count) / 3) else { continue }
        if best == nil || distance < best!.distance { best = (candidate, distance) }
    }
    return best?.word
}

/// "did you mean 'hero'? assets declared here: hero, logo, voice"
public func suggestion(_ word: String, among candidates: [String], label: String) -> String? {
    let meant = didYouMean(word, among: candidates).map { "did you mean '\($0)'? " } ?? ""
    guard !candidates.isEmpty else { return nil }
    let shown = candidates.prefix(24).joined(separator: ", ")
    return meant + label + ": " + shown + (candidates.count > 24 ? ", …" : "")
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var before = [Int](), last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
            row.append(cost)
        }
        before = last
        last = row
    }
    return last[b.count]
}
