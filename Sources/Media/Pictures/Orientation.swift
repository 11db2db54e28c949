// The rotation and mirroring of a stored picture for display, from EXIF or from a clip's display matrix.

/// First transposed (rows become columns), then mirrored.
struct Orientation: Hashable, Sendable {
    var transposes = false
    var flipsX = false
    var flipsY = false

    var isIdentity: Bool { !transposes && !flipsX && !flipsY }

    init() {}

    /// From values 1...8 of the EXIF tag 0x0112; others are ignored.
    init(exif value: Int) {
        transposes = (5...8).contains(value)
        flipsX = [2, 3, 6, 7].contains(value)
        flipsY = [3, 4, 7, 8].contains(value)
    }

    /// From libav's nine values: x' = m0·x + m3·y, y' = m1·x + m4·y. Rounded to the nearest right angle.
    init(matrix m: [Int32]) {
        guard m.count == 9 else { return }
        let (a, b, c, d) = (Int(m[0]), Int(m[1]), Int(m[3]), Int(m[4]))
        if a == 0, b == 0, c == 0, d == 0 { return }
        transposes = abs(b) + abs(c) > abs(a) + abs(d)
        flipsX = (transposes ? c : a) < 0
        flipsY = (transposes ? b : d) < 0
    }

    /// From an EXIF block (a TIFF header and its first directory), with or without the leading "Exif\0\0".
    init(exifBlock block: ArraySlice<UInt8>) {
        self.init()
        var bytes = block
        if bytes.starts(with: Array("Exif\u{0}\u{0}".utf8)) { bytes = bytes.dropFirst(6) }
        let data = Array(bytes.prefix(1 << 16))
        guard data.count >= 8 else { return }
        let little: Bool
        switch (data[0], data[1]) {
        case (0x49, 0x49): little = true
        case (0x4d, 0x4d): little = false
        default: return
        }
        func number(_ offset: Int, _ size: Int) -> Int? {
            guard offset >= 0, offset + size <= data.count else { return nil }
            let field = data[offset..<offset + size]
            return (little ? Array(field.reversed()) : Array(field)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else { return }
        for index in 0..<count {
            let entry = directory + 2 + index * 12
            guard let tag = number(entry, 2) else { return }
            if tag == 0x0112, number(entry + 2, 2) == 3, let value = number(entry + 8, 2) {
                self = Orientation(exif: value)
                return
            }
        }
    }

    /// The displayed size.
    func applied(width: Int, height: Int) -> (width: Int, height: Int) {
        transposes ? (height, width) : (width, height)
    }
}
