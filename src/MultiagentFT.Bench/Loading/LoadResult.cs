namespace MultiagentFT.Bench.Loading;

/// <summary>How many clients at a time were answered in one way.</summary>
/// <param name="Target"><c>in process</c>, <c>http</c>, or an address.</param>
/// <param name="Clients">At a time.</param>
/// <param name="Adapters">That requests named in turn.</param>
/// <param name="Requests">That were measured.</param>
/// <param name="GeneratedTokens">Of all answers.</param>
/// <param name="TokensPerSecond">These by the time of all rounds.</param>
/// <param name="FirstTokenP50">Milliseconds from a request to the first text of its answer, median.</param>
/// <param name="FirstTokenP95">95th percentile (nearest rank).</param>
/// <param name="SpeedRatio">Tokens a second by those in process.</param>
/// <param name="FirstTokenP50Ratio">By that in process.</param>
/// <param name="FirstTokenP95Ratio">By that in process.</param>
public sealed record LoadResult(
    string Target,
    int Clients,
    int Adapters,
    int Requests,
    long GeneratedTokens,
    double TokensPerSecond,
    double FirstTokenP50,
    double FirstTokenP95,
    double SpeedRatio = 1,
    double FirstTokenP50Ratio = 1,
    double FirstTokenP95Ratio = 1)
{
    internal LoadResult Over(LoadResult inProcess) => this with
    {
        SpeedRatio = TokensPerSecond / inProcess.TokensPerSecond,
        FirstTokenP50Ratio = FirstTokenP50 / inProcess.FirstTokenP50,
        FirstTokenP95Ratio = FirstTokenP95 / inProcess.FirstTokenP95,
    };
}
