// What a server of the Remote Execution API streams while it runs an action: google.longrunning.Operation with an
// ExecuteResponse in it.

public struct Operation: Sendable {
    /// google.protobuf.Any.
    public struct Packed: Sendable {
        public var type = ""
        public var bytes: ArraySlice<UInt8> = []

        public init(_ slice: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
            var reader = ProtobufReader(slice)
            while let (field, value) = try reader.next() {
                if field == 1 { type = value.text } else if field == 2 { bytes = value.slice }
            }
        }
    }

    /// What a later WaitExecution names.
    public var name = ""
    public var metadata: Packed?
    public var isDone = false
    public var error: RPCStatus?
    public var response: Packed?

    public init(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case 1: name = value.text
            case 2: metadata = try Packed(value.slice)
            case 3: isDone = value.number != 0
            case 4: error = try RPCStatus(value.slice)
            case 5: response = try Packed(value.slice)
            default: break
            }
        }
    }
}

public struct ExecuteResponse: Sendable {
    public var result: ActionResult?
    public var isCached = false
    public var status: RPCStatus?
    public var message = ""

    public init(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch field {
            case 1: result = try ActionResult(value.slice)
            case 2: isCached = value.number != 0
            case 3: status = try RPCStatus(value.slice)
            case 5: message = value.text
            default: break
            }
        }
    }
}
