// Entries of the checks of a spec, before anything is drawn.

extension Runbook {
    static let ofSpecs: [RunbookEntry] = [
        RunbookEntry(
            "P01", "The spec is valid",
            symptom: "The build stops with messages at lines of the spec before anything is drawn.",
            cause: "A field, a type, a name or a time that the format does not have.",
            remedy: """
                Read the hint; it names what is nearest. 'vgraph schema > video.schema.json' lets an editor check \
                while you type.
                """,
            example: "'unknown field 'captoins'', hint: did you mean 'captions'?"),
        RunbookEntry(
            "P01.profile", "Size, frame rate and loudness within the profiles",
            symptom: "The spec asks for something that a profile does not allow.",
            cause: "'acceptance.profile' names a platform with other limits.",
            remedy: "Change the field, or name the platform where the film will really be published.",
            example: "'the height is 1080, but the profile requires 1920': the short needs its own format."),
        RunbookEntry(
            "P01.rate", "The frame rate suffices for what moves",
            symptom: "Clips and moving layers go in jerks, as in a slide show.",
            cause: "'video.fps' is left from a draft, or was meant as a duration.",
            remedy: "Set 24, 25, 30, 50 or 60, as the clips have. For slides that stand still few frames are right.",
            example: "''video.fps' is 5, so 'clip.mp4' (line 9) moves in jerks'."),
        RunbookEntry(
            "P01.shape", "The picture has the shape of the profiles' screens",
            symptom: "The film will lie between bars, or be cropped, where it is published.",
            cause: "'acceptance.profile' names a place of upright films, and 'video.size' is wide.",
            remedy:
                "Make a format of that shape and give it the profile: 'formats: { tall: { size: 1080x1920, profile: reels } }'.",
            example: "'the picture is 1920x1080, but the profile describes a screen of 9:16'."),
        RunbookEntry(
            "P02.duration", "Total duration of the scenes",
            symptom: "The scenes add up to another length than was accepted.",
            cause: "A scene was added or changed and 'acceptance.duration' was not.",
            remedy: "Change the scenes' durations, or agree on a new length.",
            example: "'the scenes last 21 s, but 'acceptance.duration' requires 20 s'."),
        RunbookEntry(
            "P02.narration", "The narration is heard to its end",
            symptom: "A voice is cut off by the end of its scene or of the film, or meets the next one.",
            cause: "The recording is longer than the scene that it belongs to.",
            remedy: "Lengthen the scene to the voice, never the other way round: the narration sets the time.",
            example: "'the video ends 0.8 s before 'voice'': give the last scene one second more."),
        RunbookEntry(
            "P03", "Every file opens and decodes",
            symptom: "An asset is missing, damaged or of a kind that vgraph does not read.",
            cause: "A wrong path, a file that was not committed, or a download that stopped.",
            remedy: """
                The message names the file and its fault. Put the file there, or declare its folder with '--root'.
                """,
            example: "'asset 'hero': 'assets/hero.png' does not exist [asset-missing]'."),
        RunbookEntry(
            "P03.length", "Clips and sounds are long enough",
            symptom: "A clip or sound ends before the layer or track that uses it.",
            cause: "The clip is shorter than planned, or its speed was raised.",
            remedy: "End the layer earlier, slow the clip down, or set 'loop'.",
            example: "''drone' ends 0.6 s before its layer, so its last picture stays'."),
        RunbookEntry(
            "P03.rate", "Footage moves evenly",
            symptom: "Pans and people in a clip move in small jerks, several times a second.",
            cause:
                "The film has another rate than its footage: of 25 pictures a second in 30 frames each fifth is shown "
                + "twice.",
            remedy: "Set 'fps' to the footage's rate. If the platform asks for another, switch the check off.",
            example: "''drone' has 25 pictures a second and the video 30 frames, so its motion is uneven'."),
        RunbookEntry(
            "P03.sound", "A clip's own sound is heard",
            symptom: "A clip has sound of its own that the film does not play.",
            cause: "Only 'audio.tracks' are heard; a layer shows pictures.",
            remedy: "Add the clip as a track, or switch the check off if silence is wanted.",
            example: "''interview' has its own sound, which the video does not play'."),
        RunbookEntry(
            "P04", "Captions are inside the video",
            symptom: "A caption begins or ends outside the film, overlaps another or is empty.",
            cause: "Times that were written for another cut, or a caption file of another film.",
            remedy: "Write captions inside their scenes, so that they move with them.",
            example: "'caption-outside': the caption ends at 31 s, the film at 30 s."),
        RunbookEntry(
            "P05.frame", "Text is inside the frame",
            symptom: "A part of a text lies outside the picture all the time that it is shown.",
            cause: "The text is too long or too large, or was placed for another size.",
            remedy: "Smaller 'size', a 'max_width' at which it wraps, or another position in percent.",
            example: "'64 px lie beyond the right edge': the German title is longer; set 'max_width: 80%'."),
        RunbookEntry(
            "P05.layer", "Layers are inside the frame",
            symptom: "A layer, or most of it, is never seen.",
            cause: "A position in pixels that fits only one size.",
            remedy: "Use percentages and 'anchor'.",
            example: "'100 % of 'logo.png' is never in the picture' in the format 'vertical'."),
        RunbookEntry(
            "P05.cut", "Pictures are not cropped to less than half",
            symptom: "More than half of a picture is cut off, perhaps the heads of people.",
            cause:
                "A wide picture fills a tall frame or the other way round, or 'auto' makes it higher than the frame.",
            remedy: """
                Say with 'focus' or 'keep' what must be seen, or use another 'size', 'fit: contain' over a background, or \
                a picture of the other shape. 'fit: cover' in the spec's own size says that the rest does not matter.
                """,
            example: "'61 % of 'team.jpg' is cut off': two people are lost; use 'fit: contain'."),
        RunbookEntry(
            "P05.enlarged", "Pictures are not enlarged until they are soft",
            symptom: "A logo or a photo looks blurred or jagged.",
            cause: "Its file has fewer pixels than the place where it is shown: an icon from a web page, a preview.",
            remedy: "Ask for the original, or show it smaller. Off if it is meant, as in pixel art.",
            example: "''logo.png' is shown 20 times as large as its file, which has 48x48 pixels'."),
        RunbookEntry(
            "P05.stretched", "Pictures keep their proportions",
            symptom: "A face is too wide, a round logo is an oval.",
            cause: "'fit: fill' with a 'size' of another shape than the file's.",
            remedy: "Use 'fit: cover' or 'contain', or one side 'auto'. Off for textures that may be stretched.",
            example: "''ann.jpg' is stretched: it is shown 1.78 times as wide as it should be'."),
        RunbookEntry(
            "P05.focus", "The points of focus are in view",
            symptom: "A point of 'focus' is not in the part of a picture that a format shows.",
            cause: "The points lie farther apart than the crop is wide.",
            remedy: "Give the picture another 'size' in that format with 'by_format', or leave out the last points.",
            example: "'point 2 of the focus of 'team', at 80 %, 40 %, is cut off': in 9:16 it needs a lower 'size'."),
        RunbookEntry(
            "P05.keep", "What must be kept of a picture is in view",
            symptom: "The part of a picture that must not be cut is cut off by its box or by the frame.",
            cause: "The format is narrower than that part, or the layer moves beyond the edge.",
            remedy: """
                Give it another 'size' or 'at' in that format, 'fit: contain' over a background, or another picture: \
                'by_format: { portrait: { image: hero_tall } }'.
                """,
            example: "'38 % of the part of 'bottle' that must be kept is cut off, in the format 'tall''."),
        RunbookEntry(
            "P05.group", "The layers of a group have room",
            symptom: "The layers of a group do not fit into its box.",
            cause: "Sizes that suit one format, or more lines of text than there is room for.",
            remedy: "More 'size' for the group, less for its layers, or another 'layout' in that format.",
            example: "'the layers of the group need 1210 px down, and it has 972 px': 'layout: turn' makes it a row."),
        RunbookEntry(
            "P05.fit", "Text fits into its box",
            symptom: "A text does not fit into its box even at its least size.",
            cause: "A longer text than planned: another language, or another product's name.",
            remedy: "Shorten the text, raise 'lines' or 'size', or lower 'fit: { min: … }'.",
            example: "''Feuchtigkeitsspendend' breaks a word, even with letters of 52 px'."),
        RunbookEntry(
            "P05.small", "Letters are large enough to read",
            symptom: "Letters are smaller than 2 % of the frame's shorter side.",
            cause: "A size in pixels of a larger frame, or a text that was made to fit.",
            remedy: "A larger 'size' or a higher 'fit: { min: … }'; leave out what needs so many words.",
            example: "'the letters of 'Terms apply' have 16 px, less than 21.6 px'."),
        RunbookEntry(
            "P05.word", "No word is broken across lines",
            symptom: "A word is split in the middle.",
            cause: "It is wider than its box.",
            remedy: "Smaller 'size', larger 'max_width', or a soft hyphen where it may break.",
            example: "'Donaudampfschiff' breaks within a word in the vertical format."),
        RunbookEntry(
            "P05.lines", "Lines of a caption",
            symptom: "A caption takes more lines than the guideline allows.",
            cause: "Too many words at once.",
            remedy: "Split it in two at a clause.",
            example: "'takes 3 lines, more than 2': split it before 'and'."),
        RunbookEntry(
            "P05.characters", "Characters in a line of a caption",
            symptom: "A line is longer than is read in one glance.",
            cause: "A caption width that is too large for its letters.",
            remedy: "Lower 'captions.max_width' so that it wraps, or split it.",
            example: "'51 characters, more than 42'."),
        RunbookEntry(
            "P05.width", "Width of a caption",
            symptom: "A caption is wider than the profile allows.",
            cause: "'captions.max_width' is wider than broadcasters accept.",
            remedy: "Set 'captions.max_width: 68%'.",
            example: "'80 % of the frame wide, more than 68 %' under the profile broadcast."),
        RunbookEntry(
            "P06.glyphs", "Every character has a glyph",
            symptom: "A character would be drawn as an empty box.",
            cause: "No font of the spec and none of the machine has it.",
            remedy: "Add a font file that has it to the project and to 'theme.fonts'.",
            example: "'no font has 'ʻ' (U+02BB)': add Noto Sans."),
        RunbookEntry(
            "P06.font", "The spec's fonts are available",
            symptom: "None of the families of a font is there.",
            cause: "The font is installed on the machine of the designer only.",
            remedy: "Put its file into the project: '{ body: assets/Name.ttf }'. Check that its licence allows that.",
            example: "'the font 'Brand Grotesk' of 'body' is not installed'."),
        RunbookEntry(
            "P06.taken", "The first choice of each font is available",
            symptom: "Another family than the first of the list is used.",
            cause: "The first one is missing on this machine.",
            remedy: "Put its file into the project, so that every machine draws the same.",
            example: "'the font 'Inter' is not installed; vgraph uses 'DejaVu Sans''."),
        RunbookEntry(
            "P06.weight", "Fonts have the requested weight",
            symptom: "A text is drawn in another weight than asked.",
            cause: "The family has no such weight here.",
            remedy: "Add a file of that weight or a variable font, or ask for one that the font has.",
            example: "''Lato' has no weight 600; vgraph uses 700'."),
        RunbookEntry(
            "P06.fallback", "Characters come from the spec's fonts",
            symptom: "Some characters are drawn in a font that the spec does not name.",
            cause: "The named font lacks them.",
            remedy: "Name a font that has them behind the first, so that every machine uses the same.",
            example: "'does not have '→''; vgraph uses 'DejaVu Sans''."),
        RunbookEntry(
            "P06.box", "Letters stay inside their box",
            symptom: "Parts of letters reach beyond the box behind the text.",
            cause: "'padding' or 'line_height' is too small for letters such as g or Å.",
            remedy: "Raise one of them.",
            example: "'letters reach 4 px beyond the bottom edge of their own box'."),
        RunbookEntry(
            "P07.duration", "Duration of captions",
            symptom: "A caption is shown too briefly or too long.",
            cause: "Words were spread over captions without regard to time.",
            remedy: "Join it with its neighbour, or split it.",
            example: "'shown for 0.6 s, less than 0.833 s'."),
        RunbookEntry(
            "P07.gap", "Gaps between captions",
            symptom: "Two captions follow without a visible gap.",
            cause: "The first ends where the next begins.",
            remedy: "End the first one two frames earlier.",
            example: "'begins 1 frame after the previous one, less than 2 frames'."),
        RunbookEntry(
            "P07.speed", "Reading speed",
            symptom: "A caption has more words than can be read in its time.",
            cause: "Fast speech, or a caption that repeats all of it.",
            remedy: "Show it longer or shorten its text; keep numbers and names.",
            example: "'23.4 characters a second, more than 20'."),
        RunbookEntry(
            "P08.dwell", "Text on the picture can be read",
            symptom: "A title or label is gone before it can be read.",
            cause: "It enters late, leaves early, or has too many words.",
            remedy: "Show it earlier or longer, or shorten it.",
            example: "'visible for 0.9 s, too short to read': six words need 1.8 s."),
        RunbookEntry(
            "P08.empty", "Something is shown at every time",
            symptom: "For more than a second viewers see the background alone.",
            cause: "A scene without layers, or layers that end before their scene or begin late.",
            remedy: "Give that time a layer or a caption, or shorten the scene. Switch the check off if it is meant.",
            example: "'nothing but the background is shown from 3 s to 6 s': the scene's 'layers' were forgotten."),
        RunbookEntry(
            "P08.flash", "Scenes are shown long enough to be seen",
            symptom: "Something flashes up between two scenes.",
            cause: "A wrong unit ('0.1s' for '1s'), or what an edit left of a scene.",
            remedy: "Show the scene longer, or remove it. A rapid sequence of scenes is not reported.",
            example: "'the scene 'price' is shown for 0.1 s (3 frames)'."),
        RunbookEntry(
            "P08.repeated", "No scene is the one before once more",
            symptom: "The same is shown and said twice.",
            cause: "A scene was copied to be filled in and was not, or a list of 'each' has an item twice.",
            remedy: "Write what it should say, or remove it. If it is meant, show the first one longer.",
            example: "'the scene 'feature-3' shows and says the same as 'feature-2' before it'."),
        RunbookEntry(
            "P08.unseen", "Every layer is seen",
            symptom: "Something that the spec names is nowhere in the film.",
            cause: """
                Its opacity or scale is 0 for as long as it is there, it stands before a picture that fills the frame \
                and is drawn over it, its file is transparent throughout, or it is a logo of one colour in front of that \
                colour.
                """,
            remedy: "Move it behind that picture in the list, or raise its value. 'hide: true' leaves a layer out.",
            example: "''logo.png' is never seen: it lies behind 'street.jpg' (line 9)'."),
        RunbookEntry(
            "P08.moves", "Animations end while their layer is shown",
            symptom: "A move is cut off, or a layer that should appear never does.",
            cause: "Times of keyframes count from when the layer appears, not from the start of the film.",
            remedy: "End the move earlier, or show the layer or its scene longer.",
            example: "''New' is shown for 3 s, but its keyframes of 'opacity' end 6 s after it appears'."),
        RunbookEntry(
            "P09.zone", "Text keeps clear of a platform's controls",
            symptom: "Buttons of the platform will cover a text.",
            cause: "The text lies at an edge where the platform draws.",
            remedy: "Move it towards the middle; captions with 'captions.position'.",
            example: "'reaches 120 px into the bottom of the picture' under the profile tiktok."),
        RunbookEntry(
            "P09.keep", "No text covers what must be kept of a picture",
            symptom: "A title or a caption lies over the part of a picture that must be seen.",
            cause: "The picture fills another format, so that text which was beside it is over it.",
            remedy: "Move the text in that format with 'by_format', or the picture with 'focus' or 'size'.",
            example: "''Now 20 % off' (line 31) covers the part of 'bottle' that must be kept'."),
        RunbookEntry(
            "P09.overlap", "Captions cover no other text",
            symptom: "A caption lies over a title or a label.",
            cause: "Both stand at the bottom at the same time.",
            remedy: "Move one, or end the text before the caption begins.",
            example: "the lower third and caption 3 overlap for 1.2 s."),
        RunbookEntry(
            "P09.texts", "Texts cover no other text",
            symptom: "Two texts lie over each other.",
            cause: "One has not left when the other enters.",
            remedy: "Move one of them, or end it before the other begins.",
            example: "'Q3' and 'Q4' overlap: give the first 'end: 3s'."),
        RunbookEntry(
            "P10.contrast", "Contrast of text",
            symptom: "A text is hard to read against what is behind it at some moment.",
            cause: "A light text over a bright part of a picture or clip.",
            remedy: "Another colour, or a 'background', an 'outline' or a 'shadow' in its style.",
            example: "'contrast of 2.9:1 at 4.2 s, less than 4.5:1': the sky behind the caption."),
        RunbookEntry(
            "P10.unreadable", "Text that cannot be read",
            symptom: "The build stops before encoding: a text has less than 2:1.",
            cause: "Text and ground have nearly the same brightness.",
            remedy: """
                As for P10.contrast. For a text that is decoration: 'acceptance: { checks: { P10.unreadable: warn } \
                }'.
                """,
            example: "'white on #f4f4f4, 1.1:1'."),
        RunbookEntry(
            "P11.license", "Rights of every asset are declared",
            symptom: "An asset has no licence or credit, and a profile asks for it.",
            cause: "It was added without its source.",
            remedy: """
                Look its licence up and write '{ file: …, license: …, credit: … }'. What has no licence is not used.
                """,
            example: "'asset 'music' has no 'license''."),
        RunbookEntry(
            "P11.generated", "Generated media are labelled",
            symptom: "A warning that generated pictures or voices need the platform's label.",
            cause: "An asset has 'source: trained' or 'generated: true', or its file says so itself.",
            remedy: "Set the label when you publish; the file cannot carry it.",
            example: "''host' is generated, which needs a label': YouTube's altered-content switch."),
        RunbookEntry(
            "P11.trained", "What a model made is declared",
            symptom: "A file says that a trained model made it or a part of it, and the spec does not.",
            cause: "Its C2PA manifest or its XMP names a digital source type such as trainedAlgorithmicMedia.",
            remedy: """
                Write '{ file: …, source: trained }'. The film is marked as made with a trained model in any case: what \
                a file says of itself is not undone by a spec that leaves it out. If the file is wrong, get one without \
                that mark from whoever made it.
                """,
            example:
                "''host' says that a trained model made it … (trainedAlgorithmicMedia)': a clip from a video model."),
        RunbookEntry(
            "P11.credentials", "Assets with content credentials have a source",
            symptom: "A remark that a picture, clip or sound carries content credentials.",
            cause: """
                The file has a C2PA manifest, which pictures and sound that are encoded anew do not carry, and its entry \
                in 'assets' has no 'source'. Or it has more metadata than is searched.
                """,
            remedy: """
                Look into the manifest (any C2PA viewer) and write '{ file: …, source: captured }', or screen, drawn, \
                algorithmic, trained or composite. The film's own mark is made of these words.
                """,
            example: "''street' carries content credentials (C2PA)': a photo from a camera that signs."),
        RunbookEntry(
            "P12.shift", "Voice and captions are in sync",
            symptom: "From one scene on, the voice is earlier or later than its captions.",
            cause: "A scene was inserted; captions moved with their scenes and the voice did not.",
            remedy: "Tie each voice to its scene: 'at: scene.NAME.start + …', one track a scene.",
            example: "'from scene 'offer' on the voice is 2.5 s earlier than its captions'."),
        RunbookEntry(
            "P12.silent", "A caption is spoken",
            symptom: "No voice speaks while a caption is shown, though speech near it has no caption.",
            cause: "The caption's time is wrong, or the voice was moved.",
            remedy: "Tie both to the same scene, or correct the caption's times.",
            example: "'no voice speaks during 1.8 s of the caption 'Try it today''."),
        RunbookEntry(
            "P12.caption", "A caption comes with its words",
            symptom: "One caption appears long before or after the words that it shows; the others are right.",
            cause: "Its line was edited or moved by hand, or the voice says something before it that no caption shows.",
            remedy: "Listen at that time: correct the start, or write the caption that is missing before it.",
            example: "'the caption 'It follows your day' comes 0.8 s after the voice begins to speak'."),
        RunbookEntry(
            "P12.missing", "All that is said has a caption",
            symptom: "The voice says a sentence that no caption shows, while all others have theirs.",
            cause: "A line was deleted, or the file of captions is an earlier or a shortened one.",
            remedy: "Write the caption, or name the whole file. For a voice without words there, set the check to off.",
            example: "'what the voice says from 7 s to 8.9 s of the video has no caption'."),
        RunbookEntry(
            "P12.words", "Captions are what the voice says",
            symptom: "The captions say something else than the voice, though their times are right.",
            cause: "The captions are those of another film or of an earlier script, or 'says' is.",
            remedy: """
                Name the captions of this recording. If they are right, correct 'says': listen to the file, not to the \
                script.
                """,
            example: "'the voice does not say 'Buy our new vacuum cleaner today.': it says 'Meet Aurora.''."),
        RunbookEntry(
            "P12.lips", "A clip runs with its own sound",
            symptom: "A person speaks, and the words come earlier or later than the lips.",
            cause: "The layer has a 'trim' or a 'speed' that the track of the same file does not have.",
            remedy: "Give both the same 'trim' and tie both to the scene; a sound cannot be played faster.",
            example: "'the sound of 'talk.mp4' (line 14) comes 2 s after its picture': 'trim: 2s' was missing."),
    ]
}
