// Names for temporary files and folders.
import Glibc

public enum Unique {
    /// A name that no other file has: process id and 64 random bits.
    public static func name() -> String {
        String(getpid()) + "-" + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// Whether `name()` makes such names: sweeping removes only these.
    package static func gave(_ name: some StringProtocol) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && Int32(parts[0]) ?? 0 > 0 && UInt64(parts[1], radix: 36) != nil
            && !parts[1].hasPrefix("+")
    }
}
