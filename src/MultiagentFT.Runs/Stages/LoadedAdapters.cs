using MultiagentFT.Contracts.Generation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// The adapters that the engine holds now: exactly those that the running stage needs. Agents of two methods may have the same name,
/// so the file counts, too.
/// </summary>
/// <param name="engine">Holds them.</param>
/// <param name="loaded">Those that it holds already.</param>
internal sealed class LoadedAdapters(IGenerationEngine engine, IEnumerable<AgentAdapter> loaded)
{
    private readonly HashSet<AgentAdapter> _loaded = [.. loaded];

    /// <summary>Unloads what is not wanted, then loads what is missing, so that versions never pile up in memory.</summary>
    /// <param name="wanted">Their files absolute.</param>
    public async Task UseAsync(IReadOnlyCollection<AgentAdapter> wanted, CancellationToken cancellation)
    {
        foreach (var file in _loaded.Except(wanted).ToList())
        {
            await engine.UnloadAdapterAsync(file.Adapter(), cancellation).ConfigureAwait(false);
            _loaded.Remove(file);
        }
        foreach (var file in wanted.Except(_loaded).ToList())
        {
            await engine.LoadAdapterAsync(file.Adapter(), file.File, cancellation).ConfigureAwait(false);
            _loaded.Add(file);
        }
    }
}
