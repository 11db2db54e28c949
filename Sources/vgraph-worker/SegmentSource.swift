import Work
final class StubFrame { var width = 0; var chromaWidth = 0; var hash = ""; let y = UnsafeMutablePointer<UInt8>.allocate(capacity: 1); var u: UnsafeMutablePointer<UInt8> { y }; var v: UnsafeMutablePointer<UInt8> { y } }
struct SegmentSource { init(job: Job) throws {}; var frames = 0; func frame(_ i: Int) throws -> StubFrame { StubFrame() }; func repeatsPrevious(_ i: Int) -> Bool { false } }
