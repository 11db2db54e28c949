// The messages of the Remote Execution API with which a server is asked to run a command in a folder. Must not know how
// calls are made.

/// A command in a folder, as the server names it.
public struct Action: Sendable {
    /// Of the Command and of the Action.
    public let commandBytes: [UInt8]
    public let bytes: [UInt8]
    public let command: ContentDigest
    public let digest: ContentDigest

    /// - Parameters:
    ///   - output: the folder that comes back.
    ///   - properties: what the server must have, and what names the environment; sorted by name.
    ///   - seconds: after which the server ends it.
    ///   - salt: what separates results that are not to be shared.
    public init(
        _ arguments: [String], output: String, in root: ContentDigest, properties: [(name: String, value: String)],
        seconds: Int64, salt: String
    ) {
        var platform = ProtobufWriter()
        for property in properties {
            var item = ProtobufWriter()
            item.add(1, property.name)
            item.add(2, property.value)
            platform.add(1, item: item.bytes)
        }
        var command = ProtobufWriter()
        for argument in arguments { command.add(1, item: argument.utf8) }
        // Servers before 2.1 read field 4, others field 7.
        command.add(4, item: output.utf8)
        command.add(5, item: platform.bytes)
        command.add(7, item: output.utf8)
        commandBytes = command.bytes
        self.command = ContentDigest(of: commandBytes)
        var time = ProtobufWriter()
        time.add(1, seconds)
        var action = ProtobufWriter()
        action.add(1, item: self.command.bytes)
        action.add(2, item: root.bytes)
        action.add(6, item: time.bytes)
        action.add(9, bytes: salt.utf8)
        action.add(10, item: platform.bytes)
        bytes = action.bytes
        digest = ContentDigest(of: bytes)
    }
}

extension RemoteExecution {
    public static func execute(_ action: ContentDigest, skipsLookup: Bool, in instance: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, instance)
        writer.add(3, skipsLookup)
        writer.add(6, item: action.bytes)
        return writer.bytes
    }

    public static func wait(for operation: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, operation)
        return writer.bytes
    }

    /// The files of the top folder of a Tree, by name. What lies in folders below is left out.
    public static func files(inTree bytes: [UInt8]) throws(ProtobufReader.Malformed) -> [String: InputTree.File] {
        var reader = ProtobufReader(bytes), files: [String: InputTree.File] = [:]
        while let (field, value) = try reader.next() {
            guard field == 1 else { continue }
            var folder = ProtobufReader(value.slice)
            while let (field, value) = try folder.next() {
                guard field == 1 else { continue }
                var node = ProtobufReader(value.slice), name = ""
                var file = InputTree.File(ContentDigest(hash: "", size: 0))
                while let (field, value) = try node.next() {
                    switch field {
                    case 1: name = value.text
                    case 2: file.digest = try ContentDigest(value.slice)
                    case 4: file.isExecutable = value.number != 0
                    default: break
                    }
                }
                files[name] = file
            }
        }
        return files
    }
}

/// ExecuteOperationMetadata: how far an action is, where the server says so.
public enum ExecutionStage: Int64, Sendable {
    case unknown = 0, cacheCheck, queued, executing, completed

    public init(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(bytes), stage: Int64 = 0
        while let (field, value) = try reader.next() { if field == 1 { stage = value.number } }
        self = ExecutionStage(rawValue: stage) ?? .unknown
    }
}
