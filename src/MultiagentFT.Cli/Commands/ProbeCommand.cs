using System.CommandLine;
using System.Text.Json;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft probe</c>: opens the files of a <see cref="ProbeJob"/> on standard input, for <see cref="ModelProbe"/>.</summary>
internal sealed class ProbeCommand : MftCommand
{
    public ProbeCommand(Terminal terminal)
        : base(ModelProbe.Command, "Opens files and decodes one token.", terminal) => Hidden = true;

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var job = JsonSerializer.Deserialize<ProbeJob>(StandardStream.ReadAll(Terminal), JsonFormats.Line)
            ?? throw new InputException("standard input", null, "a job", "null");
        await using var engine = EngineFactory.Open(new EngineRequest(job.Model) { Options = job.Engine, Adapters = AdapterDemand.OfFiles(job.Adapters), EmbedsAlone = job.EmbedsAlone });
        if (job.EmbedsAlone)
        {
            await EmbedAsync((ITextEmbedder)engine, job.Model, cancellation).ConfigureAwait(false);
            return;
        }
        var request = new GenerationRequest { Messages = [ChatMessage.User("?")], Sampling = SamplingOptions.Greedy, MaxNewTokens = 1 };
        await DecodeAsync(engine, request, job.Model, cancellation).ConfigureAwait(false);
        foreach (var (index, path) in job.Adapters.Index())
        {
            var adapter = new AdapterVersion("probe", index + 1);
            await engine.LoadAdapterAsync(adapter, path, cancellation).ConfigureAwait(false);
            await DecodeAsync(engine, request with { Adapter = adapter }, path, cancellation).ConfigureAwait(false);
            await engine.UnloadAdapterAsync(adapter, cancellation).ConfigureAwait(false);
        }
    }

    /// <exception cref="InputException">What a file says makes hidden states that are none.</exception>
    private static async Task EmbedAsync(ITextEmbedder embedder, string file, CancellationToken cancellation)
    {
        var embeddings = await embedder.EmbedAsync(["?"], cancellation).ConfigureAwait(false);
        if (embeddings[0].Failure is { } failure) throw new InputException(file, null, "weights and settings with which hidden states are finite", failure.Message);
    }

    /// <exception cref="InputException">What a file says makes logits that are none.</exception>
    private static async Task DecodeAsync(IGenerationEngine engine, GenerationRequest request, string file, CancellationToken cancellation)
    {
        try
        {
            _ = await engine.GenerateAsync(request, cancellation: cancellation).ConfigureAwait(false);
        }
        catch (GenerationException error) when (error.Failure.Kind == FailureKind.NotFinite)
        {
            throw new InputException(file, null, "weights and settings with which logits are finite", error.Message, error);
        }
    }
}
