import ProxyCore
import Testing

private func at(_ seconds: Double) -> LoopTime { LoopTime(microseconds: Int64(seconds * 1e6)) }

@Suite("Schedule of lookups")
struct ResolutionScheduleTests {
    @Test("A name is looked up at once, then an interval after each lookup ended, one lookup at a time")
    func interval() {
        var (schedule, random) = (ResolutionSchedule(every: .seconds(30), at: at(0)), FastRandom(seed: 1))
        #expect(schedule.isDue(at: at(0)))
        schedule.began(at: at(0))
        #expect(!schedule.isDue(at: at(100)))
        schedule.ended(foundAny: true, at: at(100), random: &random)
        #expect(!schedule.isDue(at: at(126.9)))
        #expect(schedule.isDue(at: at(133.1)))
    }

    @Test("A connection that failed brings the next lookup forward, but not to less than a second after the last")
    func doubt() {
        var (schedule, random) = (ResolutionSchedule(every: .seconds(30), at: at(0)), FastRandom(seed: 1))
        schedule.began(at: at(0))
        schedule.ended(foundAny: true, at: at(0), random: &random)
        schedule.connectionFailed()
        #expect(!schedule.isDue(at: at(0.9)))
        #expect(schedule.isDue(at: at(1)))
        schedule.began(at: at(1))
        schedule.ended(foundAny: true, at: at(1), random: &random)
        #expect(!schedule.isDue(at: at(3)))
    }

    @Test("Lookups that find nothing are repeated after one second, two, four, up to the interval")
    func failures() {
        var (schedule, random) = (ResolutionSchedule(every: .seconds(5), at: at(0)), FastRandom(seed: 1))
        var now = 0.0
        for wait in [1.0, 2, 4, 5, 5] {
            schedule.began(at: at(now))
            schedule.ended(foundAny: false, at: at(now), random: &random)
            #expect(!schedule.isDue(at: at(now + 0.89 * wait)))
            now += 1.11 * wait
            #expect(schedule.isDue(at: at(now)))
        }
    }
}
