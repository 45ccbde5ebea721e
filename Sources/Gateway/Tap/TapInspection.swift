import HTTPWire
import Payloads
import ProxyCore
import RolloutCore
import Sockets

/// What the tap's thread keeps of the versions whose payloads it reads. Confined to that thread.
struct TapInspection: ~Copyable {
    private struct VersionKey: Hashable {
        let model: ModelName
        let version: VersionName
    }

    private var arms: [TelemetryCell.Key: TapArm] = [:]
    /// Rows that wait for labels, by model.
    private var predictionAllowances: [ModelName: Allowance] = [:]
    private var sampleAllowances: [VersionKey: Allowance] = [:]
    private var harvest = TapHarvest()
    private var requestHead = RequestHead()
    private var responseHead = ResponseHead()

    /// Rows that one request's predictions are chosen from.
    private static let rowLimit = 1_000
    /// Heads were parsed within limits before.
    private static let limits = HeadLimits(headSize: 1 << 24, fieldCount: .max, targetSize: 1 << 24)

    mutating func read(_ exchange: TapExchange, at now: LoopTime) {
        guard let arm = self.arm(of: exchange) else { return }
        arm.isUsed = true
        let reading = arm.read(
            self.payloads(of: exchange, keyField: arm.keyField),
            isCounted: exchange.isCounted,
            rowLimit: exchange.predictionRows > 0 ? Self.rowLimit : 0
        )
        if exchange.predictionRows > 0 { self.keepPredictions(reading, exchange, arm, now) }
        if let sampling = arm.signals.payloadSample { self.keepSample(reading, exchange, sampling, now) }
    }

    private mutating func arm(of exchange: TapExchange) -> TapArm? {
        let key = exchange.key
        if let known = self.arms[key] { return known }
        guard let signals = exchange.table.routes[exchange.matching.route].signals else { return nil }
        let arm = TapArm(key, signals, continuing: self.teacher(of: key.model))
        self.arms[key] = arm
        return arm
    }

    /// The arm whose knowledge a new one begins with: what a signal's values are is learnt once a model, so that both cohorts, and
    /// the time before and after a new route, count alike.
    private func teacher(of model: ModelName) -> TapArm? {
        func rank(_ arm: TapArm) -> (Int, Int64) { (arm.key.cohort == .stable ? 1 : 0, arm.key.generation) }
        return self.arms.values.filter { $0.key.model == model }.max { rank($0) < rank($1) }
    }

    /// Takes out what was found since the last time; forgets what nobody uses any more.
    mutating func takeHarvest(at now: LoopTime) -> TapHarvest {
        self.arms = self.arms.filter { $0.value.isUsed }
        for arm in self.arms.values {
            arm.isUsed = false
            self.harvest.add(arm.drain(), of: arm.key)
        }
        self.predictionAllowances = self.predictionAllowances.filter { !$0.value.isFull(at: now) }
        self.sampleAllowances = self.sampleAllowances.filter { !$0.value.isFull(at: now) }
        defer { self.harvest = TapHarvest() }
        return self.harvest
    }
}

// MARK: - Payloads

extension TapInspection {
    private mutating func payloads(of exchange: TapExchange, keyField: [UInt8]?) -> PayloadExchange {
        let (request, response) = (exchange.request, exchange.response)
        let requestBytes = request.bytes.octets.extracting(0..<request.headCount)
        _ = self.requestHead.parse(requestBytes, limits: Self.limits)
        let responseBytes = response.bytes.octets.extracting(0..<response.headCount)
        _ = self.responseHead.parse(responseBytes, limits: Self.limits)
        return PayloadExchange(
            path: Self.path(of: exchange, self.requestHead.target.path, requestBytes),
            key: keyField.flatMap { Self.value(of: $0, in: self.requestHead.fields, requestBytes) },
            request: Self.message(request, self.requestHead.fields, requestBytes),
            status: exchange.status,
            response: Self.message(response, self.responseHead.fields, responseBytes),
            firstByteMicroseconds: exchange.firstByteMicroseconds,
            totalMicroseconds: exchange.totalMicroseconds
        )
    }

    /// The path without what a route of ours put before it, since adapters are known by it.
    private static func path(of exchange: TapExchange, _ path: ByteRange, _ source: RawSpan) -> String {
        let skipped = exchange.matching.style == .prefixRemoved ? exchange.matching.end : 0
        let bounds = min(Int(path.start) + skipped, path.end)..<path.end
        return String(decoding: source.extracting(bounds).array, as: UTF8.self)
    }

    private static func message(
        _ kept: KeptMessage,
        _ fields: borrowing FieldSection,
        _ source: RawSpan
    ) -> PayloadMessage {
        PayloadMessage(
            contentType: self.value(of: self.contentType, in: fields, source),
            contentEncoding: self.value(of: self.contentEncoding, in: fields, source),
            body: kept.body,
            isChunked: kept.isChunked,
            inferenceHeaderLength: self.value(of: self.inferenceHeaderLength, in: fields, source).flatMap { Int($0) }
        )
    }

    private static let contentType = Array("content-type".utf8)
    private static let contentEncoding = Array("content-encoding".utf8)
    /// Of the binary tensor extension of the Open Inference Protocol.
    private static let inferenceHeaderLength = Array("inference-header-content-length".utf8)

    private static func value(of name: [UInt8], in fields: borrowing FieldSection, _ source: RawSpan) -> String? {
        guard let index = fields.firstIndex(named: name, in: source) else { return nil }
        return String(decoding: source.extracting(fields.lines[index].value.bounds).array, as: UTF8.self)
    }
}

// MARK: - Records

extension TapInspection {
    private mutating func keepPredictions(
        _ reading: PayloadReading,
        _ exchange: TapExchange,
        _ arm: TapArm,
        _ now: LoopTime
    ) {
        let key = arm.key
        let known = reading.rows.indices.filter { reading.rows[$0].prediction != Prediction() }
        let perSecond = Double(arm.signals.predictionsPerSecond)
        let wanted = min(exchange.predictionRows, known.count)
        let count = self.predictionAllowances[key.model, default: Allowance(perSecond: perSecond, at: now)]
            .take(wanted, at: now)
        if count == 0 { return }
        let id = RequestID(exchange.stamp, signedWith: exchange.table.stampKey).description
        // Evenly over the request's rows, from one that its number draws.
        let start = Int(exchange.stamp.unique % UInt64(known.count))
        for place in 0..<count {
            let index = known[(start + place * known.count / count) % known.count]
            let row = reading.rows[index]
            self.harvest.add(
                PredictionRecord(
                    model: key.model,
                    version: key.version,
                    rollout: key.rollout,
                    requestID: id,
                    stamp: exchange.stamp,
                    row: index,
                    key: row.key,
                    prediction: row.prediction,
                    slices: row.slices
                )
            )
        }
    }

    private mutating func keepSample(
        _ reading: PayloadReading,
        _ exchange: TapExchange,
        _ sampling: PayloadSampling,
        _ now: LoopTime
    ) {
        let key = exchange.key
        let perSecond = Double(sampling.perMinute) / 60
        let version = VersionKey(model: key.model, version: key.version)
        guard
            self.sampleAllowances[version, default: Allowance(perSecond: perSecond, at: now)].take(1, at: now) == 1
        else { return }
        let texts = reading.redacted(sampling.redact)
        self.harvest.add(
            PayloadSample(
                model: key.model,
                version: key.version,
                requestID: RequestID(exchange.stamp, signedWith: exchange.table.stampKey).description,
                at: exchange.stamp.routedAt,
                status: exchange.status,
                request: texts.request,
                response: texts.response
            )
        )
    }
}
