import Glibc

/// The clock of the loops, which never goes back.
package enum MonotonicClock {
    /// Microseconds from an arbitrary start.
    package static func microseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
