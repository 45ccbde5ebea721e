import PostgresClient
import Statistics

extension LatencyHistogram {
    /// The columns `PREFIX_buckets`, `PREFIX_counts` and `PREFIX_sum_microseconds`.
    init(row: PostgresRow, columns prefix: String) throws {
        let buckets: [Int32] = try row.decode(prefix + "_buckets")
        let counts: [Int64] = try row.decode(prefix + "_counts")
        try self.init(
            sparse: zip(buckets, counts).lazy.map { (bucket: Int($0), count: $1) },
            sumMicroseconds: row.decode(prefix + "_sum_microseconds")
        )
    }
}
