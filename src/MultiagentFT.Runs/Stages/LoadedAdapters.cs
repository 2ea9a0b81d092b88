using MultiagentFT.Contracts.Generation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// The adapters that the engine holds now: exactly those that the running stage needs. Agents of two methods may have the same name,
/// so the file counts, too.
/// </summary>
internal sealed class LoadedAdapters(IGenerationEngine engine, RunLayout layout)
{
    private readonly HashSet<AgentAdapter> _loaded = [];

    /// <summary>Unloads what is not wanted, then loads what is missing, so that versions never pile up in memory.</summary>
    public async Task UseAsync(IReadOnlyCollection<AgentAdapter> wanted, CancellationToken cancellation)
    {
        foreach (var file in _loaded.Except(wanted).ToList())
        {
            await engine.UnloadAdapterAsync(file.Adapter(), cancellation).ConfigureAwait(false);
            _loaded.Remove(file);
        }
        foreach (var file in wanted.Except(_loaded).ToList())
        {
            await engine.LoadAdapterAsync(file.Adapter(), layout.Absolute(file.File), cancellation).ConfigureAwait(false);
            _loaded.Add(file);
        }
    }
}
