import ArgumentParser

@main
struct Serin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serin",
        abstract:
            "Canary rollouts for model versions: two versions behind one address, judged, then promoted or rolled back.",
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, GatewayCommand.self, ControllerCommand.self, MigrateCommand.self,
            RegisterCommand.self, StartCommand.self, StatusCommand.self, ExplainCommand.self,
            PromoteCommand.self, PauseCommand.self, ResumeCommand.self, RollbackCommand.self, RestoreCommand.self,
            GatewayStatusCommand.self,
            PinTokenCommand.self, FeedbackCommand.self, SignalsCommand.self, BaselineCommand.self, PayloadsCommand.self,
            EvidenceCommand.self, ReplayCommand.self, EvaluateCommand.self, WhatIfCommand.self,
            DriftCommand.self, ForecastCommand.self, StatisticsCommand.self,
            DemoCommand.self, DemoModelCommand.self,
        ]
    )
}
