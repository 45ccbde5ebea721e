/// Civil dates from and to days by H. Hinnant's algorithms ("chrono-Compatible Low-Level Date Algorithms").
extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, such as `2026-11-21T08:25:09.123456Z`; a fraction only when there is one. Exact to the microsecond.
    package var description: String {
        let day = Int64(86_400_000_000)
        var days = self.microseconds / day
        var rest = self.microseconds % day
        if rest < 0 {
            rest += day
            days -= 1
        }
        let (year, month, dayOfMonth) = Self.civil(fromDays: days)
        let seconds = rest / 1_000_000
        let fraction = rest % 1_000_000
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
        let time = "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return date + "T" + time + (fraction == 0 ? "Z" : ".\(padded(fraction, 6))Z")
    }

    /// - Throws: `InvalidValue` unless the text is RFC 3339 in UTC (`Z`) with at most six digits of fraction.
    package init(_ text: String) throws(InvalidValue) {
        let refusal = InvalidValue("a time is RFC 3339 in UTC, such as 2026-11-21T08:25:09.123456Z; got '\(text)'")
        let bytes = Array(text.utf8)
        func digits(_ from: Int, _ count: Int) throws(InvalidValue) -> Int64 {
            var value: Int64 = 0
            for index in from..<(from + count) {
                guard index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 else { throw refusal }
                value = value * 10 + Int64(bytes[index] - 0x30)
            }
            return value
        }
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54, bytes[13] == 0x3A,
            bytes[16] == 0x3A,
            bytes.last == 0x5A
        else { throw refusal }
        let (year, month, day) = (try digits(0, 4), try digits(5, 2), try digits(8, 2))
        let (hour, minute, second) = (try digits(11, 2), try digits(14, 2), try digits(17, 2))
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60 else {
            throw refusal
        }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let count = bytes.count - 21
            guard bytes[19] == 0x2E, (1...6).contains(count) else { throw refusal }
            fraction = try digits(20, count)
            for _ in count..<6 { fraction *= 10 }
        }
        let days = Self.days(fromCivil: year, month, day)
        guard Self.civil(fromDays: days) == (year, month, day) else { throw refusal }
        self.init(microseconds: ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + fraction)
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
