using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Processes;

/// <summary>
/// A base model of a few seconds: it cannot calculate, but it ends its answers with a box, so that there are votes and
/// datasets. Made by <c>mft pretrain</c> itself.
/// </summary>
public sealed class PretrainedModel : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.File("base.gguf");

    public async ValueTask InitializeAsync()
    {
        var result = await Mft.RunAsync(
            "pretrain", "--output", Path, "--embedding", "64", "--heads", "4", "--key-value-heads", "2", "--blocks", "2",
            "--feed-forward", "128", "--million-tokens", "0.3", "--batch-tokens", "2048", "--threads", "2", "--json");
        result.Succeeded();
        Assert.Contains("\"greedyAccuracy\"", result.Output, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
