// Which rules ask for less than those of another profile: whoever names a profile believes that the film keeps to it.
import Composition
import Diagnostics

/// A rule that allows what another one does not.
struct LoosenedRule: Equatable {
    /// Its name as it is written: "loudness", "reading_speed.en", "D05".
    var name: String
    var allows: String
    var asked: String
}

extension Profile {
    /// The rules of this profile that would replace a stricter one, by name.
    func loosened(from other: Profile) -> [LoosenedRule] {
        func loosens(_ own: Limit, _ base: Limit) -> Bool {
            own.least ?? -.infinity < (base.least ?? -.infinity) - 1e-6
                || own.most ?? .infinity > (base.most ?? .infinity) + 1e-6
        }
        var found: [LoosenedRule] = []
        for (rule, own) in limits {
            guard let base = other.limits[rule], loosens(own, base) else { continue }
            found.append(LoosenedRule(name: rule.rawValue, allows: own.words(rule), asked: base.words(rule)))
        }
        for (language, own) in readingSpeed {
            guard let base = other.readingSpeed[language] ?? other.readingSpeed["other"], loosens(own, base) else {
                continue
            }
            found.append(
                LoosenedRule(
                    name: "reading_speed." + language, allows: own.words(.captionLines),
                    asked: base.words(.captionLines)))
        }
        for (pick, own) in picks {
            guard let base = other.picks[pick], !own.values.allSatisfy(base.values.contains) else { continue }
            found.append(
                LoosenedRule(
                    name: pick.rawValue, allows: own.values.joined(separator: ", "),
                    asked: base.values.joined(separator: ", ")))
        }
        if let assets, let base = other.assets, !base.values.allSatisfy(assets.values.contains) {
            found.append(
                LoosenedRule(
                    name: "assets", allows: assets.values.joined(separator: ", "),
                    asked: base.values.joined(separator: ", ")))
        }
        let uncovered = other.zones.filter { base in
            !zones.contains { own in
                own.aspect == base.aspect && own.left >= base.left && own.top >= base.top && own.right >= base.right
                    && own.bottom >= base.bottom
            }
        }
        if !zones.isEmpty, let base = uncovered.first {
            found.append(
                LoosenedRule(
                    name: "zones", allows: "smaller ones",
                    asked: "those of \(base.aspect.width):\(base.aspect.height)"))
        }
        for (check, own) in severities {
            guard let base = other.severities[check], base.rank > own.rank else { continue }
            found.append(LoosenedRule(name: check, allows: own.rawValue, asked: base.rawValue))
        }
        return found.sorted { $0.name < $1.name }
    }

    /// The rules that no film can keep together with those of another profile, which takes precedence.
    func excluded(by other: Profile) -> [(rule: String, asks: String, other: String)] {
        let numbers = limits.compactMap { rule, own -> (String, String, String)? in
            guard let base = other.limits[rule],
                max(own.least ?? -.infinity, base.least ?? -.infinity)
                    > min(own.most ?? .infinity, base.most ?? .infinity)
            else { return nil }
            return (rule.rawValue, own.words(rule), base.words(rule))
        }
        let choices = picks.compactMap { pick, own -> (String, String, String)? in
            guard let base = other.picks[pick], !own.values.contains(where: base.values.contains) else { return nil }
            return (pick.rawValue, own.values.joined(separator: ", "), base.values.joined(separator: ", "))
        }
        return (numbers + choices).sorted { $0.0 < $1.0 }
    }
}

extension Profile.Severity {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self)! }
}

/// Where each rule of a profile or of a spec is written.
struct RulePlaces {
    private var places: [String: Place] = [:]
    private let whole: Place

    init(_ rules: RulesSpec, _ checks: SeveritiesSpec, else whole: Place) {
        self.whole = whole
        for (rule, limit) in rules.limits { places[rule.rawValue] = limit.place }
        for (pick, choice) in rules.picks { places[pick.rawValue] = choice.place }
        for entry in rules.readingSpeed { places["reading_speed." + entry.name] = entry.place }
        places["zones"] = rules.zones.first?.place
        places["assets"] = rules.assets?.place
        for entry in checks.all { places[entry.name] = entry.place }
    }

    /// - asked: "the profile 'youtube' asks for".
    func problem(_ rule: LoosenedRule, asked: String) -> ProfileProblem {
        .loosened(
            rule: rule.name, allows: rule.allows, asked: "\(asked) \(rule.asked)", at: places[rule.name] ?? whole)
    }
}
