// Finds flashes in the light and red of cells, as a pure function. A transition is a rise or a fall of a cell, between
// local extremes, of at least the rule's step; two opposite transitions are a flash. A cell flashes too often if a
// second contains more transitions than twice the allowed flashes. Every cell has its own history, so alternately
// flashing halves add up, and the rest of the picture does not average a flashing part away.

/// ITU-R BT.1702-3, Annex 1: a change of 20 cd/m2 or more with the darker state below 160 cd/m2, at most 3 flashes in
/// any second over more than a quarter of the screen. On 200 cd/m2 these are the 10 % and 0.80 of WCAG 2.3.1's general
/// flash. WCAG 2.3.1's red flash: (R - G - B) * 320 changes by more than 20, one of the states saturated, R / (R + G +
/// B) >= 0.8.
public struct FlashRule: Sendable, Hashable {
    public var display = 200.0  // cd/m2 of full scale
    public var step = 20.0  // cd/m2
    public var darkLimit = 160.0  // cd/m2
    public var redStep = 20.0  // of 320
    public var flashes = 3  // in a second
    public var area = 0.25  // of the picture
    /// Slower flashes cause a warning if they persist: this many a second, for `slowFor` of `slowWithin` seconds.
    public var slowFlashes = 2
    public var slowFor = 4.0
    public var slowWithin = 5.0
    public init() {}
}

/// General or red flashes of one file.
public struct FlashHistory: Sendable, Hashable {
    public struct Worst: Sendable, Hashable {
        /// The last picture of the second.
        public var frame: Int
        /// Mean of the cells that flash too often; 0.5 is one transition.
        public var flashes: Double
        /// Share of the picture that flashes too often in this second, 0...1.
        public var area: Double
    }

    /// For each picture, the number of transitions in the preceding second that more than the allowed area has reached.
    public internal(set) var transitions: [Int] = []
    /// The second with the most flashes above the allowed number, preferring those over more than the allowed area; nil
    /// if there is none.
    public internal(set) var worst: Worst?
    public internal(set) var isTooMuch = false
    /// The first picture at which slower flashes have persisted too long.
    public internal(set) var slowAt: Int?

    /// The flashes of a decoded file.
    static func find(in video: Inspection.Video) -> (general: FlashHistory, red: FlashHistory)? {
        find(in: video.flashes, times: video.frames.stamps.indices.map { video.time(of: $0) })
    }

    /// - Parameter times: seconds at which the pictures are shown.
    /// - Returns: general and red flashes; nil if cells and times do not match.
    public static func find(in cells: FlashCells, times: [Double], rule: FlashRule = FlashRule()) -> (
        general: FlashHistory, red: FlashHistory
    )? {
        guard cells.hasGrid, cells.frames == times.count, let first = times.first else { return nil }
        let count = cells.cells
        // The stored values are at least ten times finer than the thresholds, so rounding hardly matters.
        var general = FlashTracker(
            count, mask: 255, step: max(1, Int(rule.step / rule.display * 255)),
            darkLimit: Int((rule.darkLimit / rule.display * 255).rounded()), wantsSaturation: false, rule, first)
        var red = FlashTracker(
            count, mask: 127, step: max(1, Int((rule.redStep / 320 * 127).rounded())), darkLimit: 256,
            wantsSaturation: true, rule, first)
        var frame = 0
        let isRead = cells.walk { place, value in
            if place < count { general.take(place, value) } else { red.take(place - count, value) }
        } end: {
            general.end()
            red.end()
            frame += 1
            if frame < times.count {
                general.now = max(general.now, times[frame])
                red.now = general.now
            }
        }
        guard isRead else { return nil }
        return (general.finish(times), red.finish(times))
    }
}

/// A value, since each access to an object's field would be watched for others at the same time.
private struct FlashTracker {
    var now: Double
    private let mask: UInt8, step: Int, darkLimit: Int, wantsSaturation: Bool
    private let rule: FlashRule
    private let limit: Int
    private let allowedCells: Double
    /// Extremes since the last transition.
    private var high: [UInt8], low: [UInt8]
    /// 1 after a rise, -1 after a fall, 0 before either, 2 before the first value.
    private var way: [Int8]
    /// Transitions of each cell in the last second, and a histogram of them.
    private var counts: [Int]
    private var histogram = [Int](repeating: 0, count: FlashTracker.most + 1)
    private var events: [(time: Double, cell: Int)] = []
    private var firstEvent = 0
    private var history = FlashHistory()
    private var worstSum = 0
    private static let most = 250
    /// Time stamps in milliseconds may be off by one; events one second apart must not count as within a second.
    private static let slack = 0.002

    init(
        _ cells: Int, mask: UInt8, step: Int, darkLimit: Int, wantsSaturation: Bool, _ rule: FlashRule, _ start: Double
    ) {
        (self.mask, self.step, self.darkLimit, self.wantsSaturation, self.rule, now) = (
            mask, step, darkLimit, wantsSaturation, rule, start
        )
        limit = 2 * max(0, min(100, rule.flashes))
        allowedCells = rule.area * Double(cells)
        high = [UInt8](repeating: 0, count: cells)
        low = high
        way = [Int8](repeating: 2, count: cells)
        counts = [Int](repeating: 0, count: cells)
        histogram[0] = cells
    }

    mutating func take(_ cell: Int, _ value: UInt8) {
        if way[cell] == 2 {
            way[cell] = 0
            high[cell] = value
            low[cell] = value
            return
        }
        let bare = value & mask
        // Of equal values the saturated one, with the top bit, is kept.
        let top = high[cell] & mask, bottom = low[cell] & mask
        if bare > top || (bare == top && value > high[cell]) { high[cell] = value }
        if bare < bottom || (bare == bottom && value > low[cell]) { low[cell] = value }
        if way[cell] != -1, isStep(from: value, to: high[cell]) {
            turn(cell, value, -1)
        } else if way[cell] != 1, isStep(from: low[cell], to: value) {
            turn(cell, value, 1)
        }
    }

    private func isStep(from dark: UInt8, to bright: UInt8) -> Bool {
        Int(bright & mask) - Int(dark & mask) >= step && Int(dark & mask) < darkLimit
            && (!wantsSaturation || (dark | bright) & 128 != 0)
    }

    private mutating func turn(_ cell: Int, _ value: UInt8, _ direction: Int8) {
        way[cell] = direction
        high[cell] = value
        low[cell] = value
        events.append((now, cell))
        count(cell, 1)
    }

    private mutating func count(_ cell: Int, _ change: Int) {
        histogram[min(counts[cell], Self.most)] -= 1
        counts[cell] += change
        histogram[min(counts[cell], Self.most)] += 1
    }

    mutating func end() {
        while firstEvent < events.count, events[firstEvent].time <= now - 1 + Self.slack {
            count(events[firstEvent].cell, -1)
            firstEvent += 1
        }
        if firstEvent > 100_000 {
            events.removeFirst(firstEvent)
            firstEvent = 0
        }
        var cells = 0, sum = 0, reached = 0, tooOften = 0
        for number in stride(from: Self.most, to: 0, by: -1) where histogram[number] > 0 {
            cells += histogram[number]
            if number > limit {
                tooOften = cells
                sum += number * histogram[number]
            }
            if reached == 0, Double(cells) > allowedCells { reached = number }
        }
        history.transitions.append(reached)
        let isOver = Double(tooOften) > allowedCells
        if tooOften > 0, isOver && !history.isTooMuch || isOver == history.isTooMuch && sum > worstSum {
            worstSum = sum
            history.worst = .init(
                frame: history.transitions.count - 1, flashes: Double(sum) / Double(tooOften) / 2,
                area: Double(tooOften) / Double(counts.count))
            history.isTooMuch = isOver
        }
    }

    mutating func finish(_ times: [Double]) -> FlashHistory {
        var from = 0, lasted = 0.0
        func length(_ frame: Int) -> Double {
            // The last picture is assumed to last as long as the one before.
            let next = frame + 1 < times.count ? frame + 1 : frame
            let length = next > 0 ? times[next] - times[next - 1] : 0
            return history.transitions[frame] >= 2 * rule.slowFlashes ? max(0, min(1, length)) : 0
        }
        for frame in times.indices {
            lasted += length(frame)
            while from < frame, times[from] <= times[frame] - rule.slowWithin + Self.slack {
                lasted -= length(from)
                from += 1
            }
            if lasted >= rule.slowFor - Self.slack {
                history.slowAt = frame
                break
            }
        }
        return history
    }
}
