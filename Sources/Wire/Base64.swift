// Bytes as text in headers, as RFC 4648 has it.
import FoundationEssentials

public enum Base64 {
    public static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
