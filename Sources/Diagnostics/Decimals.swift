// Formats numbers for people, without Foundation or a locale, so that they are equal on every machine.

/// A count with zeros before it, so that names and times sort and line up.
public func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// A number with one digit after the decimal point.
public func tenths(_ value: Double) -> String { decimals(value, 1) }

/// A number with a fixed count of digits after the decimal point and no exponent.
public func decimals(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return value > 0 ? "inf" : value < 0 ? "-inf" : "nan" }
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let scaled = (abs(value) * factor).rounded()
    let whole = Int(scaled / factor), rest = Int(scaled - Double(whole) * factor)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    if digits == 0 { return "\(sign)\(whole)" }
    return "\(sign)\(whole)." + padded(rest, digits)
}
