// Finds statements that contradict each other. A false alarm is worse than a miss: two statements are compared only if
// they are about the same thing as far as their words show it, at the same time, and nothing else confirms either.
import Diagnostics

struct Contradictions {
    /// In the order of the film's statements.
    private let analysed: [StatementFacts]
    /// Words of the film's title, which distinguish nothing.
    private let ofTitle: Set<String>
    private let language: String

    init(_ statements: [Statement], language: String) {
        self.language = language
        analysed =
            Vocabulary.languages.contains(language)
            ? statements.filter { $0.kind != .mustNot }.map { StatementFacts($0, language: language) } : []
        ofTitle = analysed.filter { $0.statement.kind == .title }.reduce(into: []) { $0.formUnion($1.words) }
    }

    // MARK: Numbers and dates

    private struct Entry {
        var owner: Int
        var fact: Fact
    }

    /// Contradictions between numbers, money, percentages, times and dates.
    func figures() -> [WordingProblem] {
        var byKey: [String: [Entry]] = [:]
        for (index, one) in analysed.enumerated() {
            for fact in one.facts { byKey[fact.key, default: []].append(Entry(owner: index, fact: fact)) }
        }
        var problems: [(at: Int, problem: WordingProblem)] = []
        for entries in byKey.values where Set(entries.map(\.owner)).count > 1 {
            let ordered = entries.sorted { from($0) < from($1) }
            var told: Set<Int> = []
            for (position, entry) in ordered.enumerated() {
                for other in ordered[(position + 1)...] {
                    if from(other) >= to(entry) { break }
                    guard let (late, early) = oriented(entry, other), !told.contains(late.owner),
                        let problem = problem(late, early, among: ordered)
                    else { continue }
                    told.insert(late.owner)
                    problems.append((late.owner, problem))
                }
            }
            // A price of the last card is compared with the whole film.
            for entry in ordered where analysed[entry.owner].statement.kind == .cta && entry.fact.key == "money" {
                for other in ordered where !told.contains(entry.owner) && to(other) <= from(entry) {
                    guard analysed[other.owner].statement.kind != .text,
                        let problem = problem(entry, other, among: ordered)
                    else { continue }
                    told.insert(entry.owner)
                    problems.append((entry.owner, problem))
                }
            }
        }
        return problems.sorted { $0.at < $1.at }.map(\.problem)
    }

    private func from(_ entry: Entry) -> Int { analysed[entry.owner].statement.from }
    private func to(_ entry: Entry) -> Int { analysed[entry.owner].statement.to }

    /// The one to be reported first, then the one that it contradicts; nil if the two are never compared.
    private func oriented(_ a: Entry, _ b: Entry) -> (Entry, Entry)? {
        let first = analysed[a.owner].statement, second = analysed[b.owner].statement
        let order: [Statement.Kind] = [.claim, .mustSay, .caption, .narration, .title, .text, .cta]
        guard a.owner != b.owner, first.kind != second.kind, first.meets(second),
            !(first.kind.isShown && second.kind.isShown),
            let one = order.firstIndex(of: first.kind), let two = order.firstIndex(of: second.kind)
        else { return nil }
        if !first.kind.isPartOfTheFilm || !second.kind.isPartOfTheFilm {
            // Claims count seconds and scenes of the film itself.
            guard a.fact.key == "money" || a.fact.key == "percent" else { return nil }
        }
        return one < two ? (a, b) : (b, a)
    }

    private func problem(_ a: Entry, _ b: Entry, among all: [Entry]) -> WordingProblem? {
        guard !a.fact.agrees(with: b.fact) else { return nil }
        // What a third statement confirms is another fact, not a mistake.
        let others = all.filter { $0.owner != a.owner && $0.owner != b.owner && isNear($0, a, b) }
        guard !others.contains(where: { $0.fact.agrees(with: a.fact) || $0.fact.agrees(with: b.fact) }) else {
            return nil
        }
        // Statements with several such numbers: each may agree with another one.
        func own(_ entry: Entry) -> [Fact] { all.filter { $0.owner == entry.owner }.map(\.fact) }
        guard !own(a).contains(where: { $0.agrees(with: b.fact) }), !own(b).contains(where: { $0.agrees(with: a.fact) })
        else { return nil }
        if own(a).count > 1 || own(b).count > 1 {
            func unmatched(_ entry: Entry) -> Int {
                let rest = all.filter { $0.owner != entry.owner && isNear($0, a, b) }
                return own(entry).count { fact in !rest.contains { $0.fact.agrees(with: fact) } }
            }
            guard unmatched(a) == 1, unmatched(b) == 1 else { return nil }
        }
        let visible = analysed.filter {
            $0.statement.kind.isShown && $0.statement.meets(analysed[a.owner].statement)
        }
        let known = visible.reduce(into: ofTitle) { $0.formUnion($1.words) }
        let shared = a.fact.context.intersection(b.fact.context).count
        let extra = a.fact.context.symmetricDifference(b.fact.context).subtracting(known).count
        guard a.fact.limits.symmetricDifference(b.fact.limits).subtracting(["in", "of", "im", "von"]).isEmpty else {
            return nil
        }
        let one = analysed[a.owner].statement, two = analysed[b.owner].statement
        if extra == 0 || extra <= shared {
            switch a.fact.key {
            case "date", "weekday":
                return .dates(
                    a.fact.written, other: b.fact.written, text: one.text, otherText: two.text,
                    otherKind: two.kind.name,
                    holder: two.place, at: one.place)
            default:
                return .numbers(
                    a.fact.written, other: b.fact.written, text: one.text, otherText: two.text,
                    otherKind: two.kind.name, holder: two.place, at: one.place)
            }
        }
        guard extra <= 2, a.fact.isSlip(of: b.fact) else { return nil }
        return .slip(
            a.fact.written, other: b.fact.written, text: one.text, otherText: two.text, otherKind: two.kind.name,
            holder: two.place, at: one.place)
    }

    /// Whether a statement may confirm one of two others: it is seen or heard with them, or says it of the film.
    private func isNear(_ entry: Entry, _ a: Entry, _ b: Entry) -> Bool {
        let one = analysed[entry.owner].statement
        return entry.fact.key == "money" || one.kind.isAboutTheFilm || one.meets(analysed[a.owner].statement)
            || one.meets(analysed[b.owner].statement)
    }

    // MARK: Dates by themselves

    /// Weekdays that are not those of their dates, and days that no month has.
    func calendar() -> [WordingProblem] {
        analysed.flatMap { one in
            one.dates.compactMap { date -> WordingProblem? in
                let written = date.written
                guard date.exists else { return .noDay(written, at: one.statement.place) }
                guard let weekday = date.weekday, let real = date.trueWeekday, weekday != real else { return nil }
                return .weekday(
                    WrittenDate.weekdayName(weekday, language), written: written,
                    is: WrittenDate.weekdayName(real, language), at: one.statement.place)
            }
        }
    }

    // MARK: Denials

    /// A clause that says what another one at the same time denies, in the same words.
    func denials() -> [WordingProblem] {
        struct Part {
            var owner: Int
            var clause: Clause
        }
        var byContent: [Set<String>: [Part]] = [:]
        for (index, one) in analysed.enumerated() where !one.statement.kind.isAboutTheFilm {
            for clause in one.clauses where clause.content.count > 1 {
                byContent[clause.content, default: []].append(Part(owner: index, clause: clause))
            }
        }
        var problems: [(at: Int, problem: WordingProblem)] = []
        for parts in byContent.values where parts.count > 1 {
            for a in parts where a.clause.isDenied {
                for b in parts where !b.clause.isDenied {
                    let one = analysed[a.owner].statement, two = analysed[b.owner].statement
                    guard one.kind != two.kind, one.meets(two) else { continue }
                    let isLate = !one.kind.isShown
                    let (late, early) = isLate ? (one, two) : (two, one)
                    problems.append(
                        (
                            isLate ? a.owner : b.owner,
                            .denial(
                                text: late.text, otherText: early.text, otherKind: early.kind.name, isDenied: isLate,
                                holder: early.place, at: late.place)
                        ))
                }
            }
        }
        return problems.sorted { $0.at < $1.at }.map(\.problem)
    }

    // MARK: Names

    func names() -> [WordingProblem] {
        NameSpellings(analysed, language: language).problems()
    }
}
