import Foundation
import RolloutCore
import Testing

@Suite("Specification of a version")
struct VersionSpecificationTests {
    static func specification(
        upstreams: [String] = ["http://10.0.0.7:8000"],
        upstreamModel: String? = nil,
        upstreamVersion: String? = nil,
        labels: [String: String] = [:],
        plan: RolloutPlan = RolloutPlan()
    ) throws -> VersionSpecification {
        try VersionSpecification(
            version: versionName("2"),
            upstreams: upstreams.map { try UpstreamURL($0) },
            upstreamModel: upstreamModel,
            upstreamVersion: upstreamVersion,
            labels: labels,
            plan: plan
        )
    }

    static func upstreams(_ count: Int) -> [String] { (0..<count).map { "http://host-\($0):8000" } }

    @Test("One to 64 different upstreams are accepted", arguments: [1, 2, 64])
    func acceptsUpstreams(count: Int) throws {
        #expect(try Self.specification(upstreams: Self.upstreams(count)).upstreams.count == count)
    }

    @Test(
        "No, too many or doubled upstreams are refused",
        arguments: [[], upstreams(65), ["http://a", "http://A:80/"]]
    )
    func refusesUpstreams(texts: [String]) {
        let error = #expect(throws: InvalidValue.self) { try Self.specification(upstreams: texts) }
        #expect(error?.pointer == "/upstreams")
    }

    @Test("A name at the upstream must fit a path segment unescaped", arguments: ["", "a/b", "a b", "a%20b", "ä"])
    func refusesUpstreamNames(text: String) {
        let model = #expect(throws: InvalidValue.self) { try Self.specification(upstreamModel: text) }
        let version = #expect(throws: InvalidValue.self) { try Self.specification(upstreamVersion: text) }
        #expect(model?.pointer == "/upstreamModel")
        #expect(version?.pointer == "/upstreamVersion")
    }

    @Test("Labels are bounded in number and length")
    func refusesLabels() {
        let many = Dictionary(uniqueKeysWithValues: (0..<65).map { ("k\($0)", "v") })
        let long = ["k": String(repeating: "v", count: 1_025)]
        for labels in [many, long, ["": "v"], [String(repeating: "k", count: 129): "v"]] {
            let error = #expect(throws: InvalidValue.self) { try Self.specification(labels: labels) }
            #expect(error?.pointer.hasPrefix("/labels") == true)
        }
    }

    @Test("A complaint about the plan points into the plan")
    func refusesPlan() {
        let error = #expect(throws: InvalidValue.self) { try Self.specification(plan: RolloutPlan(steps: [])) }
        #expect(error?.pointer == "/plan/steps")
    }

    @Test("A specification survives storage")
    func roundTrip() throws {
        let whole = try Self.specification(
            upstreams: Self.upstreams(2),
            upstreamModel: "digits_v2",
            upstreamVersion: "7",
            labels: ["team": "a"]
        )

        let back = try JSONDecoder().decode(VersionSpecification.self, from: JSONEncoder().encode(whole))

        #expect(back == whole)
    }
}
