import Foundation
import RolloutCore
import Testing

@Suite("Moments as text")
struct TimestampTextTests {
    @Test(
        "A moment reads as RFC 3339 and is read back to the microsecond",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (1_767_225_600_000_001, "2026-01-01T00:00:00.000001Z"),
            (4_107_542_399_500_000, "2100-02-28T23:59:59.500000Z"),
        ] as [(Int64, String)]
    )
    func text(microseconds: Int64, text: String) throws {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(try Timestamp(text) == Timestamp(microseconds: microseconds))
    }

    @Test("Short fractions are read as fractions")
    func fractions() throws {
        #expect(try Timestamp("1970-01-01T00:00:00.5Z") == Timestamp(microseconds: 500_000))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "2026-01-01 00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00xZ", "2026-01-0aT00:00:00Z",
        ]
    )
    func refuses(text: String) {
        #expect(throws: InvalidValue.self) { try Timestamp(text) }
    }

    @Test("Days over 800 years have the dates Foundation gives them")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: -140_000, through: 150_000, by: 397) {
            let text = Timestamp(seconds: Int64(day) * 86_400).description
            let date = calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(day) * 86_400)
            )
            let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
            #expect([date.year, date.month, date.day] == parts, "\(text)")
        }
    }
}
