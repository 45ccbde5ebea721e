import PostgresClient
import RolloutCore
import RolloutEngine

/// One open transaction, as the engine sees it: models and versions here, the rest in the extensions.
struct PostgresRolloutTransaction: RolloutTransaction {
    let connection: PostgresConnection
    let now: Timestamp

    // MARK: Models

    func models() throws -> [Model] {
        try self.connection.query(ModelStatements.selectAll).map(Model.init(row:))
    }

    func model(_ name: ModelName) throws -> Model? {
        try self.connection.query(ModelStatements.select, [.text(name.text)]).atMostOne().map(Model.init(row:))
    }

    func lock(_ model: ModelName) throws -> Model? {
        try self.connection.query(ModelStatements.lock, [.text(model.text)]).atMostOne().map(Model.init(row:))
    }

    func insert(_ model: Model) throws {
        let route: PostgresParameter
        switch model.match {
        case .standard: route = .null
        case .custom(let own): route = try StoredJSON.parameter(own)
        }
        _ = try self.connection.execute(
            ModelStatements.insert,
            [
                .text(model.name.text), route, .bool(model.autoStart), try StoredJSON.parameter(model.labels),
                model.createdAt.parameter, try model.signals.parameter,
            ]
        )
    }

    func setSignals(_ signals: ModelSignals, of model: ModelName) throws {
        let changed = try self.connection.execute(
            ModelStatements.setSignals,
            [.text(model.text), try signals.parameter]
        )
        guard changed == 1 else { throw CorruptRow(description: "model \(model) has vanished") }
    }

    // MARK: Versions

    func versions(of model: ModelName) throws -> [ModelVersion] {
        try self.connection.query(ModelStatements.selectVersions, [.text(model.text)]).map(ModelVersion.init(row:))
    }

    func version(_ name: VersionName, of model: ModelName) throws -> ModelVersion? {
        try self.connection.query(ModelStatements.selectVersion, [.text(model.text), .text(name.text)]).atMostOne()
            .map(ModelVersion.init(row:))
    }

    func insert(_ version: ModelVersion) throws {
        _ = try self.connection.execute(
            ModelStatements.insertVersion,
            [
                .text(version.model.text), .text(version.name.text), try StoredJSON.parameter(version.specification),
                .text(version.state.rawValue), version.registeredAt.parameter, version.stateChangedAt.parameter,
            ]
        )
    }

    func setState(_ state: VersionState, of version: VersionName, model: ModelName) throws {
        let changed = try self.connection.execute(
            ModelStatements.setVersionState,
            [.text(model.text), .text(version.text), .text(state.rawValue)]
        )
        guard changed == 1 else { throw CorruptRow(description: "version \(version) of model \(model) has vanished") }
    }
}

extension Model {
    init(row: PostgresRow) throws {
        let own: OwnRoute? = try row.decode("route", as: String?.self).map { try StoredJSON.decode($0) }
        self.init(
            name: try ModelName(row.decode("name")),
            match: own.map { .custom($0) } ?? .standard,
            autoStart: try row.decode("auto_start"),
            labels: try StoredJSON.decode(row.decode("labels", as: String.self)),
            signals: try ModelSignals(row: row),
            createdAt: try row.timestamp("created_at")
        )
    }
}

extension ModelSignals {
    /// NULL for the defaults, so that a later release may find better ones.
    fileprivate var parameter: PostgresParameter {
        get throws { self == ModelSignals() ? .null : try StoredJSON.parameter(self) }
    }

    init(row: PostgresRow) throws {
        let text: String? = try row.decode("signals")
        self = try text.map { try StoredJSON.decode($0) } ?? ModelSignals()
    }
}

extension ModelVersion {
    init(row: PostgresRow) throws {
        let text: String = try row.decode("state")
        guard let state = VersionState(rawValue: text) else {
            throw CorruptRow(description: "a version has the unknown state '\(text)'")
        }
        self.init(
            model: try ModelName(row.decode("model")),
            specification: try StoredJSON.decode(row.decode("specification", as: String.self)),
            state: state,
            registeredAt: try row.timestamp("registered_at"),
            stateChangedAt: try row.timestamp("state_changed_at")
        )
    }
}
