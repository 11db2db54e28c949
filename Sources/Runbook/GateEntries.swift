// Entries of the reasons of the gate, and of waivers.

extension Runbook {
    static let ofGate: [RunbookEntry] = [
        RunbookEntry(
            "gate.check-failed", "A check of the delivered file failed",
            symptom: "'D08 Black: 1.20 s from 8.00 s, expected no black longer than 0.5 s'.",
            cause: "The file breaks a rule that is not a warning.",
            remedy: """
                Look up the check's own entry ('vgraph runbook D08') and mend the spec. Only where the fault is \
                wanted and the policy allows it: 'vgraph waive TARGET D08 --by NAME --reason TEXT --until DATE'.
                """,
            example: """
                A pause of black before the last card was meant: the span is waived for two weeks, and drawn black \
                in the next version.
                """),
        RunbookEntry(
            "check-warned", "A check of the delivered file warns",
            symptom: "'warning: D08 Black: 3.00 s from 3.00 s, as drawn', beside 'gate: pass'.",
            cause: """
                The check found something that is often a fault and may be meant, so it keeps the file from nothing. \
                'vgraph build' and 'vgraph gate' say it each time.
                """,
            remedy: """
                Look at the film at that time before you approve it. If it is a fault, mend the spec; the check's own \
                entry ('vgraph runbook D08') says how. 'acceptance: { checks: { D08: fail } }' makes it one that stops.
                """,
            example: "Three seconds of black in the middle: the layers of a scene were forgotten."),
        RunbookEntry(
            "sound-unheard", "A sound of the mix is not heard",
            symptom: "'voice.wav' is named as a track, and is not heard in the film.",
            cause:
                "A recording of silence (the microphone was off), a 'gain' far too low, or much louder sounds over it.",
            remedy: "Listen to the file; raise its 'gain', lower the others, or remove the track.",
            example: "The narration was exported from an empty track: only the music is heard."),
        RunbookEntry(
            "voice-drowned", "A voice is softer than what is played under it",
            symptom: "What the voice says cannot be understood.",
            cause: "Music without 'duck' and 'gain', or a voice that was recorded softly.",
            remedy: "Give the music 'duck: { under: voice }' or a lower 'gain'; 15 to 20 dB below the voice is usual.",
            example: "'the other sounds are 10 dB louder than the voice in 'voice.wav' for half of what it says'."),
        RunbookEntry(
            "voice-cut", "A voice begins or ends in the middle of a word",
            symptom: "A sentence stops in mid-word, or its first syllable is missing.",
            cause: "'duration', 'until' or 'trim' of the track was measured for another recording.",
            remedy: "Listen at the time that the message names; move the cut into a pause, or fade it.",
            example: "'the voice in 'voice.wav' is cut off in the middle of a sound, at 2.30 s of the film'."),
        RunbookEntry(
            "voice-one-sided", "A voice is heard in one ear",
            symptom: "With headphones the voice comes from one side, and the music from both.",
            cause: "A microphone recorded the left channel of a stereo file, and the right one is empty.",
            remedy: "Export that channel as mono: 'ffmpeg -i voice.wav -af pan=mono|c0=c0 mono.wav'.",
            example: "'the voice in 'voice.wav' is in the left channel alone'."),
        RunbookEntry(
            "sound-tracks", "A file has several sounds",
            symptom: "The film has the wrong language or the wrong microphone of a recording.",
            cause: "The file has several tracks of sound, and a track of the spec plays one of them.",
            remedy: "Listen to the film; put the track that is meant into a file of its own, and name that.",
            example: "''talk.mkv' has 2 tracks of sound; the film has number 1 ('eng')'."),
        RunbookEntry(
            "voices-together", "Two voices speak at the same time",
            symptom: "Two sentences are heard at once, or a voice with its own echo.",
            cause: "A track is listed twice, or the second voice starts before the first has ended.",
            remedy: "Start one where the other has ended; an original under its translation is 15 dB softer.",
            example: "'the voices in 'hook.wav' and 'offer.wav' speak at the same time for 1.8 s'."),
        RunbookEntry(
            "voices-uneven", "One voice is softer than another",
            symptom: "Viewers turn the sound up for one scene and down for the next.",
            cause:
                "Two recordings were made at different distances, or one track has a 'gain' that is left from a test.",
            remedy: """
                Give the softer one the 'gain' that the message names, and listen to both. A voice that speaks under \
                another at the same time may be softer.
                """,
            example: "'the voice in 'offer.wav' is 14 dB softer than that in 'hook.wav''."),
        RunbookEntry(
            "sound-cut-off", "The end of the film cuts a sound off",
            symptom: "The music stops in the middle of a bar, with a click.",
            cause: "The file is longer than the film, or repeats, and its track has no 'fade_out'.",
            remedy: "Give the track 'fade_out: 1s'.",
            example: "''music.wav' is cut off by the end of the film, at its full level'."),
        RunbookEntry(
            "sound-ends-early", "The music ends before the film does",
            symptom: "The last scenes are silent but for the voice.",
            cause: "The file is shorter than the film.",
            remedy: "Use a longer file, or 'loop: true' with a 'fade_out'.",
            example: "''music.wav' ends 6.0 s before the film does, and nothing takes its place'."),
        RunbookEntry(
            "silent-end", "Nothing is heard at the end of the film",
            symptom: "For a quarter of the film or more, and at least three seconds, its end is silent.",
            cause: "A sound that is too short, or scenes that were added after it.",
            remedy: "Let a sound last to the end, or shorten the last scenes.",
            example: "'nothing is heard for the last 7.5 s of the film'."),
        RunbookEntry(
            "profile-loosened", "A rule asks for less than the profile that is named",
            symptom: "The gate passes a film by the profile 'reels', which by vgraph's 'reels' would fail.",
            cause: """
                'acceptance.rules', 'acceptance.checks' or the workspace's own pipelines/profiles/NAME.yaml replaces a rule. \
                A limit is replaced as a whole: '{ max: -13LUFS }' takes the 'min' away.
                """,
            remedy: "Ask for as much as the profile does, or write a profile of another name and name that.",
            example: "''loudness' allows at most -14 LUFS, but the profile 'reels' asks for -15 LUFS to -13 LUFS'."),
        RunbookEntry(
            "profiles-disagree", "No film keeps to two profiles that are named together",
            symptom: "The film keeps to the first profile, and the second is named all the same.",
            cause: "'acceptance.profile' lists places whose rules exclude each other.",
            remedy: "Make a format for each place, with its own 'profile'.",
            example: "'no film keeps to 'loudness' of the profile 'youtube' … and of broadcast …, which counts'."),
        RunbookEntry(
            "same-film", "Two films of a table are the same",
            symptom: "Two files with different names have the same bytes.",
            cause: "A row was copied and not changed, or no text shows the column in which the rows differ.",
            remedy: "Compare the two rows; write the column's {{name}} where it should be seen.",
            example: "''lamp-b.mp4' is the same film as 'lamp-a.mp4', byte for byte'."),
        RunbookEntry(
            "empty-cell", "A row has no value where nearly all have one",
            symptom: "A film shows the default of the spec, such as another product's price.",
            cause: "A cell of the table is empty, and three quarters of the column or more are not.",
            remedy: "Fill the cell, also where the default is meant.",
            example: "'the row with sku 'sol' has no value for 'price': its film has the spec's default'."),
        RunbookEntry(
            "deadline-over", "A text names a day that is over",
            symptom: "'approve' or 'publish' warns of a text such as 'Sale until 3 March 2024'.",
            cause:
                "The film, or the one that it was copied from, is of an earlier campaign. A build looks at no clock.",
            remedy: "Change the date, build and decide again; a film that tells of the past needs nothing.",
            example: "''Offer ends 2026-11-27' names a day that is over: 2026-11-27'."),
        RunbookEntry(
            "gate-unwired", "The gate is not given what it judges",
            symptom: "'gate: pass', though the brief and the texts were put to no person.",
            cause: "The pipeline's gate stage does not name 'claims' or 'proof'.",
            remedy: "Wire them as pipelines/video.yaml does; whoever receives a pipeline reads its gate first.",
            example: "'the pipeline does not give the gate 'claims''."),
        RunbookEntry(
            "policy-loosened", "A policy asks for less than the one whose name it has",
            symptom: "A verdict by the policy 'default' says pass, and by vgraph's 'default' it would say revise.",
            cause: "pipelines/policies/default.yaml of the workspace replaces the built-in policy.",
            remedy: "Compare it with 'vgraph policy'; a policy of your own gets a name of its own.",
            example: "'asks for less than vgraph's: claims that may stay open: claim'."),
        RunbookEntry(
            "gate.check-not-run", "A check could not run",
            symptom: "'not run: no pictures were decoded'.",
            cause: """
                What the check measures could not be measured: an unknown pixel format, a file that does not open, a \
                crash in a decoder.
                """,
            remedy: """
                Mend the cause that the line names, then build again. It cannot be waived: nothing is known about \
                it.
                """,
            example: "A file in HDR cannot be judged for stripes: deliver SDR, or leave the file out."),
        RunbookEntry(
            "gate.check-idle", "A check looked at nothing, and the policy asks that it does",
            symptom: "'it looked at nothing, and the policy 'default' asks that it does'.",
            cause: "The pipeline does not give 'check' what it compares with, for example the plan or the segments.",
            remedy: "Wire 'plan', 'measures' and 'sound' into the check stage as pipelines/video.yaml does.",
            example: """
                A pipeline of the project's own had 'check: { uses: check, media: $mux }' alone: D15 had no segments \
                to compare.
                """),
        RunbookEntry(
            "gate.nothing-checked", "Nothing was checked",
            symptom: "The gate says revise although no check failed.",
            cause: "Every check was off or did not apply.",
            remedy: "Look at 'acceptance.checks' in the spec and at the wiring of check.",
            example: "A test spec had switched off what it could and planned no sound."),
        RunbookEntry(
            "gate.switched-off", "Checks are off that must not be, or too many",
            symptom: "'D01 is switched off, but must run', or more than three checks are off.",
            cause: "'acceptance.checks' in the spec or a profile.",
            remedy: "Switch on all but three; 'vgraph checks' says which may never be off.",
            example: "Four P checks were off for a draft: switch them on before you publish."),
        RunbookEntry(
            "gate.finding", "Proofreading found an error",
            symptom: "A finding with an id such as P10.unreadable and a line of the spec.",
            cause: "The pipeline goes on after proofreading's errors, or the error was found late.",
            remedy: "Mend the spec at that line; 'vgraph runbook P10.unreadable' explains it.",
            example: "A pipeline without 'after: $proof' encoded a film whose title cannot be read."),
        RunbookEntry(
            "gate.other-file", "Two stages did not look at the same file",
            symptom: """
                'check and review did not look at the same file', or the file at the target is not the one that was \
                judged.
                """,
            cause: """
                The target was replaced or edited after the build, or a pipeline gives its stages different files.
                """,
            remedy: """
                'vgraph build TARGET' puts the judged file back; what it replaces is kept in the cache. Then decide \
                again.
                """,
            example: """
                The film was trimmed by hand at the target: all answers, waivers and approvals count for the old \
                file only.
                """),
        RunbookEntry(
            "gate.observation", "An observation of the review blocks",
            symptom: "A line with 'review on …' and a contradiction.",
            cause: """
                The review stage compared what is planned with what is there, and found a difference of major \
                weight.
                """,
            remedy: """
                Open the sheet ('vgraph review TARGET --open') at the time that it names, and mend the spec.
                """,
            example: "A poster frame shows the wrong scene."),
        RunbookEntry(
            "gate.unplanned", "A reviewer found something that the spec does not plan",
            symptom: "'text: …' with words that no text of the spec has, and a time.",
            cause: "Words in a picture or clip, an older caption burnt into it, or a misreading.",
            remedy: """
                Look at the time. Meant: write it into the spec as a text, or replace the picture. A misreading, or \
                a sign in the street: 'vgraph waive TARGET unplanned --from S --to S …' where the policy allows it.
                """,
            example: "A shop sign reads 'SALE': waived for that span."),
        RunbookEntry(
            "gate.unplanned-speech", "A voice is heard where the spec places none",
            symptom: "'voice: a voice is heard for 3.2 s where the spec places none', with a time.",
            cause: """
                Speech in a track that counts as music (others are not lowered under it, or it loops), a narration of \
                an older version in it, or singing. Clips with sound of their own and tracks with 'says' may speak.
                """,
            remedy: """
                Listen at the time. Meant: write what is said as 'says' of the track. Not meant: replace the file. \
                Singing without words to write: 'vgraph waive TARGET unplanned-speech --from S --to S …' where the \
                policy allows it.
                """,
            example:
                "The music was exported together with last year's narration: the voice is heard from 12.0 to 19.4 s."),
        RunbookEntry(
            "gate.reviewer-not-run", "A reviewer that the policy asks for did not run",
            symptom: "'the reviewer 'text' did not run, and the policy asks for it'.",
            cause: "It is not installed, failed, took too long, or its answer was rejected.",
            remedy: """
                'vgraph reviewers install' for those that come with vgraph; for your own read 'vgraph show \
                TARGET:NAME'. Then build again.
                """,
            example: "On a new machine both are absent: install them once."),
        RunbookEntry(
            "gate.reviewer-unsandboxed", "A reviewer ran without a sandbox",
            symptom: "A warning, or under the policy strict a reason: 'the reviewer 'text' ran without a sandbox'.",
            cause: """
                bubblewrap is missing or may not create namespaces, so the program had the rights of the person who \
                built.
                """,
            remedy: """
                'vgraph doctor' says what is missing. Afterwards ask it again: 'vgraph build TARGET:text --force'.
                """,
            example: """
                In a container: start it with '--security-opt seccomp=unconfined', then ask the reviewer again.
                """),
        RunbookEntry(
            "gate.unanswered", "A claim is not answered",
            symptom: "'the claim 'claim.1' is not answered', with its words, its time and a command.",
            cause: "No reviewer answered it, or the policy asks for a person.",
            remedy: """
                Watch the film at that time, then sign what you saw: 'vgraph answer TARGET claim.1 supports --by \
                NAME --reason TEXT'. If it does not hold, sign 'contradicts' and mend the film.
                """,
            example: "'the discount is shown with its end date': seen at 12.4 s, answered."),
        RunbookEntry(
            "gate.contradicted", "A claim is contradicted",
            symptom: "'the claim 'caption.3' is contradicted', with who says so and the evidence.",
            cause: "What is on the screen or heard is not what the spec says; or a rule or a person erred.",
            remedy: """
                Look at the evidence and mend the spec or the film. If the reviewer errs, a person whom \
                'brief.decides' names signs that the claim holds, with the reason: 'vgraph answer TARGET caption.3 \
                supports --by NAME --reason TEXT'; the gate keeps both. The answer of another person does not \
                outweigh a reviewer.
                """,
            example: "'Revenue grew 12%' is read as 'Revenue grew': the percent sign has no glyph in the font."),
        RunbookEntry(
            "gate.split", "Models of one family alone contradict a claim",
            symptom: "'is contradicted by one family of models alone'.",
            cause: "A model may err, so it does not decide alone.",
            remedy: "Look, and sign an answer; or ask a model of another family.",
            example: "A model does not find the logo in a dark scene; a person sees it and signs."),
        RunbookEntry(
            "gate.records", "Records or keys do not count",
            symptom: "'this record does not count', with file and line.",
            cause: """
                A line of the answers or decisions was changed, moved, copied from elsewhere, or signed by a key \
                that is not in vgraph.keys.
                """,
            remedy: """
                Restore the file from version control. A key that should count: add its line from 'vgraph key list' \
                and commit vgraph.keys.
                """,
            example: "A merge put two lines in another order: take one side, and let the other person sign again."),
        RunbookEntry(
            "gate.records-cut-off", "Records are missing",
            symptom: "'N records that NAME saw are missing'.",
            cause: """
                The end of the answers or of the decisions was cut off after a person had signed a record in the \
                other file.
                """,
            remedy: """
                Restore the file from version control. What was cut off in both files at once is seen only there.
                """,
            example: "A checkout of an older branch brought older answers beside newer decisions."),
        RunbookEntry(
            "gate.not-theirs", "Approved by a person who does not decide",
            symptom: "'NAME approved it, but the brief lets … decide'.",
            cause: "'brief.decides' names who may approve the film, and another person signed.",
            remedy: """
                Ask one of those whom the brief names. If the names are out of date, change the brief: that is a change \
                of the spec, which they see in git.
                """,
            example: "'brief: { decides: [anna] }': ben's approval is kept and does not count."),
        RunbookEntry(
            "gate.basis-gone", "Approved like another film, which is not approved any more",
            symptom: "'the approval by 'anna' rests on that of launch-a.mp4, which is not approved any more'.",
            cause: """
                The film was approved with '--like': a person looked at another film that shares its pictures, and that \
                film was sent back since.
                """,
            remedy: """
                What is wrong with the other film may be wrong with this one. Look at it: 'vgraph compare A B', then \
                approve or revise it by itself.
                """,
            example: "A wrong price in the shared scene was found in one of forty variants: all forty wait."),
        RunbookEntry(
            "gate.waiver-expired", "A waiver has expired",
            symptom: "The build or 'vgraph gate' says that a pass counted until a date which is over.",
            cause: "The gate passed only with a waiver, and waivers are for a time.",
            remedy: """
                Mend the fault, or look again and sign a new waiver. An approval counts again only if the gate \
                passes.
                """,
            example: "The black span was waived until Friday; on Saturday the gate says revise."),
        RunbookEntry(
            "gate.revised", "A person says revise",
            symptom: "'NAME says revise: …'.",
            cause: "The last decision about exactly these bytes is a revise.",
            remedy: """
                Do what the reason says and build: another file has no decision yet. If it was a mistake, the same \
                person approves.
                """,
            example: "'the tone is too loud for the audience': the music was lowered, and the new file approved."),
        RunbookEntry(
            "waiver.counts", "A fault is waived",
            symptom: "'waived D08 …' with who, until when and why. The check still failed.",
            cause: "A person signed that this fault of exactly this file is accepted for a time.",
            remedy: "Nothing now; mend the fault before the date. 'vgraph gate TARGET' lists what is waived.",
            example: "'waived D08 by anna until 2026-12-01: pause before the last card'."),
        RunbookEntry(
            "waiver.other-file", "A waiver is for another file",
            symptom: "A waiver is listed and does not count.",
            cause: "The film was built again with other bytes after it was signed.",
            remedy: "Look at the new film. If the fault is still there and still accepted, sign again.",
            example: "A caption was corrected: the waiver for the black span has to be signed for the new file."),
        RunbookEntry(
            "waiver.other-range", "A waiver covers another time",
            symptom: "The check still fails, and a waiver for it is listed as not counted.",
            cause: """
                Its range does not cover every failing span, or the check does not list its spans, so that only the \
                whole film can be waived.
                """,
            remedy: "Sign without '--from' and '--to': vgraph takes the spans of the finding.",
            example: "Waived 8.0 to 8.5 s, black from 8.0 to 9.2 s."),
        RunbookEntry(
            "waiver.not-waivable", "The policy does not let this check be waived",
            symptom: "A signed waiver is listed as not counted.",
            cause: """
                The policy's 'waivable' does not name the check, or it is one that says whether the file is whole.
                """,
            remedy: """
                Mend the fault. Who owns the policy can name the check there; D01, D02, D02.frames, D03 and D15 \
                never.
                """,
            example: "D09 is not waivable: flashes can hurt."),
        RunbookEntry(
            "waiver.too-long", "A waiver is for longer than the policy allows",
            symptom: "A signed waiver is listed as not counted.",
            cause: "More days lie between its signature and its end than 'waiver_days' of the policy.",
            remedy: "Sign one with a nearer date.",
            example: "Until the end of next year, with 'waiver_days: 30'."),
        RunbookEntry(
            "waiver.unneeded", "A waiver is not needed",
            symptom: "A waiver is listed although the check does not fail.",
            cause: "The fault is gone, or the rule was changed.",
            remedy: "Nothing. It has no effect.",
            example: "The profile now allows a second of black."),
    ]
}
