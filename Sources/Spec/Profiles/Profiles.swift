// Merges profiles into one set of rules: files of the workspace, built-in profiles, and the rules of a spec.
import Composition
import Diagnostics
import YAML

public enum Profiles {
    /// The path of a workspace's own profile, which takes precedence over a built-in one.
    public static func path(of name: String) -> String { "pipelines/profiles/\(name).yaml" }

    /// The profile that always applies.
    public static let standard = "default"

    /// The names of the built-in profiles.
    public static var names: [String] { builtIn.map(\.name) }

    /// The text of a built-in profile.
    public static func builtIn(_ name: String) -> String? { builtIn.first { $0.name == name }?.text }

    /// A name of a profile, as given by the user.
    public struct Name: Sendable {
        public var text: String
        /// nil for the command line.
        public var place: Place?
        public init(_ text: String, at place: Place? = nil) {
            self.text = text
            self.place = place
        }
    }

    /// The merged rules of these profiles: of two named profiles the stricter rule counts, and named profiles take
    /// precedence over the default.
    /// - Parameters:
    ///   - checks: the ids of the table of checks.
    ///   - tell: called with a warning for each rule of which less is asked than a named profile does.
    ///   - file: returns the bytes of a file of the workspace by its relative path; nil if it does not exist.
    /// - Throws: all faults of all profiles.
    public static func read(
        _ names: [Name], checks: [String], tell: (Diagnostic) -> Void = { _ in }, file: (String) throws -> [UInt8]?
    ) throws(Diagnostics) -> Profile {
        let (named, base) = try layers(names, checks: checks, tell: tell, file: file)
        var whole = named?.over(base) ?? base
        whole.names = named?.names ?? []
        return whole
    }

    /// What the named profiles ask for together, nil if there are none, and what holds for every video.
    fileprivate static func layers(
        _ names: [Name], checks: [String], tell: (Diagnostic) -> Void, file: (String) throws -> [UInt8]?
    ) throws(Diagnostics) -> (named: Profile?, base: Profile) {
        var problems: [Diagnostic] = []
        func one(_ name: Name) -> Profile? {
            do { return try single(name, checks: checks, tell: tell, file: file) } catch let error as Diagnostics {
                problems += error.all
            } catch let error as Diagnostic { problems.append(error) } catch {
                problems.append(ProfileProblem.unreadable(path: path(of: name.text), reason: "\(error)").diagnostic)
            }
            return nil
        }
        let base = one(Name(standard)) ?? Profile()
        var named: Profile?
        var seen: Set<String> = [standard]
        var taken: [String] = []
        for name in names where seen.insert(name.text).inserted {
            guard let profile = one(name) else { continue }
            taken.append(name.text)
            if let before = named, let place = name.place {
                for (rule, here, there) in profile.excluded(by: before) {
                    tell(
                        ProfileProblem.disagree(
                            rule: rule, profile: name.text, asks: here,
                            others: taken.dropLast().joined(separator: ", "),
                            ask: there, at: place
                        ).diagnostic)
                }
            }
            named = named?.together(with: profile) ?? profile
        }
        guard problems.isEmpty else { throw Diagnostics(problems.inFileOrder()) }
        named?.names = taken
        return (named, base)
    }

    private static func single(
        _ name: Name, checks: [String], tell: (Diagnostic) -> Void, file: (String) throws -> [UInt8]?
    ) throws -> Profile {
        guard isName(name.text) else {
            throw ProfileProblem.unknown(name.text, known: names, at: name.place).diagnostic
        }
        let path = path(of: name.text)
        let own = try file(path).map { try parse($0, file: path, called: name.text, checks: checks) }
        let base = try builtIn(name.text).map {
            try parse(Array($0.utf8), file: path + " (built in)", called: name.text, checks: checks).profile
        }
        guard let own else {
            guard let base else { throw ProfileProblem.unknown(name.text, known: names, at: name.place).diagnostic }
            return base
        }
        // A file with a built-in profile's name changes only the rules that it names.
        guard let base else { return own.profile }
        // The defaults are the house's own to change; what a platform takes is not.
        if name.text != standard {
            own.profile.loosened(from: base).forEach {
                tell(own.places.problem($0, asked: "the built-in profile '\(name.text)' asks for").diagnostic)
            }
        }
        return own.profile.over(base)
    }

    static func parse(_ bytes: [UInt8], file: String, called name: String, checks: [String]) throws(Diagnostics)
        -> (profile: Profile, places: RulePlaces)
    {
        let root = try YAML.parse(bytes: bytes, file: file)
        let reader = Reader()
        guard let written = ProfileFile.kind.read(root, reader) else { throw Diagnostics(reader.problems) }
        if !written.name.value.isEmpty, written.name.value != name {
            reader.report(ProfileProblem.otherName(written.name.value, file: name, at: written.name.place).diagnostic)
        }
        let known = written.sources.map(\.name)
        var profile = written.rules.profile { rule, source, place in
            guard let source else {
                reader.report(ProfileProblem.noSource(rule: rule, at: place).diagnostic)
                return nil
            }
            guard let entry = written.sources.first(where: { $0.name == source.value }) else {
                reader.report(ProfileProblem.unknownSource(source.value, known: known, at: source.place).diagnostic)
                return nil
            }
            return "\(entry.value.title), read \(entry.value.read)"
        }
        profile.names = [name]
        profile.severities = written.checks.severities(known: checks, reader)
        guard reader.errors.isEmpty else { throw Diagnostics(reader.problems.inFileOrder()) }
        return (profile, RulePlaces(written.rules, written.checks, else: written.name.place))
    }
}

extension ValidSpec {
    /// The profiles that the spec names.
    public var profiles: [Profiles.Name] { document.acceptance.profiles.map { Profiles.Name($0.value, at: $0.place) } }

    /// The rules of those profiles, overridden by the spec's own, with those of the formats that name others.
    /// - tell: as for `Profiles.read`.
    public func profile(
        and others: [Profiles.Name] = [], checks: [String], tell: (Diagnostic) -> Void = { _ in },
        file: (String) throws -> [UInt8]?
    ) throws(Diagnostics) -> Profile {
        var whole = try profile(profiles + others, checks: checks, tell: tell, file: file)
        for format in document.formats {
            guard let names = format.value.profiles else { continue }
            whole.formats[format.name] = try profile(
                names.map { Profiles.Name($0.value, at: $0.place) } + others, checks: checks, tell: tell, file: file)
        }
        return whole
    }

    private func profile(
        _ names: [Profiles.Name], checks: [String], tell: (Diagnostic) -> Void, file: (String) throws -> [UInt8]?
    ) throws(Diagnostics) -> Profile {
        let (named, base) = try Profiles.layers(names, checks: checks, tell: tell, file: file)
        let reader = Reader()
        var own = document.acceptance.rules.profile { rule, source, _ in
            if let source { reader.report(.fieldNotHere("source", of: "a spec's own rule", at: source.place)) }
            return ProofProblem.ownRule
        }
        own.severities = document.acceptance.checks.severities(known: checks, reader)
        guard reader.errors.isEmpty else { throw Diagnostics(reader.problems.inFileOrder()) }
        if let named {
            let places = RulePlaces(
                document.acceptance.rules, document.acceptance.checks, else: place(along: ["acceptance"]))
            let asked =
                "\(named.names.count == 1 ? "the profile" : "one of the profiles") "
                + named.names.map { "'\($0)'" }.joined(separator: ", ") + " asks for"
            own.loosened(from: named).forEach { tell(places.problem($0, asked: asked).diagnostic) }
        }
        var whole = own.over(named?.over(base) ?? base)
        whole.names = named?.names ?? []
        return whole
    }
}

extension Profile {
    /// These rules, completed by those of another profile; zones only if these have none.
    func over(_ base: Profile) -> Profile {
        Profile(
            names: names, limits: limits.merging(base.limits) { own, _ in own },
            picks: picks.merging(base.picks) { own, _ in own },
            readingSpeed: readingSpeed.merging(base.readingSpeed) { own, _ in own },
            zones: zones.isEmpty ? base.zones : zones,
            assets: assets ?? base.assets, generatedLabel: generatedLabel ?? base.generatedLabel,
            severities: severities.merging(base.severities) { own, _ in own })
    }

    /// The zones by the name of a format, "" for the spec's own size; nil if there are none.
    public var zonesByFormat: [String: [Zone]]? {
        var all = formats.mapValues(\.zones)
        all[""] = zones
        return all.values.allSatisfy(\.isEmpty) ? nil : all
    }

    /// The rules that satisfy both profiles.
    func together(with other: Profile) -> Profile {
        func both(_ a: Limit, _ b: Limit) -> Limit {
            let least = max(a.least ?? -.infinity, b.least ?? -.infinity),
                most = min(a.most ?? .infinity, b.most ?? .infinity)
            // Two targets that exclude each other: the one that was named first is kept, since no file could meet both.
            guard least <= most else { return a }
            let isOfA = (a.least ?? -.infinity) == least && (a.most ?? .infinity) == most
            let isOfB = (b.least ?? -.infinity) == least && (b.most ?? .infinity) == most
            return Limit(
                least: least.isFinite ? least : nil, most: most.isFinite ? most : nil,
                source: isOfA ? a.source : isOfB ? b.source : a.source + "; " + b.source)
        }
        func both(_ a: Choice, _ b: Choice) -> Choice {
            let common = a.values.filter(b.values.contains)
            return common.isEmpty || common == a.values ? a : Choice(values: common, source: a.source + "; " + b.source)
        }
        func worst(_ a: Severity, _ b: Severity) -> Severity {
            Severity.allCases.firstIndex(of: a)! >= Severity.allCases.firstIndex(of: b)! ? a : b
        }
        return Profile(
            names: names + other.names, limits: limits.merging(other.limits, uniquingKeysWith: both),
            picks: picks.merging(other.picks, uniquingKeysWith: both),
            readingSpeed: readingSpeed.merging(other.readingSpeed, uniquingKeysWith: both), zones: zones + other.zones,
            assets: assets ?? other.assets, generatedLabel: generatedLabel ?? other.generatedLabel,
            severities: severities.merging(other.severities, uniquingKeysWith: worst))
    }
}
