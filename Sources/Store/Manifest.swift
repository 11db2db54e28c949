// What a node is: everything that can change its bytes, and nothing else. One walk feeds the key and the explanation,
// so the two can never disagree.
import Diagnostics
import Digests
import Work

public struct Manifest: Codable, Sendable, Hashable {
    public struct Input: Codable, Sendable, Hashable {
        public var slot: String
        public var digest: Digest
        /// For a file of the workspace its path, since a stage may put the name into a message or look for files beside
        /// it.
        public var path: String?
        /// true: the file is executable, which a program that gets it may depend on.
        public var isExecutable: Bool?
        public init(slot: String, digest: Digest, path: String? = nil, isExecutable: Bool? = nil) {
            self.slot = slot
            self.digest = digest
            self.path = path
            self.isExecutable = isExecutable
        }
    }

    public var stage: String
    public var version: Int
    public var parameters: [String: Value]
    /// By slot, then in the stage's order.
    public var inputs: [Input]
    /// The versions of tools that can change the bytes, by name.
    public var tools: [String: String]

    public init(stage: String, version: Int, parameters: [String: Value], inputs: [Input], tools: [String: String]) {
        self.stage = stage
        self.version = version
        self.parameters = parameters
        self.inputs = inputs
        self.tools = tools
    }

    /// The suffix of an input's name that means its executable bit.
    public static let mode = " mode"

    public enum Part: String, Sendable { case stage, version, parameter, input, tool }

    /// A name or a value, in parts that are put together only where a text is needed.
    private enum Words {
        case text(String)
        /// An input's name: its slot, which of that slot, and what of it.
        case input(String, Int, String)
        /// An input's value: its digest and, after a space, its path.
        case content(Digest, String?)

        var text: String {
            switch self {
            case .text(let text): text
            case .input(let slot, let index, let suffix): slot + "[" + String(index) + "]" + suffix
            case .content(let digest, let path): digest.hex + (path.map { " " + $0 } ?? "")
            }
        }

        /// Appends the bytes of `text`.
        func append(to fields: ManifestFields) {
            switch self {
            case .text(let text): fields.append(text)
            case .input(let slot, let index, let suffix):
                fields.append(slot)
                fields.append(0x5B)
                if index < 10 { fields.append(0x30 + UInt8(index)) } else { fields.append(String(index)) }
                fields.append(0x5D)
                fields.append(suffix)
            case .content(let digest, let path):
                digest.withHex { fields.append($0) }
                guard let path else { return }
                fields.append(0x20)
                fields.append(path)
            }
        }
    }

    /// Visits every component in canonical order: its part, its name, its value as text.
    private func walk(_ visit: (Part, Words, Words) -> Void) {
        visit(.stage, .text(""), .text(stage))
        visit(.version, .text(""), .text(String(version)))
        for name in parameters.keys.sorted(by: before) {
            visit(.parameter, .text(name), .text(parameters[name]!.canonical))
        }
        var counts: [String: Int] = [:], slot: String?, index = 0
        for input in inputs {
            // Nearly always those of one slot follow each other.
            if slot == input.slot {
                index += 1
            } else {
                if let slot { counts[slot] = index + 1 }
                slot = input.slot
                index = counts[input.slot, default: 0]
            }
            visit(.input, .input(input.slot, index, ""), .content(input.digest, input.path))
            if input.isExecutable == true {
                visit(.input, .input(input.slot, index, Self.mode), .text(input.path ?? ""))
            }
        }
        for name in tools.keys.sorted(by: before) { visit(.tool, .text(name), .text(tools[name]!)) }
    }

    public var key: Digest {
        let fields = ManifestFields()
        func add(_ words: Words) {
            let start = fields.begin()
            words.append(to: fields)
            fields.end(start)
        }
        add(.text("manifest 1"))
        walk { part, name, value in
            add(.text(part.rawValue))
            add(name)
            add(value)
        }
        return fields.digest
    }

    /// The same as SHA-256: names the node where others can choose bytes, who could make two manifests with one key.
    public var sha256: String {
        var writer = SHA256Writer()
        writer.add(field: "manifest 1")
        var fields: [String] = []
        walk { part, name, value in fields += [part.rawValue, name.text, value.text] }
        for field in fields { writer.add(field: field) }
        return writer.finish()
    }

    /// One component in which two manifests differ; nil: that side does not have it.
    public struct Difference: Sendable, Hashable, Codable {
        public var part: String
        public var name: String
        public var old: String?
        public var new: String?
    }

    public static func differences(_ old: Manifest, _ new: Manifest) -> [Difference] {
        struct Name: Hashable { var part: Part, name: ByteText }
        var before: [Name: String] = [:], order: [Name] = [], after: [Name: String] = [:]
        old.walk {
            let name = Name(part: $0, name: ByteText($1.text))
            before[name] = $2.text
            order.append(name)
        }
        new.walk {
            let name = Name(part: $0, name: ByteText($1.text))
            after[name] = $2.text
            if before[name] == nil { order.append(name) }
        }
        return order.compactMap { name in
            before[name].map { ByteText($0) } == after[name].map { ByteText($0) }
                ? nil
                : Difference(part: name.part.rawValue, name: name.name.text, old: before[name], new: after[name])
        }
    }
}

private func before(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
