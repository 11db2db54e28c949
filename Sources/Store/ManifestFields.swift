// The bytes whose digest is a manifest's key: fields with their lengths before them, as `DigestWriter.add(field:)` adds
// them, in one piece. A build makes them for each record that it reads, and of a film that is joined from hundreds of
// segments an array that grows by a few bytes at a time takes ten times as long.
import Digests

final class ManifestFields {
    private var base: UnsafeMutableRawPointer
    private var capacity = 1024
    private var count = 0

    init() { base = .allocate(byteCount: capacity, alignment: 8) }
    deinit { base.deallocate() }

    private func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        while count + more > capacity { capacity *= 2 }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
    }

    /// Leaves room for a field's length.
    func begin() -> Int {
        reserve(8)
        count += 8
        return count
    }

    /// - Parameter start: what `begin` gave.
    func end(_ start: Int) {
        base.storeBytes(of: UInt64(count - start).littleEndian, toByteOffset: start - 8, as: UInt64.self)
    }

    func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    func append(_ text: String) {
        var text = text
        reserve(text.utf8.count)
        let end = base + count
        count += text.withUTF8 { bytes in
            if let start = bytes.baseAddress { end.copyMemory(from: start, byteCount: bytes.count) }
            return bytes.count
        }
    }

    var digest: Digest { Digest.of(UnsafeRawBufferPointer(start: base, count: count)) }
}
