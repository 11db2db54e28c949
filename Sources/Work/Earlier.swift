// What a node made the last time, for stages that spare work with it: validate opens no file again whose bytes are those
// of the last time. The result is the same without it. Must not know any stage.
import Digests
import Files
import FoundationEssentials

extension Job {
    /// A result of the same node, made by the same version of its stage with the same tools, from other inputs.
    public struct Earlier: Codable, Sendable {
        /// The outputs that the stage recalls (`StageDescriptor.recalls`); `slot` is the output's name.
        public var outputs: [Input]
        /// What it read beyond its inputs and would read as the same bytes today.
        public var unchanged: [Discovered]

        public init(outputs: [Input], unchanged: [Discovered]) {
            self.outputs = outputs
            self.unchanged = unchanged
        }
    }

    /// The content of an output as it was the last time; nil: there is none, or its bytes are damaged.
    public func recall<Content: Decodable>(_ output: Output<Content>) -> Content? {
        guard let file = earlier?.outputs.first(where: { $0.slot == output.declared.name }), let digest = file.digest,
            let bytes = try? WholeFile.read(file.path), Digest.of(bytes) == digest
        else { return nil }
        return try? JSONDecoder().decode(Content.self, from: Data(bytes))
    }
}
