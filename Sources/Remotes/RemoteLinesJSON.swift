// Lines between vgraph and vgraph-remote that come by the thousand, read as their decoders would in a tenth of the time:
// questions, records and their answers. All else is left to the decoder.
import Store
import Work

extension RemoteRequest {
    /// nil: it is no request.
    public static func read(_ line: some Collection<UInt8>) -> RemoteRequest? {
        JSONCursor.decode(line) { cursor throws(JSONCursor.Mismatch) in
            var id: Int?, call: Call?
            try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
                let isSecond = call != nil
                switch name {
                case "id":
                    id = try cursor.int()
                    return
                case "find": call = .find(try Find(&cursor))
                case "fetch": call = .fetch(try Fetch(&cursor))
                case "publish": call = .publish(try Publish(&cursor))
                default: throw JSONCursor.Mismatch()
                }
                // Which of two calls counts is the decoder's to say.
                guard !isSecond else { throw JSONCursor.Mismatch() }
            }
            guard let id, let call else { throw JSONCursor.Mismatch() }
            return RemoteRequest(id, call)
        }
    }
}

extension RemoteRequest.Find {
    fileprivate init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var manifest: Manifest?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "manifest": manifest = try Manifest(&cursor)
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let manifest else { throw JSONCursor.Mismatch() }
        self.init(manifest: manifest)
    }
}

extension RemoteRequest.Fetch {
    fileprivate init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var blob: Record.Blob?, to: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "blob": blob = try Record.Blob(&cursor)
            case "to": to = try cursor.string()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let blob, let to else { throw JSONCursor.Mismatch() }
        self.init(blob: blob, to: to)
    }
}

extension RemoteRequest.Publish {
    fileprivate init(_ cursor: inout JSONCursor) throws(JSONCursor.Mismatch) {
        var record: Record?, cache: String?
        try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
            switch name {
            case "record": record = try Record(&cursor)
            case "cache": cache = try cursor.string()
            default: throw JSONCursor.Mismatch()
            }
        }
        guard let record, let cache else { throw JSONCursor.Mismatch() }
        self.init(record: record, cache: cache)
    }
}

extension RemoteReply {
    /// nil: it is no reply.
    public static func read(_ line: some Collection<UInt8>) -> RemoteReply? {
        JSONCursor.decode(line) { cursor throws(JSONCursor.Mismatch) in
            var id: Int?, records: [Record]?, from: [String]?, done: Bool?, missing: Bool?
            try cursor.object { name, cursor throws(JSONCursor.Mismatch) in
                switch name {
                case "id": id = try cursor.int()
                case "records":
                    records = try cursor.values { cursor throws(JSONCursor.Mismatch) in try Record(&cursor) }
                case "from": from = try cursor.values { cursor throws(JSONCursor.Mismatch) in try cursor.string() }
                case "done": done = try cursor.bool()
                case "missing": missing = try cursor.bool()
                default: throw JSONCursor.Mismatch()
                }
            }
            guard let id else { throw JSONCursor.Mismatch() }
            var reply = RemoteReply(id: id, records: records, done: done, missing: missing)
            reply.from = from
            return reply
        }
    }
}
