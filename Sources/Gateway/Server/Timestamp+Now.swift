import Foundation
import RolloutCore

extension Timestamp {
    /// The time of the machine's clock.
    static func now() -> Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
}
