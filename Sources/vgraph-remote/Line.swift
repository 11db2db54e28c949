// A thread's line to one remote: a handle of libcurl, whose connection is used again. It makes one call at a time, with
// limits on its time and its bytes, and follows no redirect.
import CCurl
import CSystem
import Files
import Glibc

final class Line {
    /// What every call to a remote has in common.
    struct Manner: Sendable {
        var isEncrypted: Bool
        /// Seconds without a byte.
        var timeout: Double
        var authority: String?
        /// `user:password` of basic authentication.
        var login: String?
        var agent: String
    }

    private let handle: OpaquePointer?
    private let manner: Manner
    /// Whether it has a connection that speaks HTTP/2 without encryption.
    private var speaksHTTP2 = false
    /// Bytes of the last answer.
    private var received: Int64 = 0
    /// Whether the remote was given up on.
    private let isOff: @Sendable (Use) -> Bool

    init(_ manner: Manner, isOff: @escaping @Sendable (Use) -> Bool) {
        handle = curl_easy_init().map { OpaquePointer($0) }
        self.manner = manner
        self.isOff = isOff
    }

    deinit { if let handle { curl_easy_cleanup(UnsafeMutableRawPointer(handle)) } }

    func perform(_ call: Call) throws(Trouble) -> Answer {
        guard let handle = handle.map({ UnsafeMutableRawPointer($0) }) else { throw .here("libcurl does not start") }
        let isPlainGRPC = call.isGRPC && !manner.isEncrypted
        guard isPlainGRPC && speaksHTTP2 && call.isRepeatable else {
            speaksHTTP2 = false
            let answer = try perform(call, handle, usesAgain: false)
            speaksHTTP2 = isPlainGRPC
            return answer
        }
        let first = Result { () throws(Trouble) -> Answer in try perform(call, handle, usesAgain: true) }
        var made = 0, isBroken = false
        ccurl_get_long(handle, CURLINFO_NUM_CONNECTS, &made)
        if case .failure(.down) = first { isBroken = true }
        if made == 0 && !isBroken { return try first.get() }
        // The server had ended the line, which shows when it is used again; or one was made instead, which began with
        // HTTP/1.1: what was said on it does not count.
        speaksHTTP2 = false
        if case .failure(.off) = first { throw .off }
        guard received == 0 else {
            if made == 0 { return try first.get() }
            throw .down("the connection broke")
        }
        let answer = try perform(call, handle, usesAgain: false)
        speaksHTTP2 = true
        return answer
    }

    /// - Parameter usesAgain: a connection of HTTP/2 without encryption that is there.
    private func perform(_ call: Call, _ handle: UnsafeMutableRawPointer, usesAgain: Bool) throws(Trouble) -> Answer {
        // Keeps the connection and what is known of names.
        curl_easy_reset(handle)
        let exchange = Exchange(call, isOff: isOff)
        defer { received = exchange.taken }
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        ccurl_set_text(handle, CURLOPT_URL, call.url)
        // Neither files nor other protocols, whatever a URL says.
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, manner.isEncrypted ? "https" : "http")
        ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_set_text(handle, CURLOPT_USERAGENT, manner.agent)
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(min(manner.timeout, 10) * 1000))
        let timeout = call.patience ?? manner.timeout
        ccurl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
        ccurl_set_long(handle, CURLOPT_LOW_SPEED_TIME, max(1, Int(timeout.rounded(.up))))
        // Who sends a byte now and then does not hold a build up for ever: 100 kB a second are asked for, by and large.
        let bytes = Double(call.body.size + call.limit)
        ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, Int((2 * timeout + bytes / 100_000) * 1000))
        // libcurl makes them anew for each call.
        ccurl_set_long(handle, CURLOPT_BUFFERSIZE, Self.buffer(for: call.sink == nil ? 0 : call.limit))
        ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, Self.buffer(for: call.body.size))
        if manner.isEncrypted {
            ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
            if let authority = manner.authority { ccurl_set_text(handle, CURLOPT_CAINFO, authority) }
        }
        if call.isGRPC {
            // libcurl 7.88 fails where a connection made with prior knowledge is used again with prior knowledge, and
            // does well where HTTP/2 is merely wished for.
            let version = manner.isEncrypted ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
            ccurl_set_long(
                handle, CURLOPT_HTTP_VERSION, Int(usesAgain ? CURL_HTTP_VERSION_2_0 : version))
            if !manner.isEncrypted && !usesAgain { ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1) }
        } else {
            ccurl_set_long(handle, CURLOPT_HTTP_VERSION, 2 /* CURL_HTTP_VERSION_1_1 */)
        }
        if let login = manner.login {
            ccurl_set_text(handle, CURLOPT_USERPWD, login)
            ccurl_set_long(handle, CURLOPT_HTTPAUTH, 1 /* CURLAUTH_BASIC */)
        }
        // `Expect: 100-continue` waits a second for servers that do not know it.
        var headers: UnsafeMutablePointer<curl_slist>?
        for header in call.headers + ["Expect:"] { headers = curl_slist_append(headers, header) }
        defer { curl_slist_free_all(headers) }
        ccurl_set_list(handle, CURLOPT_HTTPHEADER, headers)
        switch call.method {
        case .get: ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
        case .head: ccurl_set_long(handle, CURLOPT_NOBODY, 1)
        case .put:
            ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
            ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, call.body.size)
        case .post:
            ccurl_set_long(handle, CURLOPT_POST, 1)
            ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, call.body.size)
        }
        ccurl_set_read(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
            seen(context).give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(handle, CURLOPT_READDATA, context)
        ccurl_set_seek(handle) { context, offset, origin in seen(context).seek(Int64(offset), origin) }
        ccurl_set_pointer(handle, CURLOPT_SEEKDATA, context)
        ccurl_set_write(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            seen(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        ccurl_set_write(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            seen(context).head(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        ccurl_set_long(handle, CURLOPT_NOPROGRESS, 0)
        ccurl_set_progress(handle) { context, _, _, _, _ in seen(context).mustStop ? 1 : 0 }
        ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, context)

        let code = withExtendedLifetime(exchange) { curl_easy_perform(handle) }
        if let trouble = exchange.trouble { throw trouble }
        let answer = exchange.answer
        if code == CURLE_OK { return answer }
        // A server of gRPC may answer before it has read all, and then ends the stream.
        if call.isGRPC, answer.headers["grpc-status"] != nil { return answer }
        // What is refused may be refused before all of it was sent, and a long page that says so need not be read.
        if answer.status >= 300, code == CURLE_SEND_ERROR || code == CURLE_WRITE_ERROR || code == CURLE_RECV_ERROR {
            return answer
        }
        throw trouble(code, call)
    }

    private static func buffer(for bytes: Int64) -> Int { bytes > 1 << 20 ? 512 << 10 : 16 << 10 }

    private func trouble(_ code: CURLcode, _ call: Call) -> Trouble {
        let words = String(cString: ccurl_words(code))
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .stalled(manner.timeout)
        case CURLE_ABORTED_BY_CALLBACK: return .off
        case CURLE_PARTIAL_FILE: return .down("the answer is cut off")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            return .foreign("its certificate is not trusted: \(words)")
        case CURLE_SSL_CONNECT_ERROR: return .foreign("no TLS connection: \(words)")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: return .foreign(words)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
            return .foreign("it does not speak HTTP: \(words)")
        default: return .down(words)
        }
    }
}

/// What callbacks of one call see.
private final class Exchange {
    private let call: Call
    private let isOff: @Sendable (Use) -> Bool
    var answer = Answer()
    var trouble: Trouble?
    private var sent: Int64 = 0
    private var piece: ArraySlice<UInt8> = []
    private(set) var taken: Int64 = 0
    private var headBytes = 0

    init(_ call: Call, isOff: @escaping @Sendable (Use) -> Bool) {
        self.call = call
        self.isOff = isOff
    }

    var mustStop: Bool { trouble != nil || isOff(call.use) || call.stop?() == true }

    /// Fills libcurl's buffer with what is sent next.
    func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch call.body {
        case .none: return 0
        case .bytes(let bytes):
            let rest = bytes[Int(sent)...].prefix(buffer.count)
            rest.withUnsafeBytes { buffer.copyMemory(from: $0) }
            sent += Int64(rest.count)
            return rest.count
        case .file(let file, let size):
            let count = pread(file, buffer.baseAddress, min(buffer.count, Int(size - sent)), off_t(sent))
            guard count >= 0, count > 0 || sent == size else {
                trouble = .here(count < 0 ? message(errno) : "a file became shorter while it was sent")
                return Int(CURL_READFUNC_ABORT)
            }
            sent += Int64(count)
            return count
        case .pieces(_, let next):
            if piece.isEmpty { piece = next()[...] }
            let rest = piece.prefix(buffer.count)
            rest.withUnsafeBytes { buffer.copyMemory(from: $0) }
            piece = piece.dropFirst(rest.count)
            sent += Int64(rest.count)
            return rest.count
        }
    }

    /// Sends again, on another connection, what went to one that the server had closed.
    func seek(_ offset: Int64, _ origin: Int32) -> Int32 {
        if case .pieces = call.body { return Int32(CURL_SEEKFUNC_FAIL) }
        guard origin == SEEK_SET, (0...call.body.size).contains(offset) else { return Int32(CURL_SEEKFUNC_FAIL) }
        sent = offset
        return Int32(CURL_SEEKFUNC_OK)
    }

    func head(_ line: UnsafeRawBufferPointer) -> Int {
        headBytes += line.count
        guard headBytes <= 256 << 10 else {
            trouble = .wrong("its headers have no end")
            return 0
        }
        let text = line.split(whereSeparator: { $0 == 13 || $0 == 10 }).first.map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let text else { return line.count }
        if text.hasPrefix("HTTP/") {
            let words = text.split(separator: " ")
            answer = Answer(status: words.count > 1 ? Int(words[1]) ?? 0 : 0)
        } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            answer.headers[text[..<colon].lowercased()] = String(value)
        }
        return line.count
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        taken += Int64(bytes.count)
        guard answer.status == 200 else {
            // The page of an error: its beginning may say why.
            answer.bytes += bytes.prefix(max(0, 4096 - answer.bytes.count))
            return taken <= 256 << 10 ? bytes.count : 0
        }
        guard taken <= call.limit else {
            trouble = .wrong("the answer has more than \(call.limit) bytes")
            return 0
        }
        if let sink = call.sink { return sink(bytes) ? bytes.count : 0 }
        answer.bytes.append(contentsOf: bytes)
        return bytes.count
    }
}

private func seen(_ context: UnsafeMutableRawPointer?) -> Exchange {
    Unmanaged<Exchange>.fromOpaque(context!).takeUnretainedValue()
}
