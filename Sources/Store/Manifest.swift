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

    /// Visits every component in canonical order: its part, its name, its value as text.
    private func walk(_ visit: (Part, String, String) -> Void) {
        visit(.stage, "", stage)
        visit(.version, "", String(version))
        for name in parameters.keys.sorted(by: before) { visit(.parameter, name, parameters[name]!.canonical) }
        var counts: [String: Int] = [:]
        for input in inputs {
            let index = counts[input.slot, default: 0]
            counts[input.slot] = index + 1
            visit(
                .input, input.slot + "[" + String(index) + "]",
                input.digest.hex + (input.path.map { " " + $0 } ?? ""))
            if input.isExecutable == true {
                visit(.input, input.slot + "[" + String(index) + "]" + Self.mode, input.path ?? "")
            }
        }
        for name in tools.keys.sorted(by: before) { visit(.tool, name, tools[name]!) }
    }

    public var key: Digest {
        var writer = DigestWriter()
        writer.add(field: "manifest 1")
        // A closure cannot capture the writer, which is not copyable, so the walk collects into a buffer.
        var fields: [String] = []
        walk { part, name, value in fields += [part.rawValue, name, value] }
        for field in fields { writer.add(field: field) }
        return writer.finish()
    }

    /// The same as SHA-256: names the node where others can choose bytes, who could make two manifests with one key.
    public var sha256: String {
        var writer = SHA256Writer()
        writer.add(field: "manifest 1")
        var fields: [String] = []
        walk { part, name, value in fields += [part.rawValue, name, value] }
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
            before[Name(part: $0, name: ByteText($1))] = $2; order.append(Name(part: $0, name: ByteText($1)))
        }
        new.walk {
            let name = Name(part: $0, name: ByteText($1))
            after[name] = $2
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
