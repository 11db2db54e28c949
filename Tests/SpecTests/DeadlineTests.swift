// Days that are over: only where a text promises something until then.
import Spec
import Testing

struct DeadlineTests {
    /// 28 November 2026, noon.
    private let today = Deadline.Day(secondsSince1970: 1_795_867_200)

    @Test(
        arguments: [
            ("Sale until 3 March 2024", "3 March 2024"), ("Offer ends 2026-11-27.", "2026-11-27"),
            ("Order by December 24, 2025!", "December 24, 2025"), ("Sale until 28 November 2026", nil),
            ("Sale until 3 March 2027", nil), ("Founded on 3 March 2024", nil), ("Until 3 March", nil),
            ("It ends well. On 3 March 2024 we began.", nil),
        ] as [(String, String?)])
    func aPromiseIsOver(text: String, day: String?) {
        #expect(Deadline.over(in: text, language: "en-US", today: today) == day)
    }

    @Test func inGerman() {
        #expect(Deadline.over(in: "Nur bis 24.12.2025", language: "de", today: today) == "24.12.2025")
        #expect(Deadline.over(in: "Seit 24.12.2025", language: "de", today: today) == nil)
        #expect(Deadline.over(in: "Jusqu'au 24.12.2025", language: "fr", today: today) == nil)
    }

    @Test func daysAreThoseOfTheCalendar() {
        func day(_ seconds: Int64) -> String { "\(Deadline.Day(secondsSince1970: seconds))" }
        // 1970-01-01, 2000-02-29, 2024-12-31, 2100-03-01.
        #expect(day(0) == "Day(year: 1970, month: 1, day: 1)")
        #expect(day(951_782_400) == "Day(year: 2000, month: 2, day: 29)")
        #expect(day(1_735_603_200) == "Day(year: 2024, month: 12, day: 31)")
        #expect(day(4_107_542_400) == "Day(year: 2100, month: 3, day: 1)")
    }
}
