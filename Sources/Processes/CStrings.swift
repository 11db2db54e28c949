// Texts in the form that exec takes: one block of memory and a null-terminated array of pointers.
import Glibc

package struct CStrings: ~Copyable {
    private let bytes: UnsafeMutablePointer<CChar>
    package let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    /// nil: one of them contains a NUL byte and would be cut there.
    package init?(_ texts: [String]) {
        var size = 0
        for text in texts { size += text.utf8.count + 1 }
        bytes = .allocate(capacity: max(1, size))
        pointers = .allocate(capacity: texts.count + 1)
        var at = bytes, isWhole = true
        for (index, text) in texts.enumerated() {
            var text = text
            pointers[index] = at
            text.withUTF8 { utf8 in
                if let base = utf8.baseAddress {
                    memcpy(at, base, utf8.count)
                    if memchr(base, 0, utf8.count) != nil { isWhole = false }
                }
                at[utf8.count] = 0
                at += utf8.count + 1
            }
        }
        pointers[texts.count] = nil
        if !isWhole { return nil }
    }

    deinit {
        bytes.deallocate()
        pointers.deallocate()
    }
}
