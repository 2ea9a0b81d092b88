using MultiagentFT.Remote;

namespace MultiagentFT.Cli.Rendering;

/// <summary>Says what remote models were paid, however the command ends.</summary>
internal sealed class SpendingReport(Terminal terminal, RemoteEndpoint? endpoint) : IDisposable
{
    public void Dispose()
    {
        if (endpoint is not null) terminal.Error.WriteLine($"spent: {endpoint.Budget.Describe()}");
    }
}
