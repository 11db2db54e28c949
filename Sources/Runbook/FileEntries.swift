// Entries of the checks of a delivered file.

extension Runbook {
    static let ofFiles: [RunbookEntry] = [
        RunbookEntry(
            "D01", "Opens and decodes to the end",
            symptom: """
                'vgraph check' stops at D01, or reports errors, missing pictures or a length that its header does \
                not have.
                """,
            cause: """
                The file is cut off or damaged: a full disk, an interrupted copy, a transfer that changed bytes; or \
                it is no video at all.
                """,
            remedy: """
                Build it again with 'vgraph build TARGET'. If it returns, run 'vgraph cache verify' and look at the \
                disk with 'df'. A file from elsewhere: ask for another copy. Never waived, never off.
                """,
            example: """
                'D01 FAIL: 1 packet without a picture': the upload was cut off; the copy in the workspace passes, so \
                copy that again.
                """),
        RunbookEntry(
            "D02", "Streams and picture format",
            symptom: """
                Size, codec, pixel format, aspect, rotation, channels or bit rate are not those planned, or outside \
                a profile.
                """,
            cause: """
                The encode stage has other parameters than the plan, a profile asks for another size, or the file \
                was re-encoded by another program.
                """,
            remedy: """
                Compare with 'vgraph show TARGET:plan'. Change 'video' in the spec or the parameters of encode; name \
                another profile only if you publish elsewhere. Never waived, never off.
                """,
            example: """
                'width 1080, but the profile requires 1920': the spec has the portrait size while \
                'acceptance.profile' still names youtube.
                """),
        RunbookEntry(
            "D02.frames", "Frame rate and frame count",
            symptom: "The file has fewer or more pictures than planned, or their times are off.",
            cause: "Pictures were lost or doubled after the build, or another program changed the frame rate.",
            remedy: """
                Build again with '--force'. A file that came back from an editor: export it at the rate of the spec. \
                Never waived, never off.
                """,
            example: """
                '599 pictures, expected 600': an editor dropped the last one; deliver the file that vgraph made.
                """),
        RunbookEntry(
            "D03", "Duration, and sound against pictures",
            symptom: "The film is shorter or longer than planned, or its sound ends before its pictures.",
            cause: "A narration file that is too short, a track that ends early, or a file that was cut.",
            remedy: """
                Look at the mix with 'vgraph show TARGET:audio' and at P02 and P03 findings of the build. Never \
                waived, never off.
                """,
            example: """
                'sound ends 1.20 s before the pictures': the narration was recorded again and is shorter; extend the \
                music track.
                """),
        RunbookEntry(
            "D04", "Colour tags",
            symptom: "The file says another colour space or range than its pictures have, or says none.",
            cause: "Another program wrote the file without tags, or its container and stream disagree.",
            remedy: """
                Deliver the file that vgraph made. A file from elsewhere: encode again with bt709 and limited range \
                set.
                """,
            example: "'transfer unknown': the clip was exported without tags, so a telephone shows it too dark."),
        RunbookEntry(
            "D05", "Index first, no edit list, starts at 0, closed groups",
            symptom: "The film starts late on the web, or begins with a black or frozen moment in some players.",
            cause: "The index lies behind the media, an edit list shifts a stream, or the first picture is not at 0.",
            remedy: """
                vgraph's own mux passes. Any other file: 'ffmpeg -i IN -c copy -movflags +faststart -use_editlist 0 \
                OUT'.
                """,
            example: "'the index follows the media': a copy went through a program that writes it at the end."),
        RunbookEntry(
            "D06", "Loudness and true peak",
            symptom: "The film is too loud, too quiet, or its peaks are above the limit.",
            cause: """
                'audio.loudness' has another target than the platform, or one track is far louder than the others.
                """,
            remedy: """
                Set 'audio.loudness' to the platform's target, build, and listen. Lower the loudest track by its \
                'gain' before you raise anything.
                """,
            example: "'-9.8 LUFS, expected -14 ± 1': the music has no 'duck'; duck it under the voice by 9 dB."),
        RunbookEntry(
            "D07", "Silence",
            symptom: "The film, or one of its channels, is silent although sound is planned.",
            cause: "A track points at a silent file, is muted, or has its voice in one channel only.",
            remedy: """
                Listen to the sources, then to 'vgraph show TARGET:audio -o mix.wav'. Record again or mix to both \
                channels.
                """,
            example: "'channel 2 of 2 is silent': the microphone was recorded on the left; use a mono file."),
        RunbookEntry(
            "D07.clipping", "Clipping",
            symptom: "Loud passages sound harsh; samples stand at full scale.",
            cause: "The gains add up beyond full scale, or a source was recorded too hot.",
            remedy: """
                Lower 'gain' of the loudest track, or set 'audio.loudness', which limits. A clipped recording cannot \
                be mended: record it again.
                """,
            example: "'9 runs at full scale, first at 3.2 s': the applause was at 0 dB on top of the music."),
        RunbookEntry(
            "D07.phase", "Phase, dual mono, DC offset",
            symptom: "The voice nearly disappears on a telephone or in one speaker.",
            cause: """
                One channel is inverted, so that both cancel when they are added; or a recording has a constant \
                offset.
                """,
            remedy: """
                Find the track by muting one after the other; export it again in mono or with the channel turned.
                """,
            example: "'correlation -0.64': a stereo effect was put on the narration; use the dry recording."),
        RunbookEntry(
            "D08", "Black",
            symptom: "More than half a second is black and was not drawn so, or more than two seconds are.",
            cause: """
                A scene without background and layers, a clip that is shorter than its scene, or a file that lost \
                pictures.
                """,
            remedy: """
                Look at the span with 'vgraph show TARGET:render --frame N -o f.png'. Give the scene a background or \
                the clip 'loop'. A pause that is wanted: draw it black in the spec; beyond two seconds that is a warning.
                """,
            example: "'1.20 s from 8.00 s in scene 'offer'': the clip ends at 8 s; shorten the scene to it."),
        RunbookEntry(
            "D08.frozen", "Frozen pictures",
            symptom: "The same picture stands from the first second to the last.",
            cause: """
                A segment was encoded throughout instead of the others: a damaged cache, or a file made by another \
                program.
                """,
            remedy: """
                'vgraph cache verify', then 'vgraph build TARGET --force'. A film that is one picture by design: \
                waive it.
                """,
            example: "'the same picture throughout': the upload froze at its first picture; send the file again."),
        RunbookEntry(
            "D09", "Flashes",
            symptom: "More than three flashes a second over a quarter of the picture.",
            cause: "A strobe, fast cuts between bright and dark, or a clip that flickers.",
            remedy: """
                Slow it down, make it smaller or lower its contrast. Not waivable by the built-in policies: it can \
                hurt viewers.
                """,
            example: "'5 flashes a second at 2.4 s': a transition of 2 frames repeats; give it 'for: 0.4s'."),
        RunbookEntry(
            "D09.patterns", "Striped patterns",
            symptom: "Stripes cover more than a quarter of the picture for more than half a second.",
            cause: "A background of lines, a grid or a picture of blinds.",
            remedy: "Make the stripes fewer than six pairs, smaller, or nearer to each other in brightness.",
            example: "'52 % of the picture striped for 3.00 s': the chart's hatching; use a plain fill."),
        RunbookEntry(
            "D10", "Picture and sound in step",
            symptom: "What is marked in 'acceptance.sync' is heard earlier or later than it is seen.",
            cause: "A track starts at the wrong time, or the container shifts a stream (see D05).",
            remedy: "Tie the track to its scene ('at: scene.NAME.start + …') and correct the offset; then build.",
            example: "'sound 120 ms late at 4.00 s': the click belongs to the scene, but was placed at 4.12 s."),
        RunbookEntry(
            "D11", "Levels",
            symptom: "Colours lie outside what a screen can show.",
            cause: "Very saturated colours, or a clip with full-range levels that are tagged as limited.",
            remedy: "Lower the saturation at the reported time. A warning: the film passes with it.",
            example: "'2.10 % of a picture, at 5.20 s': a pure red on a pure blue; soften one."),
        RunbookEntry(
            "D12", "Letterbox and pillarbox",
            symptom: "Black bars beside or above the picture that the spec did not draw.",
            cause: "A clip or picture with bars of its own, or one of another shape.",
            remedy: "Use 'fit: cover', or crop the source. A warning: the film passes with it.",
            example: "'138 rows at the top and 138 at the bottom': a cinema clip in a 16:9 film; use 'fit: cover'."),
        RunbookEntry(
            "D13", "Approved baseline",
            symptom: "A picture differs from the ones that were approved as the baseline.",
            cause: "A change that was meant, or one that came along unnoticed: a font, a style, a clip.",
            remedy: """
                Compare both pictures in the review sheet. Meant: 'vgraph baseline accept TARGET', and commit the \
                baseline. Not meant: 'vgraph diff' tells what changed.
                """,
            example: "'scene 'hook', likeness 0.42': the logo was replaced on purpose; accept the new baseline."),
        RunbookEntry(
            "D14", "Pictures as drawn",
            symptom: "The delivered pictures are further from the drawn ones than compression explains.",
            cause: "Compression that is too strong, or a file that does not show what was drawn.",
            remedy: """
                Lower 'crf' of the encode stage. If one tile alone is far off, look at the picture: something lies \
                over it or is missing.
                """,
            example: "'likeness 0.71 at 3.50 s': crf 34 was set for a draft; use 20."),
        RunbookEntry(
            "D14.captions", "Captions on the pictures",
            symptom: "At a caption's time the delivered picture does not show what was drawn there.",
            cause: "A caption that was lost in encoding or replaced afterwards, or a file of an older spec.",
            remedy: "Look at the reported time in the review sheet, and build again. Do not waive what viewers read.",
            example: "'likeness 0.23 for caption 2': the file was made before the caption was added."),
        RunbookEntry(
            "D14.motion", "Motion as drawn",
            symptom: "The film freezes, stutters or jumps where the spec does not.",
            cause: "Another program changed the rate or dropped pictures; a clip was damaged.",
            remedy: "Deliver the file that vgraph made; make any other again at the frame rate of the spec.",
            example: "'12 of 30 pictures stand still in the second from 4.00 s': exported at 18 pictures a second."),
        RunbookEntry(
            "D14.sound", "Sound as mixed",
            symptom: "The file's sound differs from the mix that the spec describes.",
            cause: "A voice is missing, late, or from another recording; or another program mixed it again.",
            remedy: "Listen at the reported time, and compare with 'vgraph show TARGET:audio -o mix.wav'.",
            example: "'sound differs from the mix from 6.4 s to 8.0 s': an older take of the second sentence."),
        RunbookEntry(
            "D15", "Packets of the built segments",
            symptom: "The file does not contain the segments that this build made.",
            cause: "It was changed after the build, or comes from an older one.",
            remedy: """
                'vgraph build TARGET --force'. Find out who changed it before you publish. Never waived, never off.
                """,
            example: "'segment 3 differs': the film was trimmed by hand in the output folder."),
        RunbookEntry(
            "A01", "Accepted duration",
            symptom: "The film is longer or shorter than the spec's 'acceptance.duration'.",
            cause: "Scenes were added or shortened after the length was agreed.",
            remedy: """
                Change the scenes, or agree on another length and write it into the spec with whoever ordered the \
                film.
                """,
            example: "'31.4 s, expected 30 s ± 0.5 s': shorten the last card by 1 s."),
        RunbookEntry(
            "A02", "Accepted file size",
            symptom: "The file is larger than the spec or the platform allows.",
            cause: "Long film, much motion, or a low 'crf'.",
            remedy: "Raise 'crf' of the encode stage by 2 and build; each 6 halve the size.",
            example: "'34.2 MB, expected at most 30 MB': crf 22 instead of 20."),
    ]
}
