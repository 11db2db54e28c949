// The messages of the Remote Execution API, version 2 (build.bazel.remote.execution.v2), and of ByteStream, as far as a
// cache needs them. Numbers of fields are those of its .proto files. Must not know how calls are made.

/// Names bytes by SHA-256 and their number.
public struct ContentDigest: Sendable, Hashable {
    /// 64 lower-case hex digits.
    public var hash: String
    public var size: Int64

    public init(hash: String, size: Int64) {
        self.hash = hash
        self.size = size
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, hash)
        writer.add(2, size)
        return writer.bytes
    }

    public init(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
        self.init(hash: "", size: 0)
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            if field == 1 { hash = value.text } else if field == 2 { size = value.number }
        }
    }
}

/// google.rpc.Status.
public struct RPCStatus: Sendable {
    public var code = 0
    public var message = ""

    public init(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            if field == 1 { code = Int(truncatingIfNeeded: value.number) } else if field == 2 { message = value.text }
        }
    }
}

public struct ActionResult: Sendable {
    public struct File: Sendable, Hashable {
        public var path: String
        public var digest: ContentDigest
        public var isExecutable: Bool
        public init(path: String, digest: ContentDigest, isExecutable: Bool) {
            self.path = path
            self.digest = digest
            self.isExecutable = isExecutable
        }
    }

    public var files: [File] = []
    /// Folders that an action left, by path: the digest of each one's Tree. Read only.
    public private(set) var folders: [String: ContentDigest] = [:]
    public var exitCode: Int64 = 0
    public var output: [UInt8] = []
    public var outputDigest: ContentDigest?
    public var errors: [UInt8] = []
    public var errorsDigest: ContentDigest?

    public init() {}

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        for file in files {
            var item = ProtobufWriter()
            item.add(1, file.path)
            item.add(2, item: file.digest.bytes)
            item.add(4, file.isExecutable)
            writer.add(2, item: item.bytes)
        }
        writer.add(4, exitCode)
        writer.add(5, bytes: output)
        if let outputDigest { writer.add(6, item: outputDigest.bytes) }
        writer.add(7, bytes: errors)
        if let errorsDigest { writer.add(8, item: errorsDigest.bytes) }
        return writer.bytes
    }

    public init(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case 2:
                var file = File(path: "", digest: ContentDigest(hash: "", size: 0), isExecutable: false)
                var item = ProtobufReader(value.slice)
                while let (field, value) = try item.next() {
                    switch field {
                    case 1: file.path = value.text
                    case 2: file.digest = try ContentDigest(value.slice)
                    case 4: file.isExecutable = value.number != 0
                    default: break
                    }
                }
                files.append(file)
            case 3:
                var item = ProtobufReader(value.slice), path = "", tree: ContentDigest?
                while let (field, value) = try item.next() {
                    if field == 1 { path = value.text } else if field == 3 { tree = try ContentDigest(value.slice) }
                }
                folders[path] = tree
            case 4: exitCode = Int64(Int32(truncatingIfNeeded: value.number))
            case 5: output = Array(value.slice)
            case 6: outputDigest = try ContentDigest(value.slice)
            case 7: errors = Array(value.slice)
            case 8: errorsDigest = try ContentDigest(value.slice)
            default: break
            }
        }
    }
}

/// The requests, as their bytes.
public enum RemoteExecution {
    public static let package = "build.bazel.remote.execution.v2."

    /// Of GetCapabilities.
    public static func instance(_ name: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, name)
        return writer.bytes
    }

    public static func findMissing(_ digests: [ContentDigest], in instance: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, instance)
        for digest in digests { writer.add(2, item: digest.bytes) }
        return writer.bytes
    }

    public static func missing(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> [ContentDigest] {
        var reader = ProtobufReader(bytes), found: [ContentDigest] = []
        while let (field, value) = try reader.next() {
            if field == 2 { found.append(try ContentDigest(value.slice)) }
        }
        return found
    }

    public static func batchUpdate(_ blobs: [(digest: ContentDigest, bytes: [UInt8])], in instance: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, instance)
        for blob in blobs {
            var item = ProtobufWriter()
            item.add(1, item: blob.digest.bytes)
            item.add(2, bytes: blob.bytes)
            writer.add(2, item: item.bytes)
        }
        return writer.bytes
    }

    /// What a batch did not take.
    public static func refused(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> [(
        digest: ContentDigest, status: RPCStatus
    )] {
        var reader = ProtobufReader(bytes), found: [(ContentDigest, RPCStatus)] = []
        while let (field, value) = try reader.next() {
            guard field == 1 else { continue }
            var item = ProtobufReader(value.slice), digest = ContentDigest(hash: "", size: 0)
            var status = try RPCStatus([])
            while let (field, value) = try item.next() {
                if field == 1 { digest = try ContentDigest(value.slice) }
                if field == 2 { status = try RPCStatus(value.slice) }
            }
            if status.code != 0 { found.append((digest, status)) }
        }
        return found
    }

    public static func batchRead(_ digests: [ContentDigest], in instance: String) -> [UInt8] {
        findMissing(digests, in: instance)
    }

    public struct ReadBlob: Sendable {
        public init() {}

        public var digest = ContentDigest(hash: "", size: 0)
        public var bytes: ArraySlice<UInt8> = []
        public var code = 0
    }

    public static func read(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> [ReadBlob] {
        var reader = ProtobufReader(bytes), found: [ReadBlob] = []
        while let (field, value) = try reader.next() {
            guard field == 1 else { continue }
            var item = ProtobufReader(value.slice), blob = ReadBlob()
            while let (field, value) = try item.next() {
                switch field {
                case 1: blob.digest = try ContentDigest(value.slice)
                case 2: blob.bytes = value.slice
                case 3: blob.code = try RPCStatus(value.slice).code
                default: break
                }
            }
            found.append(blob)
        }
        return found
    }

    public static func getResult(_ action: ContentDigest, in instance: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, instance)
        writer.add(2, item: action.bytes)
        writer.add(3, true)
        return writer.bytes
    }

    public static func updateResult(_ action: ContentDigest, _ result: ActionResult, in instance: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, instance)
        writer.add(2, item: action.bytes)
        writer.add(3, item: result.bytes)
        return writer.bytes
    }

    /// The value of the header that says who asks.
    public static func metadata(version: String, invocation: String, action: String) -> [UInt8] {
        var tool = ProtobufWriter()
        tool.add(1, "vgraph")
        tool.add(2, version)
        var writer = ProtobufWriter()
        writer.add(1, item: tool.bytes)
        writer.add(2, action)
        writer.add(3, invocation)
        return writer.bytes
    }
}

/// What a server says it can do.
public struct ServerCapabilities: Sendable {
    public var takesSHA256 = false
    public var takesResults = false
    /// 0: it states none.
    public var batchLimit: Int64 = 0
    public var hasExecution = false
    /// "2.0", "2.12"; empty: it states none.
    public var lowest = "", highest = ""

    public init() {}

    public init(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
        func numbers(_ value: ProtobufReader.Value) throws(ProtobufReader.Malformed) -> [Int64] {
            guard case .bytes(let packed) = value else { return [value.number] }
            // Enums of a list are packed: numbers without keys.
            var found: [Int64] = [], number: Int64 = 0, shift: Int64 = 0
            for byte in packed {
                number |= Int64(byte & 0x7f) << shift
                shift += 7
                if byte < 0x80 {
                    found.append(number)
                    (number, shift) = (0, 0)
                } else if shift > 56 {
                    throw ProtobufReader.Malformed()
                }
            }
            return found
        }
        func version(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> String {
            var reader = ProtobufReader(bytes), major: Int64 = 0, minor: Int64 = 0
            while let (field, value) = try reader.next() {
                if field == 1 { major = value.number } else if field == 2 { minor = value.number }
            }
            return "\(major).\(minor)"
        }
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case 1:
                var cache = ProtobufReader(value.slice)
                while let (field, value) = try cache.next() {
                    switch field {
                    case 1: if try numbers(value).contains(1) { takesSHA256 = true }
                    case 2:
                        var update = ProtobufReader(value.slice)
                        while let (field, value) = try update.next() {
                            if field == 1 { takesResults = value.number != 0 }
                        }
                    case 4: batchLimit = value.number
                    default: break
                    }
                }
            case 2:
                var execution = ProtobufReader(value.slice)
                while let (field, value) = try execution.next() {
                    if field == 2 { hasExecution = value.number != 0 }
                }
            case 4: lowest = try version(value.slice)
            case 5: highest = try version(value.slice)
            default: break
            }
        }
    }
}

/// google.bytestream.
public enum ByteStream {
    public static func readName(_ digest: ContentDigest, in instance: String) -> String {
        (instance.isEmpty ? "" : instance + "/") + "blobs/\(digest.hash)/\(digest.size)"
    }

    public static func writeName(_ digest: ContentDigest, upload: String, in instance: String) -> String {
        (instance.isEmpty ? "" : instance + "/") + "uploads/\(upload)/blobs/\(digest.hash)/\(digest.size)"
    }

    public static func read(_ name: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.add(1, name)
        return writer.bytes
    }

    public static func data(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> ArraySlice<UInt8> {
        var reader = ProtobufReader(bytes), data: ArraySlice<UInt8> = []
        while let (field, value) = try reader.next() { if field == 10 { data = value.slice } }
        return data
    }

    /// - Parameter name: in the first message alone.
    public static func write(_ piece: some Collection<UInt8>, name: String?, at offset: Int64, isLast: Bool) -> [UInt8]
    {
        var writer = ProtobufWriter()
        writer.add(1, name ?? "")
        writer.add(2, offset)
        writer.add(3, isLast)
        writer.add(10, bytes: piece)
        return writer.bytes
    }

    public static func committed(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> Int64 {
        var reader = ProtobufReader(bytes), size: Int64 = 0
        while let (field, value) = try reader.next() { if field == 1 { size = value.number } }
        return size
    }
}
