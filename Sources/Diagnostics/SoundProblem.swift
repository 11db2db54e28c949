// What can go wrong when sound is decoded, mixed and set to its loudness.

public enum SoundProblem: Problem, Hashable {
    case unreadableSound(file: String, reason: String)
    case noSound(file: String)
    case emptySound(file: String)
    case damagedSound(file: String, seconds: Double)
    case truncatedSound(file: String, declared: Double, ends: Double)
    case trimBeyondEnd(file: String, trim: Double, ends: Double)
    case badMix(String)
    case missingMaterial(digest: String)
    case loudnessMissed(wanted: Double, reached: Double)
    case silentMix
    /// `file` is in the mix and cannot be heard.
    case unheard(file: String)
    /// The other sounds are louder by so many dB while this voice speaks.
    case drowned(file: String, by: Double)
    /// A voice begins or ends in the middle of a sound. `at`: seconds of the film.
    case voiceCut(file: String, isEnd: Bool, at: Double)
    /// A voice is in one channel alone.
    case voiceOneSided(file: String, isLeft: Bool)
    /// A file has several sounds; `taken`: the number of the one that is heard.
    case severalTracks(file: String, count: Int, taken: Int, language: String?)
    case voicesTogether(file: String, other: String, seconds: Double)
    /// `by`: dB.
    case voiceSofter(file: String, other: String, by: Int)
    /// A sound that is at full level where the film ends, and would go on.
    case cutByTheEnd(file: String)
    /// Music that ends so many seconds before the film.
    case endsEarly(file: String, by: Double)
    /// Nothing is heard for the last seconds of the film.
    case silentEnd(seconds: Double)

    public var diagnostic: Diagnostic {
        switch self {
        case .unreadableSound(let file, let reason):
            Diagnostic("sound-unreadable", "cannot read sound from '\(file)': \(reason)")
        case .noSound(let file):
            Diagnostic(
                "no-sound", "'\(file)' has no sound",
                hint: "use a file with an audio stream, or remove the track")
        case .emptySound(let file):
            Diagnostic("sound-empty", "the audio stream of '\(file)' has no samples")
        case .damagedSound(let file, let seconds):
            Diagnostic(
                "sound-damaged", "the sound of '\(file)' is damaged at \(Self.seconds(seconds))",
                hint: "copy or download the file again")
        case .truncatedSound(let file, let declared, let ends):
            Diagnostic(
                "sound-truncated",
                "'\(file)' is cut off: it declares \(Self.seconds(declared)), its sound ends at \(Self.seconds(ends))",
                hint: "copy or download the file again")
        case .trimBeyondEnd(let file, let trim, let ends):
            Diagnostic(
                "trim-beyond-end",
                "a trim of \(Self.seconds(trim)) leaves nothing of '\(file)', which ends at \(Self.seconds(ends))",
                hint: "trim less")
        case .badMix(let why):
            Diagnostic("bad-mix", fault: .bug, "the description of the mix is wrong: \(why)")
        case .missingMaterial(let digest):
            Diagnostic("missing-material", fault: .bug, "the materials name no file for the asset \(digest)")
        case .loudnessMissed(let wanted, let reached):
            Diagnostic(
                "loudness-missed", .warning,
                "the loudness is \(decimals(reached, 1)) LUFS instead of \(decimals(wanted, 1)): "
                    + "the true-peak limit allows no more",
                hint: "lower 'loudness.integrated', or use sound with smaller peaks")
        case .silentMix:
            Diagnostic("silent-mix", .warning, "the mix is silent: no gain reaches the wanted loudness")
        case .unheard(let file):
            Diagnostic(
                "sound-unheard", .warning,
                "'\(file)' is not heard: it is below -70 dBFS, or more than 40 dB below the other sounds, all the time",
                hint: "listen to the file; raise its 'gain', or remove the track")
        case .drowned(let file, let by):
            Diagnostic(
                "voice-drowned", .warning,
                "the other sounds are \(decimals(by, 0)) dB louder than the voice in '\(file)' for half of what it says",
                hint: "lower their 'gain', or let them 'duck' under it; WCAG 2.2, 1.4.7 wants them 20 dB below a voice")
        case .voiceCut(let file, let isEnd, let at):
            Diagnostic(
                "voice-cut", .warning,
                "the voice in '\(file)' \(isEnd ? "is cut off" : "begins") in the middle of a sound, at "
                    + "\(Self.seconds(at)) of the film",
                hint: isEnd
                    ? "let the track's 'duration' or 'until' end in a pause, or give it a 'fade_out'"
                    : "let the track's 'trim' end in a pause, or give it a 'fade_in'")
        case .voiceOneSided(let file, let isLeft):
            Diagnostic(
                "voice-one-sided", .warning,
                "the voice in '\(file)' is in the \(isLeft ? "left" : "right") channel alone, so one ear hears "
                    + "nothing of it",
                hint: "export that channel as a mono file, which is heard in the middle")
        case .severalTracks(let file, let count, let taken, let language):
            Diagnostic(
                "sound-tracks", .warning,
                "'\(file)' has \(count) tracks of sound; the film has number \(taken)"
                    + (language.map { " ('\($0.prefix(20))')" } ?? ""),
                hint: "put the one that is meant into a file of its own, such as 'ffmpeg -i FILE -map 0:a:0 -c copy "
                    + "OTHER', and name that")
        case .voicesTogether(let file, let other, let seconds):
            Diagnostic(
                "voices-together", .warning,
                file == other
                    ? "the voice in '\(file)' speaks over itself for \(decimals(seconds, 1)) s"
                    : "the voices in '\(file)' and '\(other)' speak at the same time for \(decimals(seconds, 1)) s",
                hint: "start one where the other has ended, or lower one of them by more than 10 dB")
        case .voiceSofter(let file, let other, let by):
            Diagnostic(
                "voices-uneven", .warning,
                file == other
                    ? "the voice in '\(file)' is \(by) dB softer at one time than at another"
                    : "the voice in '\(file)' is \(by) dB softer than that in '\(other)'",
                hint: "raise its 'gain' by \(by) dB, or record both at one level")
        case .cutByTheEnd(let file):
            Diagnostic(
                "sound-cut-off", .warning, "'\(file)' is cut off by the end of the film, at its full level",
                hint: "give the track a 'fade_out', such as 1s")
        case .endsEarly(let file, let by):
            Diagnostic(
                "sound-ends-early", .warning,
                "'\(file)' ends \(decimals(by, 1)) s before the film does, and nothing takes its place",
                hint: "use a longer file, repeat it ('loop: true'), or end the film with it")
        case .silentEnd(let seconds):
            Diagnostic(
                "silent-end", .warning, "nothing is heard for the last \(decimals(seconds, 1)) s of the film",
                hint: "let a sound last to its end, or make the last scenes shorter")
        }
    }

    static func seconds(_ value: Double) -> String { decimals(value, 2) + " s" }
}
