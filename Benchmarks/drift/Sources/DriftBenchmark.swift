import Glibc
import Payloads
import RolloutCore

/// Measures how fast rows go into profiles and JSON into values; one JSON object a line on standard output.
///
/// Arguments: the number of rows, the number of repetitions, and files with one body each that are decoded.
@main
enum DriftBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 2, let rows = Int(arguments[1]), let repetitions = Int(arguments[2]) else {
            print("usage: drift-benchmark ROWS REPETITIONS [BODY ...]")
            exit(64)
        }
        let frame = BenchmarkFrame(rows: rows, seed: 2)
        let reference = try frame.reference()
        report("profile of 10 columns, a column at a time", rows, repetitions) { frame.profileColumns() }
        report("profile of 10 columns, a row at a time", rows, repetitions) { frame.profileRows() }
        report("profile of 1 column", rows, repetitions) { frame.profileColumn() }
        try report("profile of 1 column and all its distances", rows, repetitions) { try frame.drift(from: reference) }
        for path in arguments.dropFirst(3) {
            let body = try BenchmarkBody(path: path)
            try report("decode \(body.name)", body.rounds, repetitions) { try body.decode() }
            report("decode and profile \(body.name)", body.rounds, repetitions) { body.profile() }
        }
    }

    /// - Parameter work: Gives back something that depends on all of the work, so that none of it is left out.
    private static func report(_ name: String, _ rows: Int, _ repetitions: Int, _ work: () throws -> Int64) rethrows {
        let clock = ContinuousClock()
        var walls: [Double] = []
        var seconds: [Double] = []
        var result: Int64 = 0
        for _ in 0..<repetitions {
            let begun = Glibc.clock()
            try walls.append(clock.measure { result = try work() } / .seconds(1))
            seconds.append(Double(Glibc.clock() - begun) / Double(CLOCKS_PER_SEC))
        }
        let list = { (times: [Double]) in times.sorted().map { "\($0)" }.joined(separator: ",") }
        print(
            #"{"peer":"serin","work":"\#(name)","rows":\#(rows),"wall_s":[\#(list(walls))],"#
                + #""cpu_s":[\#(list(seconds))],"value":"\#(result)"}"#
        )
    }
}
