import Foundation
import RolloutCore
import RolloutEngine
import Testing

@testable import MetricSources

@Suite("Numbers of other systems")
struct HTTPMetricsTests {
    private static func subject() throws -> ExternalSubject {
        ExternalSubject(
            model: try ModelName("digits"),
            canary: try VersionName("v2"),
            stable: try VersionName("v1"),
            intervalStart: Timestamp(seconds: 1_790_000_000),
            intervalSeconds: 10
        )
    }

    private static func vector(_ values: String...) -> String {
        let series = values.map { #"{"metric":{},"value":[1790000010.5,"\#($0)"]}"# }.joined(separator: ",")
        return #"{"status":"success","data":{"resultType":"vector","result":[\#(series)]}}"#
    }

    @Test("A query is asked once a version, for the end of the interval, with its placeholders filled")
    func prometheus() throws {
        let server = try FakeServer { request in
            FakeServer.json(Self.vector(request.line.contains("v2") ? "0.25" : "1e-3"))
        }
        let query = #"sum(rate(x{version="$version",m="{{model}}"}[$interval])) + $models"#

        let reading = try HTTPMetrics().read(.prometheus(url: server.address + "/base", query: query), Self.subject())

        #expect(reading == ExternalReading(canary: 0.25, stable: 0.001))
        let lines = server.requests.compactMap { $0.line.split(separator: " ").dropFirst().first.map(String.init) }
        let components = lines.compactMap { URLComponents(string: $0) }
        #expect(components.map(\.path) == ["/base/api/v1/query", "/base/api/v1/query"])
        #expect(
            components.map { $0.queryItems?.first { $0.name == "query" }?.value } == [
                #"sum(rate(x{version="v2",m="digits"}[10s])) + $models"#,
                #"sum(rate(x{version="v1",m="digits"}[10s])) + $models"#,
            ]
        )
        #expect(components.allSatisfy { $0.queryItems?.last?.value == "2026-09-21T14:13:30Z" })
    }

    @Test(
        "No series, NaN and infinity are no data; a scalar is a number",
        arguments: [
            (vector(), nil), (vector("NaN"), nil), (vector("+Inf"), nil), (vector("-Inf"), nil), (vector("Inf"), nil),
            (vector("inf"), nil), (vector("nan"), nil), (vector("1e999"), nil), (vector("-1e999"), nil),
            (vector("3"), 3),
            (#"{"status":"success","data":{"resultType":"scalar","result":[1.5,"7"]}}"#, 7),
        ] as [(String, Double?)]
    )
    func numbers(answer: String, value: Double?) throws {
        let server = try FakeServer { _ in FakeServer.json(answer) }

        let reading = try HTTPMetrics().read(.prometheus(url: server.address, query: "x"), Self.subject())

        #expect(reading == ExternalReading(canary: value, stable: value))
    }

    @Test(
        "What is no single number is told in words",
        arguments: [
            (FakeServer.json(vector("1", "2")), "gives 2 series"),
            (
                FakeServer.json(#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#),
                "it must be an instant vector or a scalar"
            ),
            (
                FakeServer.json(#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, status: 400),
                "Prometheus refused: parse error"
            ),
            (
                FakeServer.json("<h1>no</h1>", status: 502),
                "status 502 without an answer of Prometheus's API: '<h1>no</h1>'"
            ),
            (FakeServer.json(vector("x")), "'x' is not a number"),
        ]
    )
    func refusals(answer: String, complaint: String) throws {
        let server = try FakeServer { _ in answer }

        let reading = try HTTPMetrics().read(.prometheus(url: server.address, query: "x"), Self.subject())

        #expect(reading.canary == nil && reading.stable == nil)
        #expect(reading.error?.contains("canary: ") == true && reading.error?.contains(complaint) == true, "\(reading)")
    }

    @Test("A webhook is told what is asked about and answers a number or null")
    func webhook() throws {
        let server = try FakeServer { request in
            FakeServer.json(request.body.contains(#""cohort":"canary""#) ? #"{"value":0.5}"# : #"{"value":null}"#)
        }

        let reading = try HTTPMetrics().read(.webhook(url: server.address + "/$model"), Self.subject())

        #expect(reading == ExternalReading(canary: 0.5, stable: nil))
        #expect(server.requests.map(\.line) == ["POST /digits HTTP/1.1", "POST /digits HTTP/1.1"])
        let body = try JSONSerialization.jsonObject(with: Data(server.requests[0].body.utf8)) as? [String: Any]
        #expect(body?["version"] as? String == "v2" && body?["canary"] as? String == "v2")
        #expect(body?["stable"] as? String == "v1" && body?["intervalSeconds"] as? Int == 10)
        #expect(body?["intervalStart"] as? String == "2026-09-21T14:13:20Z")
    }

    @Test("One cohort's answer stays when the other's fails")
    func half() throws {
        let server = try FakeServer { request in
            request.body.contains(#""cohort":"canary""#)
                ? FakeServer.json(#"{"value":0.5}"#) : FakeServer.json("gone", status: 404)
        }

        let reading = try HTTPMetrics().read(.webhook(url: server.address), Self.subject())

        #expect(reading == ExternalReading(canary: 0.5, error: "stable: the webhook answered status 404: 'gone'"))
    }

    @Test("Who doesn't answer in time, isn't there, or answers too much, gives no number")
    func failures() throws {
        let silent = try FakeServer { _ in nil }
        let large = try FakeServer { _ in FakeServer.json(String(repeating: " ", count: 2 << 20)) }

        let late = try HTTPMetrics(timeoutSeconds: 0.2).read(.webhook(url: silent.address), Self.subject())
        let absent = try HTTPMetrics().read(.webhook(url: "http://127.0.0.1:1"), Self.subject())
        let much = try HTTPMetrics().read(.webhook(url: large.address), Self.subject())
        let nonsense = try HTTPMetrics().read(.webhook(url: "nonsense"), Self.subject())

        #expect(late.error?.hasPrefix("canary: no answer") == true, "\(late)")
        #expect(absent.error?.hasPrefix("canary: no answer") == true, "\(absent)")
        #expect(much.error?.hasPrefix("canary: the answer is larger than") == true, "\(much)")
        #expect(nonsense.error?.hasPrefix("canary: 'nonsense' is not an address") == true)
    }
}
