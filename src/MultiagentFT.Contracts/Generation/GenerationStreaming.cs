using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MultiagentFT.Contracts.Generation;

/// <summary>Answers as streams of text.</summary>
public static class GenerationStreaming
{
    /// <summary>The pieces of one answer as they are decoded. Leaving the loop early cancels the request.</summary>
    /// <exception cref="GenerationException">The request could not be served.</exception>
    public static async IAsyncEnumerable<string> StreamAsync(
        this IGenerationEngine engine, GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pieces = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var answer = GenerateAsync(engine, request, pieces.Writer, abandoned.Token);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) yield return piece;
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await answer.ConfigureAwait(false);
        }
    }

    /// <summary>Passes text on, and at the end whatever ended it.</summary>
    private static async Task GenerateAsync(
        IGenerationEngine engine, GenerationRequest request, ChannelWriter<string> pieces, CancellationToken cancellation)
    {
        try
        {
            await engine.GenerateAsync(request, piece => pieces.TryWrite(piece), cancellation).ConfigureAwait(false);
            pieces.Complete();
        }
        catch (Exception error)
        {
            pieces.Complete(error);
        }
    }
}
