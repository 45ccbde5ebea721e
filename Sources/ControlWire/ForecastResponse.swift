package import RolloutCore

/// What a plan can and cannot find out at the traffic that was seen.
package struct ForecastResponse: Codable, Equatable, Sendable {
    /// Over how many seconds the traffic was seen; 0 when there was none.
    package let observedSeconds: Double
    package let forecast: Forecast

    package init(observedSeconds: Double, forecast: Forecast) {
        self.observedSeconds = observedSeconds
        self.forecast = forecast
    }
}
