// A delivered file held to a profile's rules: one good file, and rules on either side of what it is.
import Composition
import Diagnostics
import Media
import TestSupport
import Testing

@Suite struct ProfileCheckTests {
    /// One good file, decoded once; its folder may go then.
    private static let inspected = Result {
        let folder = TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try MediaReader(path: Delivered.make("profile.mp4", in: folder), name: "profile.mp4").inspect()
        }
    }

    private func result(
        _ id: String, _ limits: [Profile.Rule: (Double?, Double?)] = [:], picks: [Profile.Pick: [String]] = [:],
        severities: [String: Profile.Severity] = [:], plan: Plan? = Delivered.plan()
    ) throws -> CheckResult {
        let profile = Profile(
            names: ["test"], limits: limits.mapValues { Profile.Limit(least: $0.0, most: $0.1, source: "a rule") },
            picks: picks.mapValues { Profile.Choice(values: $0, source: "a rule") }, severities: severities)
        return try Self.inspected.get().report(plan: plan, profile: profile)[id]
    }

    @Test func numbersWithinLimits() throws {
        // 320x180, 30 fps, 4 s.
        for (id, rule, inside, outside) in [
            ("D02", Profile.Rule.side, (180.0, 320.0), (181.0, 4000.0)), ("D02", .side, (100, 320), (100, 319)),
            ("D02", .width, (nil, 320), (nil, 319)),
            ("D02", .aspect, (16.0 / 9, 16.0 / 9), (nil, 1)), ("D02", .bitRate, (nil, 5e7), (nil, 1000)),
            ("D02", .channels, (1, 2), (6, 6)),
            ("D02", .sampleRate, (nil, 48000), (nil, 44100)), ("D02.frames", .frameRate, (24, 60), (nil, 29)),
            ("D03", .duration, (3, 900), (5, nil)),
            ("A02", .fileSize, (1, 1e9), (nil, 1000)),
        ] as [(String, Profile.Rule, (Double?, Double?), (Double?, Double?))] {
            #expect(try result(id, [rule: inside]).verdict == .pass, "\(rule)")
            let broken = try result(id, [rule: outside])
            #expect(
                broken.verdict == .fail && broken.measured.contains("but the profile requires "), "\(rule): \(broken)")
            // Whoever names a profile asks for a verdict, also where nobody planned the file.
            #expect(try result(id, [rule: outside], plan: nil).verdict == .fail, "\(rule)")
        }
        #expect(
            try result("D03", [.duration: (nil, 3)]).measured
                == "pictures last 4.000 s, but the profile requires at most 3 s (a rule)")
    }

    @Test func oneOfSeveral() throws {
        #expect(
            try result(
                "D02", picks: [.container: ["mp4", "mov"], .videoCodec: ["hevc", "h264"], .audioCodec: ["aac"]]
            ).verdict == .pass)
        for (pick, values) in [
            (Profile.Pick.container, ["webm"]), (.videoCodec, ["vp9"]), (.audioCodec, ["opus", "vorbis"]),
        ] {
            let broken = try result("D02", picks: [pick: values])
            #expect(
                broken.verdict == .fail
                    && broken.measured.contains("but the profile requires \(values.joined(separator: " or ")) (a rule)"),
                "\(broken)")
        }
    }

    @Test func loudnessOfTheProfileComesFirst() throws {
        let inspection = try Self.inspected.get()
        let found = try #require(inspection.audio?.sound.integrated)
        #expect(try result("D06", [.loudness: (found - 0.5, found + 0.5)]).verdict == .pass)
        let off = try result("D06", [.loudness: (found + 1, found + 3)])
        #expect(off.verdict == .fail && off.expected.hasSuffix("(a rule)"), "\(off)")
        #expect(try result("D06", [.loudness: (found + 1, nil)], plan: nil).verdict == .fail)
        #expect(try result("D06", [.truePeak: (nil, -60)], plan: nil).verdict == .fail)
        // A plan without a target, no profile: reported only.
        let unasked = try result("D06", plan: nil)
        #expect(unasked.verdict == .notApplicable && unasked.expected == "none asked")
    }

    @Test func whatABreachIs() throws {
        #expect(try result("D06", [.loudness: (-1, nil)], severities: ["D06": .warn]).verdict == .warn)
        // Whether the file is whole stays what it is.
        #expect(try result("D03", [.duration: (5, nil)], severities: ["D03": .warn]).verdict == .fail)
        let off = try result("D03", [.duration: (5, nil)], severities: ["D03": .off])
        #expect(
            off.verdict == .off && off.expected == "not required: the check is switched off"
                && off.measured.contains("4.000 s"))
        #expect(try result("D03", severities: ["D03": .fail]).verdict == .pass)
    }
}
