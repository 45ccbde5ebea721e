import Foundation
import RolloutCore

/// Numbers as people read them; a missing one is a dash.
enum Figures {
    static let missing = "-"

    static func count(_ number: Int64) -> String { String(number) }

    /// A share in 0…1 as a percentage.
    static func share(_ share: Double?) -> String {
        guard let share else { return self.missing }
        let percent = share * 100
        return String(format: percent != 0 && abs(percent) < 1 ? "%.2f %%" : "%.1f %%", percent)
    }

    /// As short as it can be said: 5 % and 0.5 %, not 5.0 %.
    static func level(_ share: Double) -> String { String(format: "%.4g %%", share * 100) }

    static func milliseconds(_ milliseconds: Double?) -> String {
        guard let milliseconds else { return self.missing }
        return String(format: milliseconds < 10 ? "%.2f ms" : "%.0f ms", milliseconds)
    }

    static func rate(_ perSecond: Double) -> String { String(format: "%.1f", perSecond) }

    static func decimal(_ number: Double, places: Int = 2) -> String { String(format: "%.\(places)f", number) }

    /// Four digits, however small or large.
    static func significant(_ number: Double?) -> String {
        guard let number else { return self.missing }
        return String(format: "%.4g", number)
    }

    /// E from its logarithm: three digits, and no more than a power of ten beyond a million.
    static func eValue(_ logarithm: Double) -> String {
        let powerOfTen = logarithm / log(10)
        if powerOfTen >= 6 { return "10^\(Int(powerOfTen))" }
        let value = exp(logarithm)
        return String(format: value < 100 ? "%.3g" : "%.0f", value)
    }

    /// In the two largest units: `2d3h`, `4m05s`, `17s`. A clock that runs ahead shows `0s`.
    static func duration(seconds: Double) -> String {
        let whole = Int(min(max(0, seconds), 1e12))
        let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60)
        if days > 0 { return "\(days)d\(hours)h" }
        if hours > 0 { return "\(hours)h" + String(format: "%02dm", minutes) }
        if minutes > 0 { return "\(minutes)m" + String(format: "%02ds", whole % 60) }
        return "\(whole)s"
    }

    /// How long so many more requests take at a rate; ready to follow a number.
    static func wait(for requests: Int64, at perSecond: Double?) -> String {
        guard requests > 0 else { return "" }
        guard let perSecond, perSecond > 0 else { return ", no canary traffic at present" }
        return
            ", about \(self.duration(seconds: (Double(requests) / perSecond).rounded(.up))) more at \(self.rate(perSecond))/s"
    }

    static func age(of moment: Timestamp, at now: Timestamp) -> String {
        self.duration(seconds: now.seconds(since: moment))
    }

    /// Time of day in UTC, to the second.
    static func clock(_ moment: Timestamp) -> String { String(moment.description.dropFirst(11).prefix(8)) }
}
