// Fills in `{{name}}`, `{{item.name}}` and `{{price|0.00}}`, and repeats `each:`. Works on the tree before it is read,
// so that a prop can be a number or a time as well as a text.
import Composition
import Diagnostics
import YAML

/// The names that templates may use.
struct Scope {
    var values: [String: PropValue]
    /// Declared props without a usable value, which has already been reported.
    var broken: Set<String>
    /// Props, and fields of lists as "list.field", that may be empty.
    var mayBeEmpty: Set<String> = []
    var language = "en"
    /// The language of texts that are not translated, and the places of these.
    var ownLanguage = "en"
    var untranslated: Set<Place> = []
    var item: [String: PropValue]?
    var itemBroken: Set<String> = []
    /// The list to which `item` belongs.
    var list = ""

    /// The value of `product`, `product.name` or `items.0.name`; items are counted from 0.
    func value(_ path: String) -> PropValue? {
        if let value = values[path] { return value }
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, parts.count <= 4, var found = values[parts[0]] else { return nil }
        for part in parts.dropFirst() {
            switch found {
            case .object(let fields):
                guard let next = fields[part] else { return nil }
                found = next
            case .list(let items):
                guard let index = Int(part), String(index) == part, items.indices.contains(index) else { return nil }
                found = .object(items[index])
            default: return nil
            }
        }
        return found
    }

    /// `{{format}}` and `{{language}}`, unless the spec has props of these names. A film in the spec's own size has an
    /// empty format.
    mutating func add(_ choice: FilmChoice) {
        for (name, text) in [("format", choice.format ?? ""), ("language", choice.language ?? language)]
        where values[name] == nil && !broken.contains(name) {
            values[name] = .string(text)
            mayBeEmpty.insert(name)
        }
    }

    var names: [String] {
        let fields = values.flatMap { name, value in
            if case .object(let fields) = value { fields.keys.map { name + "." + $0 } } else { [String]() }
        }
        return (Array(values.keys) + Array(broken) + fields).sorted()
            + (item ?? [:]).keys.sorted().map { "item." + $0 }
    }
}

struct Template {
    let reader: Reader

    /// The tree with every template replaced.
    func filled(_ node: Node, _ scope: Scope) -> Node {
        var node = node
        reader.values += 1
        switch node.content {
        case .scalar(let text, let isPlain):
            reader.values += text.utf8.count / 100
            guard text.contains("{{") else { return node }
            var scope = scope
            if !scope.untranslated.isEmpty, scope.untranslated.contains(node.place) {
                scope.language = scope.ownLanguage
            }
            let (replaced, whole) = filled(text, scope, node.place)
            reader.values += replaced.utf8.count / 100
            // A number or a boolean keeps its type although YAML requires quotes around braces.
            let plain: Bool =
                switch whole {
                case .number, .integer, .boolean: true
                case .string, .date, .object, .list: false
                case nil: isPlain && !text.hasPrefix("{{")
                }
            node.content = .scalar(replaced, isPlain: plain)
        case .sequence(let items): node.content = .sequence(items.map { filled($0, scope) })
        case .mapping(let pairs):
            node.content = .mapping(pairs.map { Node.Pair(key: $0.key, value: filled($0.value, scope)) })
        }
        return node
    }

    /// The text, and the value if the text is a single template.
    func filled(_ text: String, _ scope: Scope, _ place: Place) -> (String, whole: PropValue?) {
        var out = "", rest = text[...], whole: PropValue?, count = 0, search = place.column - 1
        while let open = rest.firstRange(of: "{{") {
            let before = rest[..<open.lowerBound]
            if before.hasSuffix("\\") {
                out += before.dropLast() + "{{"
                rest = rest[open.upperBound...]
                continue
            }
            let here = Self.find("{{", in: place, from: &search)
            guard let close = Placeholders.close(in: rest[open.upperBound...]) else {
                reader.report(.openTemplate(at: here))
                return (text, nil)
            }
            let body = rest[open.upperBound..<close.lowerBound]
            out += before
            count += 1
            if let value = value(String(body), scope, here, length: body.count + 4) {
                out += value.text
                // The reader of the value will refuse its length.
                if out.utf8.count > SpecLimits.text * 4 { return (out, nil) }
                whole = value
            }
            rest = rest[close.upperBound...]
        }
        let isWhole = count == 1 && text.hasPrefix("{{") && text.hasSuffix("}}") && rest.isEmpty
        return (out + rest, isWhole ? whole : nil)
    }

    /// The value of `{{body}}`; nil after reporting an error.
    func value(_ body: String, _ scope: Scope, _ place: Place, length: Int) -> PropValue? {
        let name = Placeholders.name(of: body[...])
        let form = body.firstIndex { $0 == "|" || $0 == "," }
        var place = place
        place.length = length
        var found: PropValue?
        if name.hasPrefix("item."), let item = scope.item {
            found = item[String(name.dropFirst(5))]
            if found == nil, scope.itemBroken.contains(String(name.dropFirst(5))) { return nil }
        } else {
            found = scope.value(name)
            if found == nil, scope.broken.contains(String(name.prefix { $0 != "." })) { return nil }
        }
        guard let value = found else {
            reader.report(.unknownProp(name, known: scope.names, at: place))
            return nil
        }
        if case .list = value { reader.report(.listInText(name, at: place)); return nil }
        if case .object(let fields) = value {
            reader.report(.objectInText(name, fields: fields.keys.sorted(), at: place))
            return nil
        }
        // As it is declared: `items.name` for `items.0.name`.
        let declared =
            name.hasPrefix("item.") && scope.item != nil
            ? scope.list + name.dropFirst(4)
            : name.split(separator: ".").filter { Int($0) == nil }.joined(separator: ".")
        if case .string(let text) = value, isBlankText(text), !scope.mayBeEmpty.contains(declared) {
            reader.report(.emptyProp(name, at: place))
            return nil
        }
        guard let form else { return value }
        if body[form] == "," { return formed(value, named: name, by: body[body.index(after: form)...], scope, place) }
        let format = String(trimmedBlanks(body[body.index(after: form)...]))
        switch format {
        case "upper": return .string(uppercased(value.text, language: scope.language))
        case "lower": return .string(lowercased(value.text, language: scope.language))
        default:
            let number: Double? =
                switch value {
                case .number(let n): n;
                case .integer(let n): Double(n);
                default: nil
                }
            let decimals = format.utf8.count - 2
            let isZeros =
                format == "0"
                || (format.hasPrefix("0.") && (1...9).contains(decimals)
                    && format.dropFirst(2).allSatisfy { $0 == "0" })
            guard isZeros, let number else { reader.report(.badFormat(format, at: place)); return nil }
            return .string(fixedPoint(number, decimals: max(0, decimals)))
        }
    }

    /// The names in the templates of a tree.
    static func names(in node: Node) -> Set<String> {
        switch node.content {
        case .sequence(let items): return items.reduce(into: []) { $0.formUnion(names(in: $1)) }
        case .mapping(let pairs): return pairs.reduce(into: []) { $0.formUnion(names(in: $1.value)) }
        case .scalar(let text, _): return Placeholders.names(in: text)
        }
    }

    /// The place of the next `word` at or after a character of the line; the scalar's place if it is not on that line.
    private static func find(_ word: String, in place: Place, from search: inout Int) -> Place {
        guard let excerpt = place.excerpt, search < excerpt.count else { return place }
        let start = excerpt.index(excerpt.startIndex, offsetBy: search)
        guard let range = excerpt[start...].firstRange(of: word) else { return place }
        var found = place
        found.column = excerpt.distance(from: excerpt.startIndex, to: range.lowerBound) + 1
        found.length = 2
        search = found.column + 1
        return found
    }

    /// Repeats scenes and layers with `each: list` for every item, and fills in all templates.
    func expanded(_ root: Node, _ scope: Scope) -> Node {
        guard let pairs = root.pairs else { return root }
        var root = root
        root.content = .mapping(
            pairs.map { pair in
                switch pair.name {
                case "props": return pair
                case "scenes":
                    var scenes = pair.value
                    guard let items = scenes.items else {
                        return Node.Pair(key: pair.key, value: filled(scenes, scope))
                    }
                    let all = repeated(items, scope, limit: SpecLimits.scenes, at: scenes.place, renames: true) {
                        scene, scope in
                        self.scene(scene, scope)
                    }
                    scenes.content = .sequence(all)
                    return Node.Pair(key: pair.key, value: scenes)
                default: return Node.Pair(key: pair.key, value: filled(pair.value, scope))
                }
            })
        return root
    }

    private func scene(_ scene: Node, _ scope: Scope) -> Node {
        guard let pairs = scene.pairs else { return filled(scene, scope) }
        var scene = scene
        scene.content = .mapping(
            pairs.map { pair in
                guard pair.name == "layers", let items = pair.value.items else {
                    return Node.Pair(key: pair.key, value: filled(pair.value, scope))
                }
                var layers = pair.value
                layers.content = .sequence(
                    repeated(items, scope, limit: SpecLimits.layers + 1, at: layers.place, renames: false) {
                        layer($0, $1)
                    })
                return Node.Pair(key: pair.key, value: layers)
            })
        return scene
    }

    /// The layers of a group may be repeated too.
    private func layer(_ layer: Node, _ scope: Scope) -> Node {
        guard let pairs = layer.pairs, let items = layer["group"]?.items else { return filled(layer, scope) }
        var layer = layer
        layer.content = .mapping(
            pairs.map { pair in
                guard pair.name == "group" else { return Node.Pair(key: pair.key, value: filled(pair.value, scope)) }
                var group = pair.value
                group.content = .sequence(
                    repeated(items, scope, limit: SpecLimits.layers + 1, at: group.place, renames: false) {
                        self.layer($0, $1)
                    })
                return Node.Pair(key: pair.key, value: group)
            })
        return layer
    }

    private func repeated(
        _ nodes: [Node], _ scope: Scope, limit: Int, at place: Place, renames: Bool, _ fill: (Node, Scope) -> Node
    ) -> [Node] {
        var out: [Node] = []
        for node in nodes {
            guard let each = node["each"], let name = each.text else { out.append(fill(node, scope)); continue }
            guard case .list(let items)? = scope.values[name] else {
                if !scope.broken.contains(name) { reader.report(.notAList(name, lists: reader.lists, at: each.place)) }
                continue
            }
            guard out.count + items.count <= limit else {
                reader.report(.tooLargeExpansion("\(limit) entries", at: each.place))
                return out
            }
            for (index, item) in items.enumerated() {
                guard reader.values <= SpecLimits.values else {
                    reader.report(.tooLargeExpansion("\(SpecLimits.values) values", at: each.place))
                    return out
                }
                var scope = scope
                scope.item = item
                scope.list = name
                scope.values["index"] = .integer(index + 1)
                scope.values["count"] = .integer(items.count)
                var copy = node
                copy.content = .mapping(
                    (node.pairs ?? []).map { pair in
                        var pair = pair
                        // Ids must be unique, so one that does not depend on the item gets a number.
                        if renames, pair.name == "id", let id = pair.value.text, !id.contains("{{") {
                            pair.value.content = .scalar("\(id)-\(index + 1)", isPlain: false)
                        }
                        return pair
                    })
                out.append(fill(copy, scope))
            }
        }
        return out
    }
}

/// A number with that many decimals, rounded half away from zero.
func fixedPoint(_ value: Double, decimals: Int) -> String {
    var factor = 1.0
    for _ in 0..<decimals { factor *= 10 }
    let scaled = (abs(value) * factor).rounded()
    guard scaled < 9e18 else { return plainNumber(value) }
    var digits = String(Int(scaled))
    if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return decimals == 0 ? sign + digits : sign + digits.dropLast(decimals) + "." + digits.suffix(decimals)
}
