// Profiles: dated data, merged so that what keeps to the result keeps to each of them.
import Composition
import Diagnostics
import FoundationEssentials
import Spec
import TestSupport
import Testing

struct ProfileTests {
    private let checks = ProofCheck.rules.map(\.id) + ["D05"]

    private func read(_ names: [String], files: [String: String] = [:]) throws -> Profile {
        try Profiles.read(names.map { Profiles.Name($0) }, checks: checks) { files[$0].map { Array($0.utf8) } }
    }

    /// A workspace without profiles has the same ones as this repository shows.
    @Test func theBuiltInOnesAreTheFiles() throws {
        let files = try Repository.files(in: "pipelines/profiles", ".yaml")
        #expect(files == Profiles.names.map { "pipelines/profiles/\($0).yaml" }.sorted())
        for name in Profiles.names {
            let text = try Repository.text("pipelines/profiles/\(name).yaml")
            #expect(Profiles.builtIn(name) == text, "\(name)")
        }
    }

    @Test func everyRuleHasASourceWithADate() throws {
        for name in Profiles.names {
            let profile = try read([name])
            let sources =
                profile.limits.values.map(\.source) + profile.picks.values.map(\.source)
                + profile.readingSpeed.values.map(\.source)
                + profile.zones.map(\.source)
            #expect(sources.count > 5)
            for source in sources { #expect(source.contains(", read 20"), "\(name): \(source)") }
        }
    }

    @Test func theDefaultIsBelowAll() throws {
        let plain = try read([]), youtube = try read(["youtube"])
        #expect(plain.names == [] && plain[.captionLines]?.most == 2 && plain[.loudness] == nil && plain.zones.isEmpty)
        #expect(
            youtube.names == ["youtube"] && youtube[.captionLines]?.most == 2 && youtube[.loudness]?.least == -15
                && youtube.severities == ["D05": .fail])
        // A broadcaster's captions are narrower than the default's.
        #expect(try read(["broadcast"])[.captionCharacters]?.most == 37)
        #expect(
            plain[.contrast]?.least == 4.5 && plain.readingSpeed["en"]?.most == 20
                && plain.readingSpeed["other"]?.most == 17)
    }

    @Test func ofTwoTheStricterCounts() throws {
        let both = try read(["tiktok", "linkedin"])
        #expect(both[.side]?.least == 360 && both[.side]?.most == 1920)
        #expect(both[.duration]?.least == 3 && both[.duration]?.most == 600)
        #expect(both[.frameRate]?.least == 23 && both[.frameRate]?.most == 30)
        #expect(
            both[.frameRate]?.source.contains("TikTok") == true && both[.frameRate]?.source.contains("LinkedIn") == true
        )
        #expect(both.picks[.videoCodec]?.values == ["h264", "vp8"])
        #expect(both.zones.count == 1 && both[.fileSize]?.most == 500e6)
        // No sound is both: the first that was named is kept.
        #expect(try read(["broadcast", "youtube"])[.loudness]?.most == -22.5)
        #expect(try read(["youtube", "broadcast"])[.loudness]?.most == -13)
        #expect(try read(["youtube", "youtube", "default"]) == read(["youtube", "default"]))
    }

    @Test func aWorkspaceCanHaveItsOwn() throws {
        let house =
            "profile: youtube\nsources: { us: { is: us, read: 2026-01-01 } }\nrules: { duration: { max: 1min, source: "
            + "us } }"
        let own = try read(["youtube"], files: ["pipelines/profiles/youtube.yaml": house])
        #expect(
            own[.duration] == Profile.Limit(most: 60, source: "us, read 2026-01-01") && own[.loudness]?.least == -15)
        // One that names no rule removes none.
        let empty = "profile: default\nsources: {}\nrules: {}"
        #expect(try read([], files: ["pipelines/profiles/default.yaml": empty]).limits == read([]).limits)
        // Written and read again it is the same, in the same bytes.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let data = try encoder.encode(own)
        #expect(try JSONDecoder().decode(Profile.self, from: data) == own && encoder.encode(own) == data)
    }

    /// Whoever reads that a film keeps to 'reels' believes in Instagram's rules.
    @Test func whatAsksForLessThanAProfileIsSaid() throws {
        func told(_ acceptance: String, files: [String: String] = [:]) throws -> [String] {
            let spec = try ValidSpec.read(
                specText: """
                    version: 1
                    scenes: [{ id: a, duration: 1s }]
                    acceptance: \(acceptance)

                    """, specName: "a.video.yaml")
            var told: [Diagnostic] = []
            _ = try spec.profile(checks: checks, tell: { told.append($0) }) { files[$0].map { Array($0.utf8) } }
            return told.map {
                "\($0.place?.file ?? ""):\($0.place?.line ?? 0) \($0.severity.rawValue) \($0.id): \($0.message)"
            }
        }
        // A limit replaces the whole one, so a least value that is not repeated is gone.
        #expect(
            try told("{ profile: reels, rules: { loudness: { max: -14LUFS }, duration: { min: 3s, max: 60s } } }") == [
                "a.video.yaml:3 warning profile-loosened: 'loudness' allows at most -14 LUFS, but the profile 'reels' asks for "
                    + "-15 LUFS to -13 LUFS"
            ])
        #expect(
            try told("{ profile: youtube, rules: { container: { is: [mp4, mov] } }, checks: { D05: warn } }") == [
                "a.video.yaml:3 warning profile-loosened: 'D05' allows warn, but the profile 'youtube' asks for fail",
                "a.video.yaml:3 warning profile-loosened: 'container' allows mp4, mov, but the profile 'youtube' asks for mp4",
            ])
        // What vgraph asks for by itself, and stricter rules, are the author's to set.
        #expect(
            try told(
                "{ profile: youtube, rules: { contrast: { min: 3 }, loudness: { min: -14.5LUFS, max: -13.5LUFS } } }")
                == [])
        #expect(try told("{ rules: { loudness: { max: -5LUFS }, caption_lines: { max: 9 } } }") == [])
        #expect(
            try told("{ profile: [broadcast, youtube] }").filter { $0.contains("loudness") } == [
                "a.video.yaml:3 warning profiles-disagree: no film keeps to 'loudness' of the profile 'youtube' (-15 LUFS to "
                    + "-13 LUFS) and of broadcast (-23.5 LUFS to -22.5 LUFS), which counts"
            ])
        // A workspace's file of a profile's name.
        let file = "pipelines/profiles/reels.yaml"
        func reels(_ rules: String) -> [String: String] {
            [file: "profile: reels\nsources: { us: { is: us, read: 2026-01-01 } }\nrules: { \(rules) }\n"]
        }
        #expect(
            try told("{ profile: reels }", files: reels("true_peak: { max: 0dBTP, source: us }")) == [
                "\(file):3 warning profile-loosened: 'true_peak' allows at most 0 dBTP, but the built-in profile 'reels' asks for "
                    + "at most -1 dBTP"
            ])
        #expect(
            try told(
                "{ profile: reels }", files: reels("zones: [{ aspect: \"9:16\", top: 14%, bottom: 20%, source: us }]")
            ) == [
                "\(file):3 warning profile-loosened: 'zones' allows smaller ones, but the built-in profile 'reels' asks for those of 9:16"
            ])
        #expect(try told("{ profile: reels }", files: reels("true_peak: { max: -2dBTP, source: us }")) == [])
    }

    @Test func namesCannotLeaveTheFolder() throws {
        for name in ["../secret", "/etc/passwd", "a/b", "", ".", "x.yaml"] {
            var asked: [String] = []
            #expect(throws: Diagnostics.self) {
                try Profiles.read([Profiles.Name(name)], checks: checks) {
                    asked.append($0); return nil
                }
            }
            #expect(asked == ["pipelines/profiles/default.yaml"])
        }
    }

    @Test func limitsInWords() {
        func words(_ least: Double?, _ most: Double?, _ rule: Profile.Rule) -> String {
            Profile.Limit(least: least, most: most, source: "").words(rule)
        }
        #expect(
            words(24, 60, .frameRate) == "24 fps to 60 fps" && words(nil, 4e9, .fileSize) == "at most 4000 MB"
                && words(75e3, nil, .fileSize) == "at least 75 kB")
        #expect(
            words(-23.5, -22.5, .loudness) == "-23.5 LUFS to -22.5 LUFS"
                && words(nil, 25e6, .bitRate) == "at most 25 Mbit/s")
        #expect(
            words(0.5625, 16.0 / 9, .aspect) == "0.563:1 to 1.778:1" && words(2, 2, .channels) == "2"
                && words(nil, 0.8333, .duration) == "at most 0.833 s")
    }
}
