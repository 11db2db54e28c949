// Reads each pipeline file into one tree, with `include` and `vars` resolved. Must not know what the tree means: that
// is for `PipelineReader`.
import Diagnostics
import Files
import Patterns
import Store
import YAML

struct PipelineSource {
    static let fields = ["pipeline", "target", "films", "include", "vars", "pools", "stages"]

    let workspace: String
    let files: FileTable
    private var diagnostics: [Diagnostic] = []
    private var trees: [ByteText: Node] = [:]
    private var included: Set<ByteText> = []

    /// The pipeline that comes with vgraph.
    private let builtIn: (file: String, text: String)

    private init(workspace: String, builtIn: (file: String, text: String), files: FileTable) {
        self.workspace = workspace
        self.builtIn = builtIn
        self.files = files
    }

    typealias Roots = [(file: String, root: Node)]

    static func load(
        workspace: String, builtIn: (file: String, text: String),
        files: FileTable
    ) throws(Diagnostics) -> (Roots, [Diagnostic]) {
        var source = PipelineSource(workspace: workspace, builtIn: builtIn, files: files)
        let roots = try source.load()
        return (roots, source.diagnostics)
    }

    /// Every pipeline in `pipelines/*.yaml`, or the built-in one if the workspace has none. A file that another one
    /// includes is a part of that one and builds nothing by itself.
    private mutating func load() throws(Diagnostics) -> Roots {
        var names: [String] = []
        do throws(StoreProblem) {
            for name in try files.names(in: workspace + "/pipelines") ?? [] where !name.hasPrefix(".") {
                if name.hasSuffix(".yaml/"), Folder.bytes(ofUntext: name) != nil {
                    throw .nameNotText(folder: workspace + "/pipelines", name: String(name.dropLast()))
                }
                guard name.hasSuffix(".yaml") else { continue }
                names.append("pipelines/" + name)
            }
        } catch { throw Diagnostics([error.diagnostic]) }
        if names.isEmpty {
            guard let tree = parse(Array(builtIn.text.utf8), builtIn.file) else { return [] }
            trees[builtIn.file] = tree
            names = [builtIn.file]
        }
        var roots: Roots = []
        for file in names {
            guard let tree = tree(file, at: nil), let root = whole(tree, file, path: [file]) else { continue }
            roots.append((file, root))
        }
        return roots.filter { !included.contains($0.file) }.map { ($0.file, fill($0.root)) }
    }

    private mutating func parse(_ bytes: [UInt8], _ file: String) -> Node? {
        do throws(Diagnostics) { return try YAML.parse(bytes: bytes, file: file, limits: .pipeline) } catch {
            diagnostics += error.all
            return nil
        }
    }

    private mutating func tree(_ file: String, at place: Place?) -> Node? {
        if let known = trees[file] { return known }
        do throws(StoreProblem) {
            guard let content = try files.read(workspace + "/" + file) else {
                if let place { diagnostics.append(PipelineProblem.includeMissing(file, at: place).diagnostic) }
                return nil
            }
            let tree = parse(content.bytes, file)
            trees[file] = tree
            return tree
        } catch {
            diagnostics.append(error.diagnostic)
            return nil
        }
    }

    /// A tree: what it includes, in order, then its own fields.
    private mutating func whole(_ root: Node, _ file: String, path: [String]) -> Node? {
        guard let pairs = root.pairs, let include = root["include"] else { return root }
        var merged: [String: [Node.Pair]] = [:]
        var isWhole = true
        /// Adds everything but the fields that name a pipeline, which the including file sets.
        func add(_ part: Node) {
            for pair in part.pairs ?? [] where ["vars", "pools", "stages"].contains(pair.name) {
                merged[pair.name] = merge(
                    merged[pair.name] ?? [], pair.value.pairs ?? [],
                    areStages: pair.name == "stages")
            }
        }
        for item in include.items ?? [include] {
            guard let text = item.string else {
                diagnostics.append(
                    PipelineProblem.wrongType(
                        "include", expected: "a path", found: item.kindName,
                        at: item.place
                    ).diagnostic)
                isWhole = false
                continue
            }
            let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
            if let reason = Pattern.fault(ofPath: text) {
                diagnostics.append(PipelineProblem.badPattern(text, reason: reason, at: item.place).diagnostic)
                isWhole = false
                continue
            }
            if text == "builtin" {
                if let part = builtInPart() { add(part) }
                continue
            }
            let other = folder + text
            if path.contains(other) {
                diagnostics.append(PipelineProblem.includeCycle(path + [other], at: item.place).diagnostic)
                isWhole = false
                continue
            }
            included.insert(other)
            guard let tree = tree(other, at: item.place), let part = whole(tree, other, path: path + [other]) else {
                isWhole = false
                continue
            }
            add(part)
        }
        guard isWhole else { return nil }
        var whole: [Node.Pair] = []
        for pair in pairs where pair.name != "include" {
            var pair = pair
            if let theirs = merged.removeValue(forKey: pair.name), let ours = pair.value.pairs {
                pair.value.content = .mapping(merge(theirs, ours, areStages: pair.name == "stages"))
            }
            whole.append(pair)
        }
        for (name, theirs) in merged.sorted(by: { $0.key < $1.key }) where name != "include" {
            whole.append(
                Node.Pair(
                    key: Node(.scalar(name, isPlain: true), at: include.place),
                    value: Node(.mapping(theirs), at: include.place)))
        }
        return Node(.mapping(whole), at: root.place)
    }

    private mutating func builtInPart() -> Node? { parse(Array(builtIn.text.utf8), builtIn.file) }

    /// Of two variables or pools with one name the later wins. A stage that exists already gets the new fields in
    /// addition.
    private func merge(_ theirs: [Node.Pair], _ ours: [Node.Pair], areStages: Bool) -> [Node.Pair] {
        var all = theirs,
            at = Dictionary(
                theirs.enumerated().map { ($1.name, $0) },
                uniquingKeysWith: { first, _ in first })
        for pair in ours {
            guard let index = at[pair.name] else {
                at[pair.name] = all.count
                all.append(pair)
                continue
            }
            guard areStages, let old = all[index].value.pairs, let new = pair.value.pairs else {
                all[index] = pair
                continue
            }
            // A stage of another kind replaces the old one with all its fields.
            let isOther = new.contains { $0.name == "uses" || $0.name == "run" }
            all[index] = Node.Pair(
                key: pair.key,
                value: isOther
                    ? pair.value
                    : Node(.mapping(merge(old, new, areStages: false)), at: pair.value.place))
        }
        return all
    }

    /// Fills in variables in order: one may use those before it.
    private mutating func fill(_ root: Node) -> Node {
        guard let node = root["vars"], let pairs = node.pairs else {
            if let node = root["vars"] {
                diagnostics.append(
                    PipelineProblem.notAMapping(
                        what: "'vars'", found: node.kindName,
                        at: node.place
                    ).diagnostic)
            }
            return root
        }
        var values: [String: Node] = [:]
        for pair in pairs {
            if ["name", "film", "choice"].contains(pair.name) || !Self.isVariable(pair.name) {
                diagnostics.append(PipelineProblem.badVariable(pair.name, at: pair.key.place).diagnostic)
            } else {
                values[pair.name] = Self.fill(pair.value, values)
            }
        }
        return Node(
            .mapping(
                root.pairs!.map { pair in
                    pair.name == "vars" ? pair : Node.Pair(key: pair.key, value: Self.fill(pair.value, values))
                }), at: root.place)
    }

    static func isVariable(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { isWord($0) && $0 != UInt8(ascii: "-") }
    }

    private static func fill(_ node: Node, _ values: [String: Node]) -> Node {
        switch node.content {
        case .sequence(let items): return Node(.sequence(items.map { fill($0, values) }), at: node.place)
        case .mapping(let pairs):
            let filled = pairs.map { Node.Pair(key: $0.key, value: fill($0.value, values)) }
            return Node(.mapping(filled), at: node.place)
        case .scalar(let text, let isPlain):
            guard text.utf8.contains(UInt8(ascii: "{")) else { return node }
            // A text that is only a variable takes the variable's value with its type, for example a number or a list.
            if text.hasPrefix("{"), text.hasSuffix("}"), let value = values[String(text.dropFirst().dropLast())] {
                return Node(value.content, at: node.place)
            }
            var out = "", rest = text[...]
            while let open = rest.firstIndex(of: "{") {
                out += rest[..<open]
                rest = rest[rest.index(after: open)...]
                if rest.first == "{" {
                    out += "{{"
                    rest = rest.dropFirst()
                } else if let close = rest.firstIndex(of: "}"), let value = values[String(rest[..<close])]?.text {
                    out += value
                    rest = rest[rest.index(after: close)...]
                } else {
                    out += "{"
                }
            }
            return Node(.scalar(out + rest, isPlain: isPlain), at: node.place)
        }
    }
}
