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
    public var line: [UInt8] { jsonLine(self) }

    public init?(line: [UInt8]) {
        guard let found = try? JSONDecoder().decode(Envelope.self, from: Data(line)) else { return nil }
        self = found
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
