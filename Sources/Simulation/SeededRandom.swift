import RealModule

/// Random numbers that are the same for the same seed on every machine.
///
/// SplitMix64 (Steele, Lea and Flood 2014): its whole state is its seed.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64
    private var spareNormal: Double?

    package init(seed: UInt64) { state = seed }

    /// A stream for one run of something with a name: it depends on nothing that was drawn before or elsewhere.
    package init(seed: UInt64, stream name: String, run: Int) {
        // FNV-1a.
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var mixer = SeededRandom(seed: seed ^ hash)
        let base = mixer.next()
        mixer = SeededRandom(seed: base &+ UInt64(run) &* 0xD134_2543_DE82_EF95)
        state = mixer.next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// Uniform in [0, 1).
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in (0, 1): a logarithm of it is finite.
    private mutating func openUnit() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

    /// Uniform in 0..<`count`.
    package mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    package mutating func bernoulli(_ probability: Double) -> Bool { unit() < probability }

    /// Standard normal, by Marsaglia's polar method.
    package mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let (a, b) = (2 * unit() - 1, 2 * unit() - 1)
            let square = a * a + b * b
            guard square > 0, square < 1 else { continue }
            let factor = (-2 * Double.log(square) / square).squareRoot()
            spareNormal = b * factor
            return a * factor
        }
    }

    /// Trials until the first success, at least 1, with the given mean.
    package mutating func geometric(mean: Double) -> Int {
        guard mean > 1 else { return 1 }
        return 1 + Int(Double.log(openUnit()) / Double.log(onePlus: -1 / mean))
    }

    /// Successes in `trials` trials: by inversion where few are expected, else W. Hörmann's BTRS (1993).
    package mutating func binomial(_ trials: Int64, _ probability: Double) -> Int64 {
        guard probability <= 0.5 else { return trials - binomial(trials, 1 - probability) }
        guard trials > 0, probability > 0 else { return 0 }
        let (n, p) = (Double(trials), probability)
        if n * p < 10 { return invertedBinomial(trials, p) }
        let spread = (n * p * (1 - p)).squareRoot()
        let b = 1.15 + 2.53 * spread
        let a = -0.0873 + 0.0248 * b + 0.01 * p
        let acceptance = 0.92 - 4.2 / b
        let alpha = (2.83 + 5.1 / b) * spread
        let logOdds = Double.log(p / (1 - p))
        let mode = ((n + 1) * p).rounded(.down)
        let atMode = Double.logGamma(mode + 1) + .logGamma(n - mode + 1)
        while true {
            let (u, v) = (unit() - 0.5, openUnit())
            let us = 0.5 - abs(u)
            let k = ((2 * a / us + b) * u + n * p + 0.5).rounded(.down)
            guard k >= 0, k <= n else { continue }
            if us >= 0.07, v <= acceptance { return Int64(k) }
            let bound = atMode - .logGamma(k + 1) - .logGamma(n - k + 1) + (k - mode) * logOdds
            if Double.log(v * alpha / (a / (us * us) + b)) <= bound { return Int64(k) }
        }
    }

    private mutating func invertedBinomial(_ trials: Int64, _ p: Double) -> Int64 {
        let (n, odds) = (Double(trials), p / (1 - p))
        var mass = Double.exp(n * .log(onePlus: -p))
        var rest = unit()
        var k = 0.0
        while rest > mass, k < n {
            rest -= mass
            k += 1
            mass *= odds * (n - k + 1) / k
        }
        return Int64(k)
    }

    /// How often each outcome occurs in `trials` trials; probabilities sum to 1.
    package mutating func multinomial(_ trials: Int64, _ probabilities: [Double]) -> [Int64] {
        var (left, rest) = (trials, 1.0)
        return probabilities.map { probability in
            let drawn = rest > probability ? binomial(left, probability / rest) : left
            left -= drawn
            rest -= probability
            return drawn
        }
    }

    /// Events with the given mean: by inversion where few are expected, else W. Hörmann's PTRS (1993).
    package mutating func poisson(mean: Double) -> Int64 {
        if mean < 10 { return invertedPoisson(mean) }
        let b = 0.931 + 2.53 * mean.squareRoot()
        let a = -0.059 + 0.02483 * b
        let acceptance = 0.9277 - 3.6224 / (b - 2)
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let logMean = Double.log(mean)
        while true {
            let (u, v) = (unit() - 0.5, openUnit())
            let us = 0.5 - abs(u)
            let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
            if us >= 0.07, v <= acceptance { return Int64(k) }
            guard k >= 0, us >= 0.013 || v <= us else { continue }
            let bound = k * logMean - mean - .logGamma(k + 1)
            if Double.log(v * inverseAlpha / (a / (us * us) + b)) <= bound { return Int64(k) }
        }
    }

    private mutating func invertedPoisson(_ mean: Double) -> Int64 {
        var mass = Double.exp(-mean)
        var rest = unit()
        var k: Int64 = 0
        while rest > mass, mass > 0 {
            rest -= mass
            k += 1
            mass *= mean / Double(k)
        }
        return k
    }
}
