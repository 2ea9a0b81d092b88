using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Remote;
using MultiagentFT.Remote.Generation;

namespace MultiagentFT.Serving;

/// <summary>Opens what serves a society: a model in this process, an endpoint, or both where its agents have different bases.</summary>
internal static class SocietyEngine
{
    /// <param name="options">Valid ones.</param>
    /// <param name="wrap">Replaces the runtime of a model in this process.</param>
    /// <returns>The engine, without adapters, and the endpoint where there is one, which goes with the engine.</returns>
    /// <exception cref="Foundation.InputException">The model cannot be served as asked, or the endpoint does not answer.</exception>
    public static async Task<(IGenerationEngine Engine, RemoteEndpoint? Endpoint)> OpenAsync(
        SocietyOptions options, Func<IModelRuntime, IModelRuntime>? wrap, CancellationToken cancellation)
    {
        if (!options.UsesRemote) return (await LocalAsync(options, wrap, cancellation).ConfigureAwait(false), null);
        var endpoint = new RemoteEndpoint(options.Remote, options.Key, Waiting(options.Log));
        try
        {
            await endpoint.CheckAsync(cancellation).ConfigureAwait(false);
            if (RemoteModel.IsRemote(options.Model)) return (new RemoteEngine(endpoint, RemoteModel.NameOf(options.Model)), endpoint);
            var reference = options.Adapters.First(adapter => RemoteWeights.IsReference(adapter.File)).File;
            var remote = new RemoteEngine(endpoint, RemoteWeights.Read(reference).Model);
            return (new RoutingEngine(await LocalAsync(options, wrap, cancellation).ConfigureAwait(false), remote), endpoint);
        }
        catch
        {
            endpoint.Dispose();
            throw;
        }
    }

    /// <summary>Says when an endpoint keeps somebody waiting.</summary>
    public static Action<string, TimeSpan>? Waiting(Action<string>? log) =>
        log is null ? null : (reason, wait) => log(FormattableString.Invariant($"remote: {reason}, another attempt in {wait.TotalSeconds:0.0} s"));

    private static Task<IGenerationEngine> LocalAsync(SocietyOptions options, Func<IModelRuntime, IModelRuntime>? wrap, CancellationToken cancellation)
    {
        var request = new EngineRequest(options.Model)
        {
            Options = options.Engine,
            Adapters = AdapterDemand.OfFiles([.. options.AdapterFiles]),
            Sampling = options.Debate.Sampling,
            System = options.Prompts.System,
            FewShot = options.Prompts.FewShot,
            Log = options.Log,
            Wrap = wrap,
        };
        return Task.Run(() => EngineFactory.Open(request), cancellation);
    }
}
