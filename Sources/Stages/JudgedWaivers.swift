// Which signed waivers count for one file, and until when. A waiver counts for the bytes that it names, for a check that
// the policy lets be waived, for no longer than the policy says, and only if every span that fails is covered. Pure: no
// clock; what expires is reported with its end.
import Composition
import Decisions

struct JudgedWaivers {
    private struct Signed {
        let record: SignedDecision
        let waiver: SignedDecision.Waiver
        let expiry: Expiry
        var state: WaiverStanding.State
        var found: String?

        var span: TimeSpan? { waiver.from.flatMap { from in waiver.to.map { TimeSpan(from: from, to: $0) } } }
        func covers(_ wanted: TimeSpan?) -> Bool {
            guard let span else { return true }
            return wanted.map(span.covers) ?? false
        }
    }

    private var signed: [Signed] = []
    /// When the first waiver that is needed ends.
    private(set) var expires: Int64?

    init(_ records: [SignedDecision], sha256: String, policy: Policy) {
        signed = records.compactMap { record in
            guard let waiver = record.waiver, let expiry = Expiry(waiver.until) else { return nil }
            let days = Expiry.moment(record.at).map { Double(expiry.seconds - $0) / 86400 }
            let state: WaiverStanding.State =
                if record.sha256 != sha256 {
                    .otherFile
                } else if !policy.letsWaive(waiver.check) {
                    .notWaivable
                } else if days.map({ $0 > Double(policy.waiverDays + 1) }) ?? true {
                    // The last day counts whole.
                    .tooLong
                } else {
                    .unneeded
                }
            return Signed(record: record, waiver: waiver, expiry: expiry, state: state)
        }
    }

    /// Whether waivers cover what a check found.
    /// - Parameter spans: all in which it fails; nil: the film as a whole.
    mutating func accept(_ check: String, _ spans: [TimeSpan]?, found: String) -> Bool {
        let able = signed.indices.filter {
            signed[$0].waiver.check == check && [.unneeded, .otherRange, .counts].contains(signed[$0].state)
        }
        var needed: Set<Int> = [], isCovered = !able.isEmpty
        let wanted = (spans ?? []).map(Optional.some)
        for span in wanted.isEmpty ? [nil] : wanted {
            // Of several that cover it, the one that lasts longest.
            let one = able.filter { signed[$0].covers(span) }.max {
                signed[$0].expiry.seconds < signed[$1].expiry.seconds
            }
            if let one { needed.insert(one) } else { isCovered = false }
        }
        guard isCovered, !needed.isEmpty else {
            for index in able where signed[index].state == .unneeded { signed[index].state = .otherRange }
            return false
        }
        for index in needed {
            signed[index].state = .counts
            signed[index].found = found
            expires = min(expires ?? .max, signed[index].expiry.seconds)
        }
        return true
    }

    var standings: [WaiverStanding] {
        signed.map {
            WaiverStanding(
                check: $0.waiver.check, span: $0.span, by: $0.record.by, at: $0.record.at, until: $0.waiver.until,
                reason: $0.record.reason, state: $0.state, found: $0.found)
        }
    }
}
