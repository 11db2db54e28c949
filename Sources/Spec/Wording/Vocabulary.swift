// Words that carry no meaning of their own, words that deny, and the stems of the others, in English and German. Enough
// to see that two sentences say the same of the same thing; it is no dictionary.

enum Vocabulary {
    static let languages: Set<String> = ["en", "de"]

    /// Articles, pronouns, prepositions, auxiliaries, and verbs that only connect a thing with its number.
    static func isEmpty(_ key: String, _ language: String) -> Bool {
        (language == "de" ? german : english).contains(key)
    }

    static func denies(_ key: String, _ language: String) -> Bool {
        language == "de"
            ? ["nicht", "kein", "keine", "keinen", "keinem", "keiner", "keines", "nie", "niemals", "ohne", "nichts"]
                .contains(key)
            : ["not", "no", "never", "without", "none", "nothing", "cannot"].contains(key) || key.hasSuffix("n't")
    }

    /// Words after which a denial means something else: not only, nicht nur, no longer than.
    static func softensDenial(_ key: String, _ language: String) -> Bool {
        language == "de"
            ? ["nur", "mehr", "zuletzt", "einmal", "bloß", "allein", "weniger", "länger"].contains(key)
            : ["only", "just", "more", "least", "merely", "longer", "less", "matter", "one", "doubt", "even", "wonder"]
                .contains(key)
    }

    /// Words that make a number one of another kind: a part, a change, a limit, a time, another one.
    static func limits(_ key: String, _ language: String) -> Bool {
        (language == "de" ? germanLimits : englishLimits).contains(key)
    }

    /// The stem of a noun, equal for its singular and plural in most cases.
    static func stem(_ key: String, _ language: String) -> String {
        var key = key.replacing("'s", with: "")
        guard key.count > 3 else { return key }
        if language == "de" {
            for ending in ["en", "er", "es", "e", "n", "s"] where key.hasSuffix(ending) && key.count - ending.count >= 3
            {
                return String(key.dropLast(ending.count))
            }
            return key
        }
        if key.hasSuffix("ies"), key.count > 4 { return key.dropLast(3) + "y" }
        for ending in ["sses", "shes", "ches", "xes", "zes"] where key.hasSuffix(ending) {
            return String(key.dropLast(2))
        }
        if key.hasSuffix("s"), !key.hasSuffix("ss"), !key.hasSuffix("us"), !key.hasSuffix("is") { key.removeLast() }
        return key
    }

    /// One name for each unit of measure, however it is written.
    static func unit(_ key: String, _ language: String) -> String {
        let stem = stem(key, language)
        return units[key] ?? units[stem] ?? stem
    }

    private static let units = [
        "h": "hour", "hr": "hour", "hrs": "hour", "stund": "hour", "min": "minute", "mins": "minute", "minut": "minute",
        "s": "second", "sec": "second", "secs": "second", "sekund": "second", "kg": "kilogram", "kilo": "kilogram",
        "kilogramm": "kilogram", "km": "kilometer", "kilometre": "kilometer", "kilomet": "kilometer", "m": "meter",
        "metre": "meter", "met": "meter", "cm": "centimeter", "centimetre": "centimeter", "zentimet": "centimeter",
        "w": "watt", "k": "kelvin", "d": "day", "gb": "gigabyte", "mb": "megabyte", "tb": "terabyte",
        "g": "gram", "gramm": "gram", "l": "liter", "litre": "liter",
    ]

    private static let english: Set<String> = set(
        """
        a an the this that these those it its he she they them their we our ours us you your yours i my mine me his her who which what
        of in on at to for from by with into onto over under about as and or but so than then there here now just only
        is are was were be been being am has have had do does did will would can could may might shall should must
        get gets got cost costs costing pay pays run runs offer offers make makes made come comes go goes use uses used
        see show shows say says meet try need needs take takes want wants let all very too also still already yet if
        when while because up out off how why where more most less not no never every each any some many few much
        around roughly nearly almost exactly today one always now price priced prices it's that's there's we're you're they're don't isn't
        """)

    private static let german: Set<String> = set(
        """
        der die das den dem des ein eine einen einem einer eines dies diese dieser dieses diesen diesem es er sie wir
        uns unser unsere unseren unserem unserer ihr ihre ihren ihnen du dein deine ich mein meine sich man wer was
        und oder aber so als dann da hier jetzt nur auch noch schon sehr zu von in im an am auf für mit bei nach aus
        über unter um bis durch ist sind war waren sein bin wird werden wurde wurden hat haben hatte hatten kann können
        muss müssen soll sollen will wollen darf dürfen gibt kostet kosten zahlt zahlen macht machen kommt kommen geht
        gehen zeigt zeigen braucht brauchen nutzt nutzen alle alles jede jeder jedes mehr wenn weil wie warum wo nicht
        kein keine keinen keinem keiner nie ohne etwa rund fast genau heute dass zum zur vom beim ins immer preis preise eins
        """)

    private static let englishLimits: Set<String> = set(
        """
        in of per each every more less fewer than last next previous new other another half from to by before after
        until till since was were had used grew grow grows grown up down plus save saves saved saving off discount extra
        another first second third least most up over under between within without instead again once
        twice about around almost nearly every some these those here goal target average total year month week day
        """)

    private static let germanLimits: Set<String> = set(
        """
        in im von pro je mehr weniger als letzte letzten letzter letztes nächste nächsten nächster neue neuen neuer
        andere anderen anderer weitere weiteren halb ab bis zu vor nach seit war waren hatte hatten wuchs stieg sank plus spart
        sparen gespart rabatt zusätzlich erste ersten zweite zweiten mindestens höchstens über unter zwischen statt
        jede jeder jedes jährlich monatlich jahr monat woche tag ziel schnitt insgesamt rund etwa fast davon
        """)

    private static func set(_ words: String) -> Set<String> {
        Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}

extension Vocabulary {
    /// Words before a number that is not exact.
    static func isVague(_ key: String, _ language: String) -> Bool {
        language == "de"
            ? [
                "etwa", "rund", "fast", "circa", "ca", "über", "unter", "mehr", "weniger", "bis", "knapp", "ab",
                "mindestens",
            ]
            .contains(key)
            : [
                "about", "around", "roughly", "nearly", "almost", "over", "under", "than", "up", "some",
                "approximately",
                "least", "most", "circa",
            ].contains(key)
    }
}
