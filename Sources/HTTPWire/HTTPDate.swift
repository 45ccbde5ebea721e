/// A moment as `Date` and its kin write it (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package struct HTTPDate: Equatable, Sendable {
    /// 29 octets.
    package let text: [UInt8]

    /// - Parameter secondsSince1970: Not negative, up to the end of the year 9999.
    package init(secondsSince1970: Int) {
        precondition((0..<253_402_300_800).contains(secondsSince1970), "the date must be in 1970...9999")
        let days = secondsSince1970 / 86_400
        let seconds = secondsSince1970 % 86_400
        let date = Self.date(days: days)
        var text: [UInt8] = []
        text.reserveCapacity(29)
        text += Array(Self.weekdays[days % 7].utf8) + Array(", ".utf8) + Self.digits(date.day)
        text += [Octet.space] + Array(Self.months[date.month - 1].utf8) + [Octet.space]
        text += Self.digits(date.year / 100) + Self.digits(date.year % 100) + [Octet.space]
        text += Self.digits(seconds / 3_600) + [Octet.colon] + Self.digits(seconds / 60 % 60) + [Octet.colon]
        text += Self.digits(seconds % 60) + Array(" GMT".utf8)
        self.text = text
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func digits(_ number: Int) -> [UInt8] {
        [0x30 + UInt8(number / 10), 0x30 + UInt8(number % 10)]
    }

    /// The day of the Gregorian calendar so many days after 1 January 1970; years are counted from March, so that the day
    /// that is sometimes missing comes last.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
