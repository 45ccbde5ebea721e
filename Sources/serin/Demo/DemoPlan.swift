import ControlWire

/// How the demonstration tries its versions: a real plan, only quick.
///
/// Latency tolerates 50 ms because clients, gateway, models and the database share one machine's cores here.
enum DemoPlan {
    static let text = """
        {
          "steps": [{"weight": 500}, {"weight": 2500}],
          "intervalSeconds": 1,
          "bakeSeconds": 8,
          "minimumRequests": 200,
          "deadlineSeconds": 120,
          "warmUp": {"seconds": 2, "requests": 20},
          "promotion": "nonInferiority",
          "checks": [
            {"metric": "errorRate", "name": "error-rate", "weight": 0.6, "acceptableShare": 0.02},
            {"metric": "latency", "name": "latency", "weight": 0.4, "promotionRatio": 1.5, "toleranceMilliseconds": 50}
          ]
        }
        """

    static func document() throws(UnreadableDocument) -> JSONValue { try JSONValue(parsing: Array(Self.text.utf8)) }
}
