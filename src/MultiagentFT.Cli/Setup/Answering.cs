using MultiagentFT.Remote;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>Where a command's problems are answered: in this process, or by workers.</summary>
internal sealed class Answering : IAsyncDisposable
{
    private readonly ServedSociety? _society;
    private readonly ClusterSession? _session;

    private Answering(IChunkRunner chunks, ServedSociety? society, ClusterSession? session) => (Chunks, _society, _session) = (chunks, society, session);

    public IChunkRunner Chunks { get; }

    /// <summary>Where answers come from for money; null: they do not.</summary>
    public RemoteEndpoint? Endpoint => _society?.Endpoint;

    /// <param name="terminal">Told what people should know.</param>
    /// <param name="speakers">Who answers.</param>
    /// <param name="cluster">How work is spread; null: not at all.</param>
    /// <param name="title">For people.</param>
    /// <param name="output">The transcript file, absolute, which makes it the same job when the command is given again; null for none.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="Foundation.InputException">The model, an adapter or the servers cannot be used.</exception>
    public static async Task<Answering> OpenAsync(
        Terminal terminal, Speakers speakers, ClusterChoice? cluster, string title, string? output, CancellationToken cancellation)
    {
        if (cluster is null)
        {
            var society = await speakers.OpenAsync(cancellation).ConfigureAwait(false);
            return new Answering(new EngineChunkRunner(society.Engine, speakers.Files), society, null);
        }
        var session = await ClusterSession.OpenAsync(
            terminal,
            cluster,
            speakers.Config,
            output ?? cluster.NextId().ToString("N"),
            title,
            output is null ? null : output + ".work.jsonl",
            speakers.Options.ModelSha256,
            cancellation).ConfigureAwait(false);
        return new Answering(session.Chunks, null, session);
    }

    /// <summary>All is answered and on disk.</summary>
    public Task CompleteAsync(CancellationToken cancellation) => _session?.CompleteAsync(cancellation) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_society is not null) await _society.DisposeAsync().ConfigureAwait(false);
        if (_session is not null) await _session.DisposeAsync().ConfigureAwait(false);
    }
}
