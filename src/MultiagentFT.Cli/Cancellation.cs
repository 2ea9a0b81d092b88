namespace MultiagentFT.Cli;

/// <summary>Waiting for the end.</summary>
internal static class Cancellation
{
    /// <summary>Ends, without an error, when the token is cancelled.</summary>
    public static async Task UntilCancelledAsync(this CancellationToken cancellation) =>
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
