// Builds nodes from libyaml's events. Uses events, not libyaml's document API, to count the nodes of an alias before
// expanding it, so that a small file cannot become a large tree.
internal import CYAML
import Diagnostics

/// Upper limits for a document.
public struct Limits: Sendable {
    public var bytes: Int
    public var depth = 64
    /// After aliases are expanded.
    public var nodes: Int

    public static let document = Limits(bytes: 4 << 20, nodes: 100_000)
    /// A generated pipeline may have a hundred thousand stages.
    public static let pipeline = Limits(bytes: 64 << 20, nodes: 4_000_000)
}

/// Parses one document of YAML 1.2 (core schema) or JSON. Aliases and merge keys (`<<`) are expanded.
/// - Throws: all faults found; a syntax error ends the search.
public func parse(text: String, file: String) throws(Diagnostics) -> Node {
    try parse(bytes: Array(text.utf8), file: file)
}

/// The same for the bytes of a file, which may not be text.
public func parse(bytes: [UInt8], file: String, limits: Limits = .document) throws(Diagnostics) -> Node {
    guard bytes.count <= limits.bytes else {
        throw Diagnostics([YAMLProblem.tooLarge(file: file, bytes: bytes.count, limit: limits.bytes).diagnostic])
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
        throw Diagnostics([YAMLProblem.utf16(file: file).diagnostic])
    }
    // UTF-8 has no byte order; a mark would shift the columns of the first line.
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var source = SourceText(file: file, bytes: bytes)
    if let offset = bytes.firstIndex(of: 0) {
        throw Diagnostics([YAMLProblem.nul(at: source.place(offset: offset)).diagnostic])
    }
    if let offset = firstInvalidUTF8(bytes) {
        throw Diagnostics([YAMLProblem.notUTF8(at: source.place(offset: offset), byte: bytes[offset]).diagnostic])
    }
    var builder = Builder(source: source, limits: limits)
    return try builder.document()
}

private func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var decoder = UTF8(), iterator = bytes.makeIterator(), offset = 0
    while true {
        switch decoder.decode(&iterator) {
        case .scalarValue(let scalar): offset += UTF8.width(scalar)
        case .error: return min(offset, bytes.count - 1)
        case .emptyInput: return nil
        }
    }
}

private struct Builder {
    /// A node with the number of nodes in it and its depth.
    struct Built {
        var node: Node
        var count: Int
        var height: Int
    }

    struct Open {
        var isMapping: Bool
        var place: Place
        var anchor: String?
        var count = 1
        var height = 1
        var items: [Node] = []
        var pairs: [Node.Pair] = []
        var names: [String: Place] = [:]
        var key: Node?
        /// Pairs of mappings named by `<<`, added after the mapping's own keys.
        var merged: [Node.Pair] = []
    }

    var source: SourceText
    var stack: [Open] = []
    var anchors: [String: Built] = [:]
    var root: Node?
    var total = 0
    var problems: [Diagnostic] = []

    let limits: Limits

    init(source: SourceText, limits: Limits) {
        self.source = source
        self.limits = limits
    }

    mutating func document() throws(Diagnostics) -> Node {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else {
            throw Diagnostics([YAMLProblem.outOfMemory(file: source.file).diagnostic])
        }
        defer { yaml_parser_delete(&parser) }
        do {
            // libyaml keeps a pointer to the input.
            let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(source.bytes.count, 1))
            defer { buffer.deallocate() }
            _ = buffer.initialize(from: source.bytes)
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, buffer.baseAddress, source.bytes.count)
            try events(of: &parser)
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        guard let root else { throw Diagnostics([YAMLProblem.empty(file: source.file).diagnostic]) }
        return root
    }

    private mutating func fail(_ problem: YAMLProblem) -> Diagnostics { Diagnostics(problems + [problem.diagnostic]) }

    private mutating func events(of parser: inout yaml_parser_t) throws(Diagnostics) {
        var documents = 0
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxError(parser) }
            defer { yaml_event_delete(&event) }
            let place = source.place(
                line: event.start_mark.line, column: event.start_mark.column,
                endLine: event.end_mark.line, endColumn: event.end_mark.column)
            switch event.type {
            case YAML_STREAM_END_EVENT: return
            case YAML_DOCUMENT_START_EVENT:
                documents += 1
                if documents > 1 { throw fail(.documents(at: place)) }
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                let text = String(
                    decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
                let isText = try tag(scalar.tag, at: place)
                let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && !isText
                try add(
                    Built(node: Node(.scalar(text, isPlain: isPlain), at: place), count: 1, height: 1),
                    anchor: string(scalar.anchor))
            case YAML_SEQUENCE_START_EVENT:
                _ = try tag(event.data.sequence_start.tag, at: place)
                try open(Open(isMapping: false, place: place, anchor: string(event.data.sequence_start.anchor)))
            case YAML_MAPPING_START_EVENT:
                _ = try tag(event.data.mapping_start.tag, at: place)
                try open(Open(isMapping: true, place: place, anchor: string(event.data.mapping_start.anchor)))
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
                try close(line: event.end_mark.line, column: event.end_mark.column)
            case YAML_ALIAS_EVENT:
                let name = string(event.data.alias.anchor) ?? ""
                guard let built = anchors[name] else { throw fail(.unknownAlias(name, at: place)) }
                try add(built, anchor: nil, isAlias: true, at: place)
            default: break
            }
        }
    }

    private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(decodingCString: $0, as: UTF8.self) }
    }

    /// Whether the tag makes a plain scalar a string.
    private mutating func tag(_ pointer: UnsafeMutablePointer<yaml_char_t>?, at place: Place) throws(Diagnostics)
        -> Bool
    {
        guard let tag = string(pointer) else { return false }
        switch tag {
        case "!", "tag:yaml.org,2002:str": return true
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null",
            "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map":
            return false
        default: throw fail(.tag(tag, at: place))
        }
    }

    private mutating func open(_ open: Open) throws(Diagnostics) {
        guard stack.count < limits.depth else { throw fail(.tooDeep(limit: limits.depth, at: open.place)) }
        stack.append(open)
    }

    private mutating func close(line: Int, column: Int) throws(Diagnostics) {
        var open = stack.removeLast()
        if open.isMapping, !open.merged.isEmpty {
            for pair in open.merged where open.names[pair.name] == nil {
                open.names[pair.name] = pair.key.place
                open.pairs.append(pair)
            }
        }
        // A flow collection ends at its bracket; a block collection is underlined to the end of its first line.
        if open.place.line == line + 1 {
            let whole = source.place(line: line, column: 0, endLine: line, endColumn: column)
            open.place.length = max(1, whole.column + whole.length - open.place.column)
        } else if let excerpt = open.place.excerpt {
            open.place.length = max(1, excerpt.count - open.place.column + 1)
        }
        let content: Node.Content = open.isMapping ? .mapping(open.pairs) : .sequence(open.items)
        try add(
            Built(node: Node(content, at: open.place), count: open.count, height: open.height + 1), anchor: open.anchor)
    }

    private mutating func add(_ built: Built, anchor: String?, isAlias: Bool = false, at place: Place? = nil)
        throws(Diagnostics)
    {
        // A collection is counted when it closes, so each node counts once, and an alias as many as it expands to.
        total += isAlias ? built.count : 1
        let here = place ?? built.node.place
        guard total <= limits.nodes else { throw fail(.bomb(limit: limits.nodes, at: here)) }
        guard stack.count + built.height <= limits.depth + 1 else {
            throw fail(.tooDeep(limit: limits.depth, at: here))
        }
        if let anchor { anchors[anchor] = built }
        guard !stack.isEmpty else { root = built.node; return }
        let top = stack.count - 1
        stack[top].count += built.count
        stack[top].height = max(stack[top].height, built.height)
        guard stack[top].isMapping else { stack[top].items.append(built.node); return }
        guard let key = stack[top].key else {
            guard let name = built.node.text else { throw fail(.keyNotText(at: here)) }
            if let first = stack[top].names[name] {
                problems.append(YAMLProblem.duplicateKey(name, at: here, first: first).diagnostic)
            }
            var node = built.node
            node.place = here
            stack[top].key = node
            return
        }
        stack[top].key = nil
        if case .scalar("<<", isPlain: true) = key.content { try merge(built.node, at: here); return }
        guard stack[top].names[key.name] == nil else { return }
        stack[top].names[key.name] = key.place
        stack[top].pairs.append(Node.Pair(key: key, value: built.node))
    }

    private mutating func merge(_ node: Node, at place: Place) throws(Diagnostics) {
        let sources = node.items ?? [node]
        for source in sources {
            guard let pairs = source.pairs else { throw fail(.merge(at: place)) }
            stack[stack.count - 1].merged += pairs
        }
    }

    private mutating func syntaxError(_ parser: yaml_parser_t) -> Diagnostics {
        let problem = parser.problem.map { String(cString: $0) } ?? "this is not YAML"
        switch parser.error {
        case YAML_MEMORY_ERROR: return fail(.outOfMemory(file: source.file))
        case YAML_READER_ERROR:
            return fail(.character(problem, at: source.place(offset: Int(parser.problem_offset))))
        default:
            // An unclosed bracket or quote is reported where it was opened, not at the end of the file.
            let isOpen = problem == "found unexpected end of stream" && parser.context != nil
            let mark = isOpen ? parser.context_mark : parser.problem_mark
            let line = mark.line, column = mark.column
            let place = source.place(line: line, column: column)
            if source.byte(line: line, column: column) == 0x09 || source.isIndentedByTab(line: line) {
                return fail(.tab(at: place))
            }
            return fail(.syntax(problem, context: parser.context.map { String(cString: $0) }, at: place))
        }
    }
}

extension Node {
    fileprivate var name: String { text ?? "" }
}
