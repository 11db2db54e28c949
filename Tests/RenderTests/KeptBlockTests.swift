// Large blocks that an encoder frees are given to the next one as they were, and have no memory once they are given back.
import CPixels
import Glibc
import Testing

@_silgen_name("memalign") private func memalign(_ alignment: Int, _ size: Int) -> UnsafeMutablePointer<UInt8>?

@Suite(.serialized) struct KeptBlockTests {
    /// A size that nothing else here asks for.
    private let size = 37 << 20

    @Test func aFreedBlockIsGivenAgain() throws {
        let first = try #require(memalign(64, size))
        first[0] = 7
        first[size - 1] = 8
        let other = try #require(memalign(64, size))
        #expect(other >= first + size || first >= other + size, "they overlap")
        free(first)
        let again = try #require(memalign(64, size - 100))
        #expect(again == first && again[0] == 7 && again[size - 1] == 8)
        free(again)
        free(other)
        cpixels_give_back_blocks()
        let blank = try #require(memalign(1 << 21, size))
        #expect(blank == first && blank[0] == 0 && blank[size - 1] == 0 && UInt(bitPattern: blank) % (1 << 21) == 0)
        free(blank)
        cpixels_give_back_blocks()
    }

    @Test func blocksOfAllKindsMayBeResizedAndFreed() throws {
        for size in [1, 1000, 1 << 20, 7 << 20, 300 << 20] {
            let block = try #require(memalign(64, size))
            block[size - 1] = 3
            let larger = realloc(block, size * 2).assumingMemoryBound(to: UInt8.self)
            #expect(larger[size - 1] == 3)
            larger[size * 2 - 1] = 4
            free(realloc(larger, max(1, size / 2)))
        }
        free(nil)
        cpixels_give_back_blocks()
    }
}
