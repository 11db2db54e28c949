// A signed payload as DSSE has it (https://github.com/secure-systems-lab/dsse, v1.0.2): what other verifiers accept.
import CSystem
import Digests
import FoundationEssentials

public struct Envelope: Codable, Sendable, Hashable {
    public struct Signature: Codable, Sendable, Hashable {
        /// The public key, 64 hex digits.
        public var keyid: String
        /// Base64 in JSON.
        public var sig: Data
    }
    /// Base64 in JSON.
    public var payload: Data
    public var payloadType: String
    public var signatures: [Signature]

    public init(_ payload: [UInt8], type: String, by key: PrivateKey) {
        self.payload = Data(payload)
        payloadType = type
        let signature = hexBytes(key.sign(Self.signed(payload, type)), count: 64) ?? []
        signatures = [Signature(keyid: key.publicKey, sig: Data(signature))]
    }

    public init(unsigned payload: [UInt8], type: String) {
        self.payload = Data(payload)
        payloadType = type
        signatures = []
    }

    /// The line, without its end.
    public var line: [UInt8] {
        guard ([payloadType] + signatures.map(\.keyid)).allSatisfy({ $0.utf8.allSatisfy(Self.isPlain) }) else {
            return jsonLine(self)
        }
        let signed = signatures.map { "{\"keyid\":\"\($0.keyid)\",\"sig\":\"\($0.sig.base64EncodedString())\"}" }
        let text =
            "{\"payload\":\"\(payload.base64EncodedString())\",\"payloadType\":\"\(payloadType)\",\"signatures\":["
            + signed.joined(separator: ",") + "]}"
        return Array(text.utf8)
    }

    /// Whether a byte stands for itself in JSON.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    public init?(line: [UInt8]) {
        if let plain = Self.plain(line) {
            self = plain
            return
        }
        guard let found = try? JSONDecoder().decode(Envelope.self, from: Data(line)) else { return nil }
        self = found
    }

    /// What `line` writes, taken apart without a parser, which would cost more than all else that is done with a
    /// record; nil: it has another form.
    private static func plain(_ line: [UInt8]) -> Envelope? {
        var rest = line[...]
        func skip(_ text: StaticString) -> Bool {
            let count = text.utf8CodeUnitCount
            guard rest.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: count)) else { return false }
            rest = rest.dropFirst(count)
            return true
        }
        func word() -> ArraySlice<UInt8>? {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
            defer { rest = rest[(end + 1)...] }
            let word = rest[..<end]
            return word.allSatisfy(isPlain) ? word : nil
        }
        guard skip("{\"payload\":\""), let text = word(), let payload = Data(base64Encoded: Data(text)),
            skip(",\"payloadType\":\""), let type = word(), skip(",\"signatures\":[")
        else { return nil }
        var signatures: [Signature] = []
        while skip(signatures.isEmpty ? "{\"keyid\":\"" : ",{\"keyid\":\"") {
            guard let key = word(), skip(",\"sig\":\""), let text = word(), let sig = Data(base64Encoded: Data(text)),
                skip("}")
            else { return nil }
            signatures.append(Signature(keyid: String(decoding: key, as: UTF8.self), sig: sig))
        }
        guard skip("]}"), rest.isEmpty else { return nil }
        return Envelope(payload: payload, payloadType: String(decoding: type, as: UTF8.self), signatures: signatures)
    }

    private init(payload: Data, payloadType: String, signatures: [Signature]) {
        self.payload = payload
        self.payloadType = payloadType
        self.signatures = signatures
    }

    /// The names of listed keys whose signatures match.
    public func signers(_ keys: PublicKeys) -> [String] {
        let bytes = Self.signed(Array(payload), payloadType)
        return signatures.compactMap { signature in
            guard let name = keys.named.first(where: { $0.key == signature.keyid })?.name,
                let key = hexBytes(signature.keyid, count: 32), signature.sig.count == 64,
                csystem_ed25519_verify(key, bytes, bytes.count, Array(signature.sig)) == 1
            else { return nil }
            return name
        }
    }

    /// PAE, the encoding that is signed.
    private static func signed(_ payload: [UInt8], _ type: String) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}
