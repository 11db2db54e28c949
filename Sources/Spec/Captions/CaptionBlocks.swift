// Splits a file into captions: the blocks of WebVTT, and SubRip's runs of lines between times.
import Diagnostics

extension CaptionFile {
    private static let badTimes = "the caption is left out: its times are invalid"
    private static let timesHint = "write 00:01.000 --> 00:02.500"

    // MARK: WebVTT

    /// WebVTT 1, "WebVTT parser algorithm" and "collect a WebVTT block": only an empty line ends a block, and a block
    /// with an arrow in its first or second line is a caption, whatever else it looks like.
    mutating func readWebVTT() {
        // A header extends to the first empty line.
        var index = 1
        while index < lines.count, !lines[index].isEmpty, !lines[index].contains("-->") { index += 1 }
        while index < lines.count {
            guard !lines[index].isEmpty else { index += 1; continue }
            let first = index
            var timing: Int?, body: [Int] = []
            while index < lines.count, !lines[index].isEmpty {
                if lines[index].contains("-->") {
                    guard timing == nil, index - first <= 1 else { break }
                    timing = index
                    body = []
                } else {
                    body.append(index)
                }
                index += 1
            }
            guard let timing else {
                leaveOutBlock(first)
                continue
            }
            guard let times = CaptionTimes(lines[timing]) else {
                leaveOut(Self.badTimes, hint: Self.timesHint, at: place(timing))
                continue
            }
            guard add(times, timing: timing, body: body, .webVTT) else { return }
        }
    }

    private mutating func leaveOutBlock(_ first: Int) {
        let line = lines[first]
        func begins(_ word: String) -> Bool {
            line == word || line.hasPrefix(word + " ") || line.hasPrefix(word + "\t")
        }
        if begins("NOTE") { return }
        if begins("STYLE") || begins("REGION") {
            unfollowed.note([String(line.prefix { $0.isLetter })], line: first)
            return
        }
        let isSlip = lines[first...].prefix(2).contains { CaptionTimes.areMeant($0) }
        leaveOut(
            isSlip ? Self.badTimes : "this text is left out: it has no times", hint: Self.timesHint, at: place(first))
    }

    // MARK: SubRip

    /// A caption extends to the next one's number or times; empty lines inside it belong to its text.
    mutating func readSubRip() {
        var starts: [(number: Int?, timing: Int, first: Int)] = []
        for index in lines.indices where isTiming(index) {
            let number = numberLine(above: index, previous: starts.last)
            starts.append((number.map { value($0) } ?? nil, index, number ?? index))
        }
        let before = starts.first?.first ?? lines.count
        if let loose = (0..<before).first(where: { !isBlank(lines[$0]) }) {
            leaveOut(
                "this text is left out: it precedes the first caption", hint: Self.timesHint, at: place(loose))
        }
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1].first : lines.count
            guard let times = CaptionTimes(lines[start.timing]) else {
                leaveOut(Self.badTimes, hint: "write 00:00:01,000 --> 00:00:02,500", at: place(start.timing))
                continue
            }
            let body = (start.timing + 1..<end).filter { !isBlank(lines[$0]) }
            if index + 1 < starts.count, starts[index + 1].number == nil, let last = body.last, last == end - 1,
                start.number != nil,
                let number = value(last)
            {
                reader.report(.captionNumber(number, at: place(last)))
            }
            // A number alone after an empty line lacks its times.
            for line in body where line > start.timing + 1 && line + 1 < lines.count && isBlank(lines[line - 1]) {
                if !isBlank(lines[line + 1]), let number = value(line) {
                    reader.report(.captionNumber(number, at: place(line)))
                }
            }
            guard add(times, timing: start.timing, body: body, .subRip) else { return }
        }
    }

    private func isBlank(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }

    private func value(_ line: Int) -> Int? {
        let digits = lines[line].filter { !$0.isWhitespace && $0 != "\u{FEFF}" }
        return digits.utf8.allSatisfy { (48...57).contains($0) } ? Int(digits) : nil
    }

    /// An arrow in a sentence is text; an arrow beside a number is a line of times.
    private func isTiming(_ index: Int) -> Bool {
        let line = lines[index]
        guard let arrow = line.firstRange(of: "-->") else { return CaptionTimes.areMeant(line) }
        let before = line[..<arrow.lowerBound].drop { $0.isWhitespace || $0 == "-" }
        let after = line[arrow.upperBound...].drop { $0.isWhitespace || $0 == "-" }
        return before.first?.isNumber == true && before.contains { $0 == ":" || $0 == "," || $0 == "." }
            || after.first?.isNumber == true && after.contains { $0 == ":" }
    }

    /// The line of the number above the times. Without an empty line before it, it is text unless it continues the
    /// number of the previous caption.
    private func numberLine(above timing: Int, previous: (number: Int?, timing: Int, first: Int)?) -> Int? {
        let line = timing - 1
        guard line >= 0, line > previous?.timing ?? -1, let number = value(line) else { return nil }
        if line == 0 || isBlank(lines[line - 1]) { return line }
        guard let previous else { return line }
        return previous.number.map { $0 + 1 == number } == true ? line : nil
    }
}
