// A decimal number that is never rounded unless asked: a text that shows 0.1 is compared with a cell that holds 0.1.

struct ExactNumber: Hashable, Comparable, Sendable {
    /// Not divisible by 10, except 0.
    private(set) var digits: Int
    private(set) var exponent: Int

    /// digits × 10^exponent.
    init(_ digits: Int, exponent: Int = 0) {
        (self.digits, self.exponent) = (digits, digits == 0 ? 0 : exponent)
        while self.digits != 0, self.digits % 10 == 0 {
            self.digits /= 10
            self.exponent += 1
        }
    }

    /// "1234.50" with a dot as its only separator, a sign and an exponent; nil for more than 18 digits.
    init?(_ text: some StringProtocol) {
        var rest = text[...], isNegative = false, exponent = 0
        if let sign = rest.first, "+-−".contains(sign) {
            isNegative = sign != "+"
            rest = rest.dropFirst()
        }
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let power = Int(rest[rest.index(after: mark)...]), abs(power) < 40 else { return nil }
            exponent = power
            rest = rest[..<mark]
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty || parts.count == 2 else { return nil }
        let all = parts.joined(), fraction = parts.count == 2 ? parts[1].count : 0
        guard !all.isEmpty, all.utf8.allSatisfy({ (48...57).contains($0) }),
            all.drop(while: { $0 == "0" }).utf8.count <= 18, all.utf8.count <= 60
        else { return nil }
        let significant = all.drop { $0 == "0" }
        let value = significant.isEmpty ? 0 : Int(significant) ?? 0
        self.init(isNegative ? -value : value, exponent: exponent - fraction)
    }

    func times(tenTo power: Int) -> ExactNumber { ExactNumber(digits, exponent: exponent + power) }

    /// nil for a sum of more than 18 digits.
    func adding(_ other: ExactNumber) -> ExactNumber? {
        let low = min(exponent, other.exponent)
        func aligned(_ number: ExactNumber) -> Int? {
            var value = number.digits
            for _ in 0..<min(40, number.exponent - low) {
                let (next, isOver) = value.multipliedReportingOverflow(by: 10)
                if isOver { return nil }
                value = next
            }
            return value
        }
        guard let a = aligned(self), let b = aligned(other) else { return nil }
        let (sum, isOver) = a.addingReportingOverflow(b)
        return isOver || abs(sum) >= 1_000_000_000_000_000_000 ? nil : ExactNumber(sum, exponent: low)
    }

    static func < (a: ExactNumber, b: ExactNumber) -> Bool {
        guard let difference = a.adding(ExactNumber(-b.digits, exponent: b.exponent)) else {
            // So far apart that doubles tell them apart.
            return (Double(a.text) ?? 0) < (Double(b.text) ?? 0)
        }
        return difference.digits < 0
    }

    /// Rounded half away from zero to a multiple of 10^power.
    func rounded(to power: Int) -> ExactNumber {
        var value = digits, last = 0, at = exponent
        while at < power {
            last = abs(value % 10)
            value /= 10
            at += 1
        }
        if last >= 5 { value += digits < 0 ? -1 : 1 }
        return ExactNumber(value, exponent: at)
    }

    /// "1234.5", without an exponent.
    var text: String {
        let sign = digits < 0 ? "-" : "", plain = String(abs(digits))
        if exponent >= 0 { return sign + plain + String(repeating: "0", count: min(40, exponent)) }
        let padded = String(repeating: "0", count: max(0, 1 - exponent - plain.count)) + plain
        return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
    }
}
