import RolloutCore

/// Writes records of the access log as lines of JSON. Keeps what neighbouring lines have in common.
///
/// The fields and their order are part of what users rely on: docs/operations.md lists them. A field whose value is not known
/// is left out. Bytes of a request that are not plain ASCII are escaped one by one, so that no request can break a line.
package struct AccessLines: Sendable {
    private var line = JSONLine()
    /// The second that `secondText` is for.
    private var second = Int64.min
    private var secondText: [UInt8] = []

    package init() {}

    /// Appends a line for each record of `batch`.
    package mutating func append(_ batch: AccessBatch, to output: inout [UInt8]) {
        var start = 0
        for (record, lengths) in batch.records {
            var end = start
            func next(_ length: UInt16) -> ArraySlice<UInt8> {
                defer { end += Int(length) }
                return batch.texts[end..<(end + Int(length))]
            }
            let texts = Texts(
                client: next(lengths.client),
                method: next(lengths.method),
                path: next(lengths.path),
                trace: next(lengths.trace)
            )
            start = end
            self.line.begin()
            self.add(record, texts)
            self.line.end(appendingTo: &output)
        }
    }

    private struct Texts {
        let client: ArraySlice<UInt8>
        let method: ArraySlice<UInt8>
        let path: ArraySlice<UInt8>
        let trace: ArraySlice<UInt8>
    }

    private mutating func add(_ record: AccessRecord, _ texts: Texts) {
        self.addTime(record.startedAt)
        if let id = record.id { self.line.add("requestId", plain: id.description) }
        if !texts.trace.isEmpty { self.line.add("traceId", texts.trace) }
        self.line.add("client", texts.client)
        self.line.add("scheme", plain: record.marks.contains(.secure) ? "https" : "http")
        if !texts.method.isEmpty { self.line.add("method", texts.method) }
        if !texts.path.isEmpty { self.line.add("path", texts.path) }
        if let routed = record.routed { self.add(routed) }
        if record.status > 0 { self.line.add("status", Int64(record.status)) }
        if let routed = record.routed { self.line.add("outcome", plain: routed.outcome.name) }
        self.line.add("bytesIn", record.bytesIn)
        self.line.add("bytesOut", record.bytesOut)
        if let connect = record.durations.connect { self.line.add("connectMs", thousandths: connect) }
        if let firstByte = record.durations.firstByte { self.line.add("firstByteMs", thousandths: firstByte) }
        self.line.add("totalMs", thousandths: record.durations.total)
        if record.marks.contains(.fallback) { self.line.addTrue("fallback") }
        if record.marks.contains(.rescued) { self.line.addTrue("rescued") }
        if record.marks.contains(.pinned) { self.line.addTrue("pinned") }
        if let detail = record.detail {
            self.line.add("problem", detail.description.utf8)
        } else if let problem = record.problem {
            self.line.add("problem", plain: problem.title)
        }
    }

    private mutating func add(_ routed: AccessRecord.Routed) {
        let key = routed.table.arms[routed.arm].key
        self.line.add("model", key.model.text.utf8)
        self.line.add("cohort", plain: key.cohort.rawValue)
        self.line.add("version", key.version.text.utf8)
        if routed.servingArm != routed.arm {
            self.line.add("answeredBy", routed.table.arms[routed.servingArm].key.version.text.utf8)
        }
        self.line.add("generation", key.generation)
        if let upstream = routed.upstream { self.line.add("upstream", upstream.name.utf8) }
    }

    /// RFC 3339 in UTC, to the millisecond.
    private mutating func addTime(_ time: Timestamp) {
        let milliseconds = time.floored(toSeconds: 1)
        if milliseconds.microseconds != self.second {
            self.second = milliseconds.microseconds
            self.secondText = Array(milliseconds.description.utf8.dropLast())
        }
        let rest = (time.microseconds - self.second) / 1_000
        self.line.add("time", prefix: self.secondText, milliseconds: rest)
    }
}
