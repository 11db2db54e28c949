// Entries of the checks of what a spec's texts say.

extension Runbook {
    static let ofWording: [RunbookEntry] = [
        RunbookEntry(
            "P13.source", "Numbers agree with their source",
            symptom: "The build stops: a text says another number than the cell that its 'source' names.",
            cause: "The data changed and the text did not, the text has a slip, or the address names another cell.",
            remedy: """
                The message has both values and both places. Correct the text where the data are right, and the data \
                where they are not; never remove the source.
                """,
            example: "''167 plants' says '167', but its source 'data/plants.csv#total' says '176'': write 176."),
        RunbookEntry(
            "P13.unbound", "Every number has a source",
            symptom: "The spec says 'numbers: bound', and a number names no source.",
            cause: "A text was added without its source, or the number is a year, a name or a count of the film's own.",
            remedy: """
                Name the cell: 'source: data/plants.csv#total'. For a caption file list it in 'numbers.sources'; list \
                what needs none in 'numbers.unbound'.
                """,
            example: "''12' in '167 plants in 12 countries' names no source': 'source: [data/plants.csv#total, …]'."),
        RunbookEntry(
            "P14.number", "Texts agree on numbers",
            symptom:
                "The build stops: a caption, a text, the narration or the title say different numbers of one thing.",
            cause: "One of them was changed and the others were not.",
            remedy: """
                Ask for the right number, not for the newer one; then correct the other place. If both are right, say \
                in both what is counted.
                """,
            example: "''We run 176 plants' says '176', but the text '167 plants' says '167''."),
        RunbookEntry(
            "P14.slip", "Numbers that differ by one digit",
            symptom: "A warning: two numbers that are shown and said together differ by one digit or two swapped ones.",
            cause: "Mostly a slip of the hand; sometimes two numbers of two things.",
            remedy: "Look both up. Correct the slip, or word the two so that they are about different things.",
            example: "'167 plants' on the picture while a caption says '176 plants run on wind'."),
        RunbookEntry(
            "P14.date", "Texts agree on dates",
            symptom:
                "The build stops: two texts name different days, a weekday is not that of its date, or no month has it.",
            cause: "A date was moved in one place, or a weekday copied from last year's film.",
            remedy: "Look the date up, then correct it everywhere.",
            example: "''30 November 2026' is a Monday, not a Sunday'."),
        RunbookEntry(
            "P14.polarity", "Texts do not deny each other",
            symptom: "The build stops: one text says what another denies in the same words at the same time.",
            cause: "A 'not' or 'kein' was lost or added in one of them.",
            remedy: "Find out which one is true and correct the other; listen to the voice as well.",
            example: "'The plant is safe' in a caption over 'The plant is not safe'."),
        RunbookEntry(
            "P14.name", "Names are written in one way",
            symptom: "A warning: a name stands in the film in two spellings.",
            cause: "A slip, or two persons with almost the same name.",
            remedy: "Ask the person. For two persons set 'acceptance: { checks: { P14.name: off } }'.",
            example: "''Ana' is written 'Anna' elsewhere'."),
        RunbookEntry(
            "P14.address", "Addresses are written in one way",
            symptom:
                "A warning: the film names a web address, a mail address or a telephone number in two ways that look "
                + "alike.",
            cause: "A slip, an address that has changed, or two addresses, as of two countries.",
            remedy: """
                Open the address, or call the number, and correct the other one. Two that are meant stand best in one \
                text; otherwise set 'acceptance: { checks: { P14.address: off } }'.
                """,
            example: "''Go to lampco.de' says 'lampco.de', but the call to action says 'lampco.com''."),
        RunbookEntry(
            "P16.notation", "Numbers are written as the language writes them",
            symptom: "A warning: an English text says 1.299,00 or a German one 1,299.00.",
            cause: "The number was copied from a text or a table of another language.",
            remedy: """
                Write it as the language does. A number in a prop is written right in every language by \
                '{{price, currency EUR}}' or '{{n, number}}'.
                """,
            example: "''Only $1.299,00' has '1.299,00', but the language of the film writes numbers as '1,234.50''."),
        RunbookEntry(
            "P15.forbidden", "Nothing is said that must not be",
            symptom: "The build stops: a text, a caption, the narration or the title has words of 'brief.must_not'.",
            cause: "The text was written without the brief.",
            remedy: "Say it in another way. The brief itself is changed only by those who decide.",
            example: "'the text 'The best in the world' says 'best in the world', which the brief forbids'."),
        RunbookEntry(
            "P15.unsaid", "What must be said is said",
            symptom: "A warning: the words of 'brief.must_say' stand together in no text, caption or narration.",
            cause: "It was cut, or it is said in other words.",
            remedy: """
                Say it in these words, or let a person answer its claim: 'vgraph answer NAME.mp4 brief.say.1 supports \
                …'.
                """,
            example: "'no text, caption or narration says 'it costs 149 dollars': '149 dollars' is missing'."),
        RunbookEntry(
            "P15.template", "No text holds what a program should have replaced",
            symptom:
                "A text shows a template's mark, '[object Object]', NaN, lorem ipsum, HTML, or wrongly decoded letters.",
            cause: """
                The program that writes the spec did not fill a field, escaped it for a web page, or read a file in \
                another encoding.
                """,
            remedy:
                "Fill it where the spec is made. A film about code: 'acceptance: { checks: { P15.template: off } }'.",
            example: "''Hi ${name}' holds '${name}', which viewers should not see': the row has no name."),
        RunbookEntry(
            "P15.placeholder", "No text is a placeholder",
            symptom: "A warning: a text holds TODO, 'undefined', <name> or the like.",
            cause: "A draft was not finished, or a field was empty where the spec was made.",
            remedy: "Write what should stand there. A word that is meant needs nothing.",
            example: "''Hello undefined' holds 'undefined', a placeholder': the name was missing."),
        RunbookEntry(
            "P16.spelling", "Words are spelled right",
            symptom: "A warning: no dictionary of the language has a word.",
            cause: "A slip, or a word of the trade or the project.",
            remedy: "Correct it, or add it to the spec's 'words' after looking at it twice.",
            example: "'no dictionary has the word 'recieve'', hint: did you mean 'receive'?"),
        RunbookEntry(
            "P16.doubled", "No word stands twice in a row",
            symptom: "A text says 'the the'.",
            cause: "A slip of an edit, often at a line break.",
            remedy: "Remove one of them.",
            example: "''the' stands twice in 'This is the the lamp.''."),
        RunbookEntry(
            "P16.dictionary", "There is a dictionary of the language",
            symptom: "A note that spelling is not checked.",
            cause: "The machine has no hunspell dictionary of 'video.language', or the language is misspelled.",
            remedy: "Install it, for example with 'apt-get install hunspell-de-de', and build again.",
            example: "'spelling is not checked: no dictionary for 'sv' is installed'."),
        RunbookEntry(
            "P16.language", "Captions are in the declared language",
            symptom: "A warning that captions or narration seem to be in another language than 'video.language'.",
            cause: "A caption file of another version of the film, or a spec that was copied from one.",
            remedy: "Name the right file, or declare the language; players and reviewers go by it.",
            example: "''Die Lampe folgt der Sonne' seems to be German, but 'video.language' is 'en''."),
        RunbookEntry(
            "P17.missing", "Every text is translated",
            symptom: "A warning: the film in a language shows a text of the spec's own language.",
            cause: "The text is new, or its key changed, and the file of texts was not written again.",
            remedy: """
                'vgraph texts extract' adds it to the file; send that to the translator, or an XLIFF or PO file \
                ('--format xliff'), and take it back with 'vgraph texts import'.
                """,
            example: "''Meet Aurora' is not translated into 'de'': fill in 'scene.hook.headline'."),
        RunbookEntry(
            "P17.stale", "Translations are of the text that the spec has",
            symptom: "A warning: a translation was made from another text than the spec has now.",
            cause: "The spec was edited after it was translated.",
            remedy: """
                Compare both sources of the message, correct the translation, and write the new source into the file. \
                'vgraph texts import' does both for what comes back from a translator.
                """,
            example: "'was made from 'From $49', but the spec now says 'From $59''."),
        RunbookEntry(
            "P17.unknown", "Translations belong to texts",
            symptom: "A warning: a file of texts has a key that the spec does not have.",
            cause: "A text was removed, moved to another scene, or renamed; or the key has a slip.",
            remedy: "Move the translation to the new key, or remove it. 'vgraph texts' never removes one.",
            example: "'the spec has no text 'scene.hook.headlin'', hint: did you mean 'scene.hook.headline'?"),
        RunbookEntry(
            "P17.voice", "Voices speak the language of the film",
            symptom: "A warning: the film in a language uses the recording of the spec's own language.",
            cause: "Texts and captions were translated, and the voice was not recorded again.",
            remedy: "Record it, and name the file: 'languages: { de: { files: { voice: assets/voice.de.wav } } }'.",
            example: "'the voice 'assets/voice.wav' is the one of the film in 'en''."),
        RunbookEntry(
            "P17.captions", "Caption files are in the language of the film",
            symptom: "A warning: the film in a language shows the caption file of the spec's own language.",
            cause: "The file was not translated, or the language does not name its own.",
            remedy:
                "Name it: 'languages: { de: { captions: assets/captions.de.vtt } }', or under 'files' for a scene's.",
            example: "''assets/captions.vtt' is the file of the film in 'en''."),
    ]
}
