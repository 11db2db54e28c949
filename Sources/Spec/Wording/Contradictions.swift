// Finds statements that contradict each other. A false alarm is worse than a miss: two statements are compared only if
// they are about the same thing as far as their words show it, at the same time, and nothing else confirms either.
import Diagnostics

struct Contradictions {
    /// In the order of the film's statements.
    private let analysed: [StatementFacts]
    /// Words of the film's title, which distinguish nothing.
    private let ofTitle: Set<String>
    private let language: String
    /// Indices of the statements that are drawn.
    private let shown: [Int]

    init(_ statements: [Statement], language: String) {
        self.language = language
        let isKnown = Vocabulary.languages.contains(language)
        let all = (isKnown ? statements : []).filter { $0.kind != .mustNot }.map {
            StatementFacts($0, language: language)
        }
        analysed = all
        shown = all.indices.filter { all[$0].statement.kind.isShown }
        ofTitle = all.filter { $0.statement.kind == .title }.reduce(into: []) { $0.formUnion($1.words) }
    }

    // MARK: Numbers and dates

    private struct Entry {
        var owner: Int
        var fact: Fact
    }

    /// All facts that may be compared with each other, in the order of time.
    private struct Group {
        let entries: [Entry]
        private let byOwner: [Int: [Fact]]

        init(_ entries: [Entry]) {
            self.entries = entries
            byOwner = Dictionary(grouping: entries, by: \.owner).mapValues { $0.map(\.fact) }
        }

        func facts(of owner: Int) -> [Fact] { byOwner[owner] ?? [] }
    }

    /// The most facts of one unit that are compared.
    private static let most = 4000

    /// Contradictions between numbers, money, percentages, times and dates.
    func figures() -> [WordingProblem] {
        var byKey: [String: [Entry]] = [:]
        for (index, one) in analysed.enumerated() {
            for fact in one.facts { byKey[fact.key, default: []].append(Entry(owner: index, fact: fact)) }
        }
        var problems: [(at: Int, problem: WordingProblem)] = []
        for entries in byKey.values where Set(entries.map(\.owner)).count > 1 {
            let group = Group(Array(entries.sorted { from($0) < from($1) }.prefix(Self.most)))
            var told: Set<Int> = []
            func tell(_ late: Entry, _ early: Entry) {
                guard !told.contains(late.owner), let problem = problem(late, early, in: group) else { return }
                told.insert(late.owner)
                problems.append((late.owner, problem))
            }
            for (position, entry) in group.entries.enumerated() {
                for other in group.entries[(position + 1)...] {
                    if from(other) >= to(entry) { break }
                    if let (late, early) = oriented(entry, other) { tell(late, early) }
                }
            }
            // A price of the last card is compared with the whole film.
            for entry in group.entries where analysed[entry.owner].statement.kind == .cta && entry.fact.key == "money" {
                for other in group.entries
                where to(other) <= from(entry) && analysed[other.owner].statement.kind.side == .spoken {
                    tell(entry, other)
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

    private func problem(_ a: Entry, _ b: Entry, in group: Group) -> WordingProblem? {
        // The cheap questions first: most pairs end here.
        guard !a.fact.agrees(with: b.fact),
            a.fact.limits.symmetricDifference(b.fact.limits).subtracting(["in", "of", "im", "von"]).isEmpty
        else { return nil }
        let one = analysed[a.owner].statement, two = analysed[b.owner].statement
        let shared = a.fact.context.intersection(b.fact.context).count
        var others = a.fact.context.symmetricDifference(b.fact.context)
        // Words of the title, and of other texts on the picture, are known to belong to both. A title is about the
        // whole film, so there nothing is known.
        if others.count > shared, !others.isEmpty, !one.kind.isAboutTheFilm, !two.kind.isAboutTheFilm {
            others.subtract(ofTitle)
            for index in shown where index != a.owner && index != b.owner && analysed[index].statement.meets(one) {
                others.subtract(analysed[index].words)
            }
        }
        let extra = others.count
        guard !others.contains(where: { $0.hasPrefix("#") }), extra <= max(shared, 2), !isConfirmed(a, by: two, group),
            !isConfirmed(b, by: one, group)
        else { return nil }
        // Of several numbers in a statement each may belong to another one.
        let first = group.facts(of: a.owner), second = group.facts(of: b.owner)
        guard !first.contains(where: { $0.agrees(with: b.fact) }), !second.contains(where: { $0.agrees(with: a.fact) })
        else { return nil }
        if first.count > 1 || second.count > 1 {
            let openFirst = first.count { !isConfirmed(Entry(owner: a.owner, fact: $0), by: two, group) }
            let openSecond = second.count { !isConfirmed(Entry(owner: b.owner, fact: $0), by: one, group) }
            guard openFirst == 1, openSecond == 1 else { return nil }
        }
        if extra <= shared || extra == 0 {
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
        guard let digits = a.fact.digitsOfSlip(from: b.fact), extra <= (digits > 2 ? 2 : 1) else { return nil }
        return .slip(
            a.fact.written, other: b.fact.written, text: one.text, otherText: two.text, otherKind: two.kind.name,
            holder: two.place, at: one.place)
    }

    /// Whether a third statement on the other's side says the same: then it is another fact, and no mistake. What is
    /// heard or read below the picture is one side, what is drawn the other.
    private func isConfirmed(_ entry: Entry, by other: Statement, _ group: Group) -> Bool {
        let own = analysed[entry.owner].statement
        return group.entries.contains { third in
            let statement = analysed[third.owner].statement
            guard third.owner != entry.owner, third.fact.agrees(with: entry.fact) else { return false }
            return own.kind.side == other.kind.side
                ? statement.kind == other.kind : statement.kind.side == other.kind.side
        }
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
            for clause in one.clauses where clause.content.count > 1 && clause.words > 2 {
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
