// EBU Tech 3341 and 3342: the test signals that can be generated, within the documents' tolerances; ffmpeg's meter on
// the same files.
import Composition
import Media
import TestSupport
import Testing

@Suite struct LoudnessSignalTests {
    let folder = TemporaryFolder()

    private func sound(_ name: String, _ channels: [String], seconds: Double, layout: String = "stereo") throws -> (
        sound: SoundMeasures, path: String
    ) {
        let path = folder.make(
            name + ".wav",
            [
                "-f", "lavfi", "-i", "aevalsrc='\(channels.joined(separator: "|"))':s=48000:d=\(seconds):c=\(layout)",
                "-c:a", "pcm_f32le",
            ])
        return (try #require(MediaReader(path: path).inspect().audio?.sound), path)
    }
    /// A stereo sine of 1 kHz whose peak level, in dBFS, is one after the other of these.
    private func steps(_ name: String, _ levels: [(dB: Double, seconds: Double)]) throws -> (
        sound: SoundMeasures, path: String
    ) {
        // The latest step that has begun counts.
        var gain = "pow(10,\(levels[0].dB)/20)", begin = 0.0
        for (index, step) in levels.enumerated().dropFirst() {
            begin += levels[index - 1].seconds
            gain = "if(gte(t,\(begin)),pow(10,\(step.dB)/20),\(gain))"
        }
        let wave = "\(gain)*sin(2*PI*1000*t)"
        return try sound(name, [wave, wave], seconds: levels.reduce(0) { $0 + $1.seconds })
    }

    /// `[Summary]` of ffmpeg's ebur128 filter.
    private func opinion(_ path: String) throws -> (integrated: Double, range: Double, peak: Double) {
        let log = try shell("ffmpeg -nostdin -hide_banner -i '\(path)' -af ebur128=peak=true -f null - 2>&1")
        let summary = try #require(log.split(separator: "Summary:").last)
        func number(after word: String) throws -> Double {
            let rest = try #require(summary.split(separator: word).dropFirst().first)
            return try #require(rest.split(whereSeparator: { $0 == " " || $0 == "\n" }).first.flatMap { Double($0) })
        }
        return (try number(after: "I:"), try number(after: "LRA:"), try number(after: "Peak:"))
    }

    @Test(
        arguments: [
            ("3341-1", [(-23.0, 20.0)], -23.0), ("3341-2", [(-33, 20)], -33),
            ("3341-3", [(-36, 10), (-23, 60), (-36, 10)], -23),
            ("3341-4", [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
            ("3341-5", [(-26, 20), (-20, 20.1), (-26, 20)], -23),
        ] as [(String, [(Double, Double)], Double)]) func integrated(
            name: String, levels: [(Double, Double)], target: Double
        ) throws
    {
        let (sound, path) = try steps(name, levels.map { (dB: $0.0, seconds: $0.1) })
        #expect(abs((sound.integrated ?? 0) - target) <= 0.1, "\(String(describing: sound.integrated))")
        #expect(try abs(opinion(path).integrated - (sound.integrated ?? 0)) <= 0.1)
        if levels.count == 1 {
            #expect(sound.shortTerm.count == 40 && sound.shortTerm.dropFirst(6).allSatisfy { abs($0 - target) <= 0.1 })
        }
    }

    /// Case 6: five channels, the surrounds weighted.
    @Test func surround() throws {
        func wave(_ dB: Double) -> String { "pow(10,\(dB)/20)*sin(2*PI*1000*t)" }
        let (sound, _) = try sound(
            "3341-6", [wave(-28), wave(-28), wave(-24), wave(-30), wave(-30)], seconds: 20, layout: "5.0")
        #expect(abs((sound.integrated ?? 0) + 23) <= 0.1, "\(String(describing: sound.integrated))")
    }

    /// Case 9: bursts that repeat every three seconds have one short-term loudness.
    @Test func shortTerm() throws {
        let wave = "if(lt(mod(t,3),1.34),0.1,0.0316228)*sin(2*PI*1000*t)"
        let (sound, _) = try sound("3341-9", [wave, wave], seconds: 15)
        #expect(
            sound.shortTerm.count == 30 && sound.shortTerm.dropFirst(6).allSatisfy { abs($0 + 23) <= 0.1 },
            "\(sound.shortTerm)")
    }

    /// Cases 15 to 19: peaks between samples; +0.2 and -0.4 dB.
    @Test(arguments: [
        ("15", 0.5, 4, 0.0, -6.0), ("16", 0.5, 4, 45, -6), ("17", 0.5, 6, 60, -6), ("18", 0.5, 8, 67.5, -6),
        ("19", 1.41, 4, 45, 3),
    ])
    func truePeak(name: String, amplitude: Double, part: Int, degrees: Double, target: Double) throws {
        // Faded in and out: a wave that begins at once overshoots between its first samples.
        let wave = "\(amplitude)*min(1,min(t,2-t)*20)*sin(2*PI*\(48000 / part)*t+\(degrees)*PI/180)"
        let (sound, _) = try sound("3341-" + name, [wave, wave], seconds: 2)
        let peak = try #require(sound.truePeak)
        #expect(peak <= target + 0.2 && peak >= target - 0.4, "\(peak)")
    }

    @Test(arguments: [
        ("3342-1", [-20.0, -30], 10.0), ("3342-2", [-20, -15], 5), ("3342-3", [-40, -20], 20),
        ("3342-4", [-50, -35, -20, -35, -50], 15),
    ]) func range(name: String, levels: [Double], target: Double) throws {
        let (sound, path) = try steps(name, levels.map { (dB: $0, seconds: 20) })
        #expect(abs((sound.range ?? 0) - target) <= 1, "\(String(describing: sound.range))")
        #expect(try abs(opinion(path).range - (sound.range ?? 0)) <= 1)
    }
}
