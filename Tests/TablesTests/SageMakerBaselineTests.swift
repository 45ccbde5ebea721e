import RolloutCore
import Statistics
import Tables
import Testing

@Suite("SageMaker's baselines")
struct SageMakerBaselineTests {
    private let statistics = """
        {"version": 0, "dataset": {"item_count": 110}, "features": [
          {"name": "age", "inferred_type": "Integral", "numerical_statistics": {
            "common": {"num_present": 100, "num_missing": 10}, "mean": 40.0, "sum": 4000.0, "std_dev": 12.0,
            "min": 18.0, "max": 78.0, "distribution": {"kll": {"buckets": [
              {"lower_bound": 18.0, "upper_bound": 48.0, "count": 75.0},
              {"lower_bound": 48.0, "upper_bound": 78.0, "count": 25.0}],
              "sketch": {"parameters": {"c": 0.64, "k": 2048.0}, "data": [[18.0]]}}}}},
          {"name": "colour", "inferred_type": "String", "string_statistics": {
            "common": {"num_present": 110, "num_missing": 0}, "distinct_count": 3.0,
            "distribution": {"categorical": {"buckets": [
              {"value": "red", "count": 60}, {"value": "blue", "count": 40}]}}}}]}
        """

    private let constraints = """
        {"version": 0, "features": [
          {"name": "age", "inferred_type": "Integral", "completeness": 0.9, "num_constraints": {"is_non_negative": true}},
          {"name": "colour", "inferred_type": "String", "completeness": 1.0,
           "string_constraints": {"domains": ["red", "blue"]}}],
         "monitoring_config": {"evaluate_constraints": "Enabled", "domain_content_threshold": 0.98,
          "distribution_constraints": {"perform_comparison": "Enabled", "comparison_threshold": 0.1}}}
        """

    @Test("Statistics become tallies: counts, moments and missing rows as in the file")
    func tallies() throws {
        let signals = try #require(try SageMakerBaseline.read(Array(self.statistics.utf8), path: "statistics.json"))

        let age = try #require(try signals[SignalName("age")]?.tally)
        guard case .numbers(let numbers) = age.values else {
            Issue.record("an age is a number")
            return
        }
        #expect((age.missing, age.present) == (10, 100))
        #expect(numbers.moments == Moments(count: 100, mean: 40, squaredDeviations: 14_400))
        #expect(try signals[SignalName("age")]?.edges == [18, 48, 78])
        #expect(
            try signals[SignalName("colour")]?.tally
                == SignalTally(
                    role: .feature,
                    values: .classes(ClassTally(counts: ["red": 60, "blue": 40], other: 10))
                )
        )
    }

    @Test("Constraints become what is demanded of signals")
    func demands() throws {
        let signals = try #require(try SageMakerBaseline.read(Array(self.constraints.utf8), path: "constraints.json"))

        #expect(
            try signals[SignalName("age")]?.constraint
                == SignalConstraint(kind: .number, completeness: 0.9, minimum: 0, driftThreshold: 0.1)
        )
        let colour = try #require(try signals[SignalName("colour")]?.constraint)
        #expect(colour.domain == ["red", "blue"] && colour.kind == .category)
        #expect(abs(try #require(colour.unseenShare) - 0.02) < 1e-12)
    }

    @Test("Other documents are none of them, and one that breaks the schema is refused with its place")
    func refusals() throws {
        #expect(try SageMakerBaseline.read(Array(#"{"features":[{"x":1}]}"#.utf8), path: "f") == nil)
        #expect(try SageMakerBaseline.read(Array("a,b\n".utf8), path: "f") == nil)
        let broken = self.statistics.replacing(#""mean": 40.0"#, with: #""mean": "x""#)
        #expect(
            throws: TableError.badDocument(
                path: "f",
                place: "/features/0/numerical_statistics/mean",
                reason: "must be a number"
            )
        ) { try SageMakerBaseline.read(Array(broken.utf8), path: "f") }
    }
}
