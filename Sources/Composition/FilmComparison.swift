// Several films side by side: what they are asked to be, what they show and say, which stretches of them are the same
// pictures, and how they were judged. Pure; it must not know where the values come from.
import Diagnostics

public struct FilmComparison: Codable, Sendable, Hashable {
    /// What is known of one film, from the results of its stages.
    public struct Candidate: Sendable {
        public var target: String
        /// Values that the film is made with, by name: its format, its language, props of its row.
        public var settings: [(name: String, value: String)]
        public var plan: Plan
        /// For each span of the plan, what its pictures are known by: equal texts, equal pictures.
        public var pictures: [String]
        /// What the sound is known by; nil: not known.
        public var sound: String?
        /// nil: the gate has not judged.
        public var gate: GateDecision?
        /// What was measured for each check.
        public var report: CheckReport
        /// "approved by anna"; nil: no person decided about these bytes.
        public var decided: String?

        public init(
            target: String, settings: [(name: String, value: String)], plan: Plan, pictures: [String],
            sound: String? = nil, gate: GateDecision? = nil, report: CheckReport, decided: String? = nil
        ) {
            self.target = target
            self.settings = settings
            self.plan = plan
            self.pictures = pictures
            self.sound = sound
            self.gate = gate
            self.report = report
            self.decided = decided
        }
    }

    public struct Film: Codable, Sendable, Hashable {
        public var target: String
        /// SHA-256 of the file that was checked.
        public var sha256: String
        public var seconds: Double
        /// In order, without gaps, from the start to the end.
        public var stretches: [Stretch]
        /// Which films have the same sound, by index; this one is among them. nil: not known.
        public var sound: [Int]?
        /// Seconds whose pictures each of the other films has too, by index; this film's own duration at its own place.
        public var shared: [Double]
    }

    /// Neighbouring segments that the same films share.
    public struct Stretch: Codable, Sendable, Hashable {
        /// Seconds.
        public var from: Double
        public var to: Double
        public var scenes: [String]
        /// The films that have these pictures, by index; this one is among them.
        public var films: [Int]
    }

    /// A value that is not the same in all films.
    public struct Row: Codable, Sendable, Hashable {
        public var name: String
        /// For each film; nil: it has none.
        public var values: [String?]
    }

    public var films: [Film]
    public var settings: [Row]
    /// By scene and place: "hook 1", "caption 3".
    public var texts: [Row]
    /// Verdicts by the check's id, and what was measured.
    public var checks: [Row]
    /// Where claims stand, by their ids.
    public var claims: [Row]
    /// The gate's decision, the number of its reasons, and what persons decided.
    public var decisions: [Row]

    /// Whether all films have the same pictures at the same times and the same sound.
    public var isSame: Bool {
        films.allSatisfy { film in
            film.stretches.allSatisfy { $0.films.count == films.count } && film.seconds == films[0].seconds
                && film.sound?.count == films.count
        }
    }

    public init(_ candidates: [Candidate]) {
        var holders: [String: Set<Int>] = [:]
        for (index, candidate) in candidates.enumerated() {
            for picture in candidate.pictures { holders[picture, default: []].insert(index) }
        }
        films = candidates.enumerated().map { index, candidate in
            let plan = candidate.plan
            var film = Film(
                target: candidate.target, sha256: candidate.report.sha256,
                seconds: plan.rate.seconds(ofFrame: plan.frames), stretches: [],
                sound: candidate.sound.map { sound in candidates.indices.filter { candidates[$0].sound == sound } },
                shared: candidates.map { _ in 0 })
            for (span, picture) in zip(plan.spans, candidate.pictures) {
                let having = (holders[picture] ?? [index]).sorted(),
                    from = plan.rate.seconds(ofFrame: span.startFrame),
                    to = plan.rate.seconds(ofFrame: span.startFrame + span.frames)
                for other in having { film.shared[other] += to - from }
                if let last = film.stretches.indices.last, film.stretches[last].films == having {
                    film.stretches[last].to = to
                    film.stretches[last].scenes += span.scenes.filter { !film.stretches[last].scenes.contains($0) }
                } else {
                    film.stretches.append(Stretch(from: from, to: to, scenes: span.scenes, films: having))
                }
            }
            return film
        }
        settings = Self.rows(
            candidates.map { candidate in
                let size = candidate.plan.size, rate = candidate.plan.rate
                return [
                    ("size", "\(size.width)x\(size.height)"), ("frame rate", decimals(rate.perSecond, 3)),
                    ("duration", "\(decimals(rate.seconds(ofFrame: candidate.plan.frames), 2)) s"),
                    ("language", candidate.plan.language), ("title", candidate.plan.title),
                ] + candidate.settings
            })
        texts = Self.rows(candidates.map { Self.texts(of: $0.plan) })
        checks = Self.rows(
            candidates.map { candidate in
                candidate.report.results.map { result in
                    (
                        "\(result.id) \(result.title)",
                        result.verdict.words + (result.verdict.isFinding ? ": \(result.measured)" : "")
                    )
                }
            })
        claims = Self.rows(candidates.map { ($0.gate?.claims ?? []).map { ($0.id, $0.status.rawValue) } })
        // Also where they agree: it is what people ask first.
        decisions = [
            Row(name: "gate", values: candidates.map { $0.gate?.decision.rawValue }),
            Row(name: "reasons", values: candidates.map { $0.gate.map { "\($0.reasons.count)" } }),
            Row(name: "decided", values: candidates.map(\.decided)),
        ]
    }

    /// Where a film is not like another: both must show the same pictures in the same order, without the spans that show
    /// one of some scenes, which may differ.
    /// - Returns: the seconds that are the same, and what is not: "0.00–1.20 s (hook)", "the order of the scenes".
    public static func difference(_ film: Candidate, from other: Candidate, except scenes: Set<String>)
        -> (shared: Double, differs: [String])
    {
        func compared(_ candidate: Candidate) -> [(span: Plan.Span, picture: String)] {
            zip(candidate.plan.spans, candidate.pictures).filter { scenes.isDisjoint(with: $0.0.scenes) }
                .map { ($0.0, $0.1) }
        }
        let ours = compared(film), theirs = compared(other), rate = film.plan.rate
        func words(_ span: Plan.Span, in plan: Plan) -> String {
            let from = plan.rate.seconds(ofFrame: span.startFrame),
                to = plan.rate.seconds(ofFrame: span.startFrame + span.frames)
            return "\(decimals(from, 2))–\(decimals(to, 2)) s (\(span.scenes.joined(separator: ", ")))"
        }
        let known = Set(theirs.map(\.picture)), own = Set(ours.map(\.picture))
        var differs = ours.filter { !known.contains($0.picture) }.map { words($0.span, in: film.plan) }
        differs += theirs.filter { !own.contains($0.picture) }.map {
            "what that film shows at " + words($0.span, in: other.plan)
        }
        if differs.isEmpty, ours.map(\.picture) != theirs.map(\.picture) { differs = ["the order of the scenes"] }
        let shared = ours.filter { known.contains($0.picture) }.reduce(0) { $0 + $1.span.frames }
        return (rate.seconds(ofFrame: shared), differs)
    }

    /// Rows in the order in which names first occur, without those in which all films agree.
    private static func rows(_ columns: [[(String, String)]]) -> [Row] {
        var order: [String] = [], values: [String: [String?]] = [:]
        for (index, column) in columns.enumerated() {
            for (name, value) in column {
                if values[name] == nil {
                    order.append(name)
                    values[name] = columns.map { _ in nil }
                }
                if values[name]![index] == nil { values[name]![index] = value }
            }
        }
        return order.map { Row(name: $0, values: values[$0]!) }.filter { Set($0.values).count > 1 }
    }

    private static func texts(of plan: Plan) -> [(String, String)] {
        plan.scenes.flatMap { scene in
            scene.texts.enumerated().map { ("\(scene.id) \($0 + 1)", $1) }
        } + plan.cues.enumerated().map { ("caption \($0 + 1)", $1.text) }
    }

}
