/// Plans as JSON, short enough for tests.
enum Plans {
    private static let checks = """
        [{"metric":"errorRate","acceptableShare":0.05},{"metric":"latency","toleranceMilliseconds":50}]
        """

    /// Stays open whatever happens: 5 % and a bake time of a day.
    static let open = """
        {"intervalSeconds":1,"bakeSeconds":86400,"minimumRequests":1000000,"deadlineSeconds":864000,"warmUp":{"seconds":1,"requests":10},\
        "hardStop":null,"checks":\(checks)}
        """

    /// Waits for an operator after a few seconds.
    static let approved = """
        {"steps":[{"weight":5000,"approval":true}],"intervalSeconds":1,"bakeSeconds":1,"minimumRequests":20,"deadlineSeconds":600,\
        "warmUp":{"seconds":1,"requests":10},"promotion":"noViolation","checks":\(checks)}
        """

    /// Comes to a decision within seconds: half of the traffic, so that evidence grows fast.
    static func quick(bakeSeconds: Int = 3, weight: Int = 5_000, hardStop: Bool = true, warmUpRequests: Int = 10)
        -> String
    {
        """
        {"steps":[{"weight":\(weight)}],"intervalSeconds":1,"bakeSeconds":\(bakeSeconds),"minimumRequests":100,"deadlineSeconds":600,\
        "warmUp":{"seconds":1,"requests":\(warmUpRequests)},"checks":\(checks)\(hardStop ? "" : #","hardStop":null"#)}
        """
    }
}
