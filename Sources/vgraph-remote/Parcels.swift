// What several requests have for one call: whoever comes first takes it all, so that small things travel together while
// calls are under way, and none waits for others to come.
import Wire

final class Parcels<Parcel: Sendable>: Sendable {
    private let waiting = Guarded<[Parcel]>([])

    func add(_ parcel: Parcel) { waiting.withLock { $0.append(parcel) } }

    /// As many as fit, at least one where there is one.
    func take(upTo limit: Int, size: (Parcel) -> Int) -> [Parcel] {
        waiting.withLock { waiting in
            var bytes = 0, count = 0
            for parcel in waiting {
                bytes += size(parcel)
                if count > 0 && bytes > limit { break }
                count += 1
            }
            defer { waiting.removeFirst(count) }
            return Array(waiting.prefix(count))
        }
    }
}

/// Small blobs of a record that go up, and who waits for that.
struct Sending: Sendable {
    var blobs: [(digest: ContentDigest, bytes: [UInt8])]
    var end: @Sendable (Trouble?) -> Void
    var bytes: Int { blobs.reduce(0) { $0 + $1.bytes.count } }
}
