// The texts of a spec and their keys, from the tree as it is written: before props are filled in and scenes repeated, so
// that a translator sees each text once. A key does not depend on other scenes, and not on layers without text.
import Diagnostics
import YAML

/// A text that another language may replace.
public struct SpecText: Sendable {
    public var key: String
    public var text: String
    public var place: Place
    /// Whether a film without its translation is complete: an address, a text without words, a claim for reviewers.
    public var isOptional: Bool
}

struct SpecTexts {
    /// Called for each text; returns the node in its place.
    var visit: (String, Node, _ isOptional: Bool) -> Node

    /// In the order of the spec.
    static func all(in root: Node) -> [SpecText] {
        var texts: [SpecText] = []
        _ = SpecTexts { key, node, isOptional in
            if let text = node.text, !node.isNull {
                let text = withoutLastBreaks(text)
                texts.append(
                    SpecText(
                        key: key, text: text, place: node.place,
                        isOptional: isOptional || !Placeholders.hasWords(text)))
            }
            return node
        }.mapped(root)
        return texts
    }

    /// - Throws: two texts with one key.
    static func unique(in root: Node) throws(Diagnostics) -> [SpecText] {
        let all = all(in: root)
        var first: [String: Place] = [:], problems: [Diagnostic] = []
        for text in all {
            if let place = first[text.key] {
                problems.append(LanguageProblem.sameKey(text.key, first: place, at: text.place).diagnostic)
            } else {
                first[text.key] = text.place
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems.inFileOrder()) }
        return all
    }

    /// The texts for a language: captions of the spec are not needed where a file replaces them.
    static func of(_ language: LanguageSpec?, _ texts: [SpecText]) -> [SpecText] {
        guard language?.captions != nil else { return texts }
        return texts.map { text in
            var text = text
            if text.key.hasPrefix("captions.") { text.isOptional = true }
            return text
        }
    }

    /// The tree with every text replaced by what `visit` returns for it.
    func mapped(_ root: Node) -> Node {
        root.mapping { name, value in
            switch name {
            case "video": value.mapping { $0 == "title" ? visit("video.title", $1, false) : $1 }
            case "scenes": value.mappingItems { _, scene in self.scene(scene) }
            case "captions":
                value.items != nil
                    ? cues(value, "captions")
                    : byFormat(value) { name, value, format in name == "cues" ? cues(value, "captions" + format) : value
                    }
            case "cta":
                byFormat(value) { name, value, format in
                    ["text", "button", "url"].contains(name)
                        ? visit("cta." + name + format, value, name == "url") : value
                }
            case "audio": value.mapping { $0 == "tracks" ? tracks($1) : $1 }
            case "brief":
                value.mapping { name, value in
                    switch name {
                    case "must_say", "must_not": lines(value, "brief." + name, isOptional: false)
                    case "must_show": lines(value, "brief." + name, isOptional: true)
                    case "promise": line(value, "brief.promise", isOptional: true)
                    default: value
                    }
                }
            case "review":
                value.mapping { $0 == "claims" ? lines($1, "review.claims", isOptional: true) : $1 }
            default: value
            }
        }
    }

    private func scene(_ scene: Node) -> Node {
        let start = "scene." + (scene["id"]?.text ?? "")
        return byFormat(scene) { name, value, format in
            switch name {
            case "layers":
                var number = 0
                return value.mappingItems { _, layer in self.layer(layer, start + format, &number) }
            case "captions": return value.items != nil ? cues(value, start + ".captions" + format) : value
            default: return value
            }
        }
    }

    /// The layers of a group are numbered with those around it.
    private func layer(_ layer: Node, _ start: String, _ number: inout Int) -> Node {
        let others = layer["by_format"]?.pairs ?? []
        var key = ""
        if layer["text"]?.text != nil || others.contains(where: { $0.value["text"]?.text != nil }) {
            number += 1
            key = start + "." + (layer["key"]?.text ?? String(number))
        }
        return byFormat(layer) { name, value, format in
            switch name {
            case "text": value.text == nil ? value : visit(key + format, value, false)
            case "group": value.mappingItems { _, child in self.layer(child, start, &number) }
            default: value
            }
        }
    }

    /// The fields of a mapping, and those that it has by format: their keys end in `.NAME`.
    private func byFormat(_ node: Node, _ change: (String, Node, _ format: String) -> Node) -> Node {
        node.mapping { name, value in
            guard name == "by_format" else { return change(name, value, "") }
            return value.mapping { format, fields in fields.mapping { change($0, $1, "." + format) } }
        }
    }

    private func cues(_ cues: Node, _ start: String) -> Node {
        cues.mappingItems { index, cue in
            let key = start + "." + (cue["key"]?.text ?? String(index + 1))
            return cue.mapping { $0 == "text" ? visit(key, $1, false) : $1 }
        }
    }

    /// What voices say, numbered by asset, since a recording may be cut into several tracks.
    private func tracks(_ tracks: Node) -> Node {
        var spoken: [String: Int] = [:]
        return tracks.mappingItems { _, track in
            let asset = track["asset"]?.text ?? ""
            return track.mapping { name, says in
                guard name == "says" else { return says }
                func next(_ line: Node) -> Node {
                    spoken[asset, default: 0] += 1
                    let name = line["key"]?.text ?? String(spoken[asset, default: 0])
                    return self.line(line, "audio.\(asset).\(name)", isOptional: false)
                }
                return says.items == nil ? next(says) : says.mappingItems { _, line in next(line) }
            }
        }
    }

    private func lines(_ lines: Node, _ start: String, isOptional: Bool) -> Node {
        lines.mappingItems { index, line in
            self.line(line, start + "." + (line["key"]?.text ?? String(index + 1)), isOptional: isOptional)
        }
    }

    private func line(_ line: Node, _ key: String, isOptional: Bool) -> Node {
        line.pairs == nil
            ? (line.text == nil ? line : visit(key, line, isOptional))
            : line.mapping { $0 == "text" ? visit(key, $1, isOptional) : $1 }
    }
}

extension Node {
    /// The mapping with each value replaced; any other node as it is.
    func mapping(_ change: (String, Node) -> Node) -> Node {
        guard let pairs else { return self }
        var node = self
        node.content = .mapping(pairs.map { Pair(key: $0.key, value: change($0.name, $0.value)) })
        return node
    }

    func mappingItems(_ change: (Int, Node) -> Node) -> Node {
        guard let items else { return self }
        var node = self
        node.content = .sequence(items.enumerated().map { change($0.offset, $0.element) })
        return node
    }

    /// The mapping with this value under a key, which is added if it is not there.
    func setting(_ name: String, to value: Node) -> Node {
        guard let pairs else { return self }
        guard pairs.contains(where: { $0.name == name }) else {
            var node = self
            node.content = .mapping(pairs + [Pair(key: Node(.scalar(name, isPlain: false), at: place), value: value)])
            return node
        }
        return mapping { $0 == name ? value : $1 }
    }
}
