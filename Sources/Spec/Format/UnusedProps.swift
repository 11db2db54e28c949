// Props that nothing of a film depends on: whoever gives them a value believes that the film shows it.
import Diagnostics
import YAML

extension ValidSpec {
    /// Declared props, and fields of objects, that no template names, with the places of their declarations.
    /// - Parameter others: names in the templates of the film's files.
    func unusedProps(besides others: Set<String>) -> [(name: String, place: Place)] {
        let root = source.root
        let declared = root["props"]?.pairs ?? []
        guard !declared.isEmpty else { return [] }
        var used = others
        for pair in root.pairs ?? [] where pair.name != "props" {
            used.formUnion(Template.names(in: pair.value))
            used.formUnion(Self.lists(in: pair.value))
        }
        if let rows = source.choice.row {
            // A column may be there to name the file, and where the pattern is not written here, any may be.
            if let pattern = root["variants"]?["name"]?.text {
                used.formUnion(rows.keys.filter { pattern.contains("{\($0)}") })
            } else {
                used.formUnion(rows.keys)
            }
            for value in rows.values { used.formUnion(Placeholders.names(in: value)) }
        } else if let variants = root["variants"] {
            // Without a row of its own it is one of the films between which the table chooses.
            guard let pattern = variants["name"]?.text else { return [] }
            used.formUnion(declared.map(\.name).filter { pattern.contains("{\($0)") })
        }
        for value in source.set.values { used.formUnion(Placeholders.names(in: value)) }
        if let props = source.props { used.formUnion(Template.names(in: props)) }
        func isUsed(_ name: String) -> Bool { used.contains { $0 == name || $0.hasPrefix(name + ".") } }
        // A default that names another prop uses it where it is used itself.
        var before = -1
        while used.count != before {
            before = used.count
            for prop in declared where isUsed(prop.name) { used.formUnion(Template.names(in: prop.value)) }
        }
        return declared.flatMap { prop -> [(name: String, place: Place)] in
            guard isUsed(prop.name) else { return [(prop.name, prop.key.place)] }
            guard prop.value["type"]?.text == "object", !used.contains(prop.name) else { return [] }
            return (prop.value["fields"]?.pairs ?? []).map { (prop.name + "." + $0.name, $0.key.place) }
                .filter { !isUsed($0.0) }
        }
    }

    /// The lists that scenes and layers are repeated for.
    private static func lists(in node: Node) -> Set<String> {
        switch node.content {
        case .sequence(let items): return items.reduce(into: []) { $0.formUnion(lists(in: $1)) }
        case .mapping(let pairs):
            return pairs.reduce(into: []) {
                if $1.name == "each", let name = $1.value.text { $0.insert(name) }
                $0.formUnion(lists(in: $1.value))
            }
        case .scalar: return []
        }
    }
}
