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

    /// Of WaitExecution and of CancelOperation.
    public static func operation(_ operation: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, operation)
        return writer.bytes
    }

    /// What a Tree holds, by path.
    public struct Listing: Sendable {
        public var files: [String: InputTree.File] = [:]
        public var folders: Set<String> = []

        /// What lies below a prefix, without it; folders have "/" at their ends.
        public func names(below prefix: String) -> Set<String> {
            let all = Array(files.keys) + folders.map { $0 + "/" }
            return Set(all.lazy.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
        }
    }

    /// - Parameter most: a tree with more entries is refused: few bytes can say that a folder holds a folder many
    ///   times.
    public static func listing(ofTree bytes: [UInt8], most: Int) throws(ProtobufReader.Malformed) -> Listing {
        var reader = ProtobufReader(bytes), top: ArraySlice<UInt8> = []
        var inner = [ContentDigest.empty: ArraySlice<UInt8>()]
        while let (field, value) = try reader.next() {
            if field == 1 { top = value.slice }
            if field == 2 { inner[ContentDigest(of: Array(value.slice))] = value.slice }
        }
        var listing = Listing(), open = [(path: "", bytes: top)]
        while let (path, bytes) = open.popLast() {
            var folder = ProtobufReader(bytes)
            while let (kind, value) = try folder.next() {
                guard kind == 1 || kind == 2 else { continue }
                var node = ProtobufReader(value.slice), name = ""
                var file = InputTree.File(ContentDigest.empty)
                while let (field, value) = try node.next() {
                    switch field {
                    case 1: name = value.text
                    case 2: file.digest = try ContentDigest(value.slice)
                    case 4: file.isExecutable = value.number != 0
                    default: break
                    }
                }
                guard listing.files.count + listing.folders.count < most else { throw ProtobufReader.Malformed() }
                if kind == 1 {
                    listing.files[path + name] = file
                } else {
                    guard let bytes = inner[file.digest] else { throw ProtobufReader.Malformed() }
                    listing.folders.insert(path + name)
                    open.append((path + name + "/", bytes))
                }
            }
        }
        return listing
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
