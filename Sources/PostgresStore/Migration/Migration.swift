/// One numbered step of the schema with its way back, as compiled into the program from `migrations/`.
package struct Migration: Sendable {
    package let number: Int
    /// The file's name without number and ending: verb first, as in `create_models`.
    package let name: String
    package let up: String
    package let down: String

    /// FNV-1a over the upward script: tells an edited migration from the one that was applied. No security hangs on it.
    package var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in self.up.utf8 {
            hash ^= UInt64(byte)
            hash &*= 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    package var title: String {
        let digits = String(self.number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_" + self.name
    }

    private init(_ number: Int, _ name: String, up: [UInt8], down: [UInt8]) {
        self.number = number
        self.name = name
        self.up = String(decoding: up, as: UTF8.self)
        self.down = String(decoding: down, as: UTF8.self)
    }

    /// For tests: a schema of their own.
    package init(number: Int, name: String, up: String, down: String) {
        self.number = number
        self.name = name
        self.up = up
        self.down = down
    }

    /// The whole schema, in order: numbers 1, 2, 3 …
    package static let all: [Migration] = [
        Migration(
            1,
            "create_models",
            up: PackageResources._001_create_models_up_sql,
            down: PackageResources._001_create_models_down_sql
        ),
        Migration(
            2,
            "create_versions",
            up: PackageResources._002_create_versions_up_sql,
            down: PackageResources._002_create_versions_down_sql
        ),
        Migration(
            3,
            "create_rollouts",
            up: PackageResources._003_create_rollouts_up_sql,
            down: PackageResources._003_create_rollouts_down_sql
        ),
        Migration(
            4,
            "create_routes",
            up: PackageResources._004_create_routes_up_sql,
            down: PackageResources._004_create_routes_down_sql
        ),
        Migration(
            5,
            "create_telemetry",
            up: PackageResources._005_create_telemetry_up_sql,
            down: PackageResources._005_create_telemetry_down_sql
        ),
        Migration(
            6,
            "create_decisions",
            up: PackageResources._006_create_decisions_up_sql,
            down: PackageResources._006_create_decisions_down_sql
        ),
        Migration(
            7,
            "create_events",
            up: PackageResources._007_create_events_up_sql,
            down: PackageResources._007_create_events_down_sql
        ),
        Migration(
            8,
            "create_leadership",
            up: PackageResources._008_create_leadership_up_sql,
            down: PackageResources._008_create_leadership_down_sql
        ),
        Migration(
            9,
            "create_evidence",
            up: PackageResources._009_create_evidence_up_sql,
            down: PackageResources._009_create_evidence_down_sql
        ),
        Migration(
            10,
            "add_cohort_detail",
            up: PackageResources._010_add_cohort_detail_up_sql,
            down: PackageResources._010_add_cohort_detail_down_sql
        ),
        Migration(
            11,
            "add_model_signals",
            up: PackageResources._011_add_model_signals_up_sql,
            down: PackageResources._011_add_model_signals_down_sql
        ),
        Migration(
            12,
            "create_predictions",
            up: PackageResources._012_create_predictions_up_sql,
            down: PackageResources._012_create_predictions_down_sql
        ),
        Migration(
            13,
            "create_feedback",
            up: PackageResources._013_create_feedback_up_sql,
            down: PackageResources._013_create_feedback_down_sql
        ),
        Migration(
            14,
            "create_watch",
            up: PackageResources._014_create_watch_up_sql,
            down: PackageResources._014_create_watch_down_sql
        ),
        Migration(
            15,
            "index_telemetry_details",
            up: PackageResources._015_index_telemetry_details_up_sql,
            down: PackageResources._015_index_telemetry_details_down_sql
        ),
        Migration(
            16,
            "create_trips",
            up: PackageResources._016_create_trips_up_sql,
            down: PackageResources._016_create_trips_down_sql
        ),
        Migration(
            17,
            "create_pinned_requests",
            up: PackageResources._017_create_pinned_requests_up_sql,
            down: PackageResources._017_create_pinned_requests_down_sql
        ),
        Migration(
            18,
            "add_mirror_and_baseline",
            up: PackageResources._018_add_mirror_and_baseline_up_sql,
            down: PackageResources._018_add_mirror_and_baseline_down_sql
        ),
        Migration(
            19,
            "count_saturation",
            up: PackageResources._019_count_saturation_up_sql,
            down: PackageResources._019_count_saturation_down_sql
        ),
    ]
}
