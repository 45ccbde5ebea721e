/// A piece of the gateway's path that is run over and over, so that its instructions can be counted.
protocol CostWork: AnyObject {
    /// Does what is done once for each request, and allocates nothing that the gateway would not.
    func once()
}
