// XLIFF 2.0: files for translators' programs. Units have the keys of texts as their names.
import Diagnostics

extension ExchangeFile {
    static let xliffNamespace = "urn:oasis:names:tc:xliff:document:2.0"

    var xliff: String {
        var out = """
            <?xml version="1.0" encoding="UTF-8"?>
            <xliff xmlns="\(Self.xliffNamespace)" version="2.0" srcLang="\(xmlEscaped(ownLanguage))" \
            trgLang="\(xmlEscaped(language))">
              <file id="texts" original="\(xmlEscaped(spec))">

            """
        for (index, unit) in units.enumerated() {
            out += "    <unit id=\"u\(index + 1)\" name=\"\(xmlEscaped(unit.key))\">\n"
            var notes: [(String, String)] = []
            if let place = unit.place { notes.append(("place", "\(place.file):\(place.line)")) }
            if let old = unit.oldSource { notes.append(("old-source", old)) }
            if !notes.isEmpty {
                out += "      <notes>\n"
                for (category, text) in notes {
                    out += "        <note category=\"\(category)\">\(xmlEscaped(text))</note>\n"
                }
                out += "      </notes>\n"
            }
            let state = unit.target == nil || unit.isStale ? "initial" : "translated"
            out += "      <segment state=\"\(state)\">\n"
            out += "        <source xml:space=\"preserve\">\(xmlEscaped(unit.source))</source>\n"
            if let target = unit.target {
                out += "        <target xml:space=\"preserve\">\(xmlEscaped(target))</target>\n"
            }
            out += "      </segment>\n    </unit>\n"
        }
        return out + "  </file>\n</xliff>\n"
    }

    static func readXLIFF(_ bytes: [UInt8], file: String) throws(LanguageProblem) -> ExchangeFile {
        let root = try XMLElement.read(bytes, file: file)
        guard root.name == "xliff", root.attributes["version"]?.hasPrefix("2.") == true else {
            let version = root.attributes["version"].map { " \($0.prefix(20))" } ?? ""
            throw .notXLIFF(
                found: root.name == "xliff" ? "XLIFF\(version)" : "an XML file of '\(root.name)'", at: root.place)
        }
        var units: [Unit] = [], seen: Set<String> = []
        var open = root.elements.reversed().map(\.self), original = ""
        while let element = open.popLast() {
            switch element.name {
            case "file":
                if original.isEmpty { original = element.attributes["original"] ?? "" }
                open += element.elements.reversed()
            case "group": open += element.elements.reversed()
            case "unit":
                guard let key = element.attributes["name"], !key.isEmpty else {
                    throw .badXML("a unit has no 'name', which is the key of its text", at: element.place)
                }
                guard seen.insert(key).inserted else {
                    throw .badXML("two units are named '\(key.prefix(100))'", at: element.place)
                }
                units.append(try unit(element, key))
            default: break
            }
        }
        return ExchangeFile(
            language: root.attributes["trgLang"] ?? "", ownLanguage: root.attributes["srcLang"] ?? "", spec: original,
            units: units)
    }

    /// A program may have cut the text into several segments.
    private static func unit(_ element: XMLElement, _ key: String) throws(LanguageProblem) -> Unit {
        var unit = Unit(key: key, source: "", target: ""), isInitial = false
        for part in element.elements {
            switch part.name {
            case "notes":
                for note in part.elements where note.attributes["category"] == "old-source" {
                    unit.oldSource = try content(note)
                }
            case "segment", "ignorable":
                var source = "", target: String?
                for child in part.elements {
                    if child.name == "source" { source = try content(child) }
                    if child.name == "target" { target = try content(child) }
                }
                unit.source += source
                if part.name == "segment" {
                    isInitial = isInitial || part.attributes["state"] ?? "initial" == "initial"
                }
                if let target {
                    unit.target? += target
                } else if part.name == "ignorable" {
                    unit.target? += source
                } else if !source.isEmpty {
                    unit.target = nil
                }
            default: break
            }
        }
        if unit.target?.isEmpty == true { unit.target = nil }
        unit.isStale = unit.target != nil && isInitial && unit.oldSource != nil
        return unit
    }

    /// The text of an element. Marks around text are left out; a code in place of text cannot be.
    private static func content(_ element: XMLElement) throws(LanguageProblem) -> String {
        var out = ""
        for child in element.children {
            switch child {
            case .text(let text): out += text
            case .element(let inner):
                switch inner.name {
                case "cp":
                    guard let number = UInt32(inner.attributes["hex"] ?? "", radix: 16),
                        let scalar = Unicode.Scalar(number)
                    else { throw .badXML("'cp' needs 'hex', the number of a character", at: inner.place) }
                    out.unicodeScalars.append(scalar)
                case "mrk", "pc": out += try content(inner)
                case "sm", "em": break
                default:
                    throw .badXML(
                        "the code '\(inner.name)' stands for something that a text cannot hold", at: inner.place)
                }
            }
        }
        return out
    }
}
