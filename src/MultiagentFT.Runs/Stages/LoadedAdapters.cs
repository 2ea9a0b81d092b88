using MultiagentFT.Contracts.Generation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Stages;

/// <summary>The adapters that the engine holds now: exactly those that the running stage needs.</summary>
internal sealed class LoadedAdapters(IGenerationEngine engine, RunLayout layout)
{
    private readonly HashSet<AdapterVersion> _loaded = [];

    /// <summary>Unloads what is not wanted, then loads what is missing, so that versions never pile up in memory.</summary>
    public async Task UseAsync(IEnumerable<AdapterFile> wanted, CancellationToken cancellation)
    {
        var files = wanted.ToDictionary(file => file.Adapter());
        foreach (var adapter in _loaded.Except(files.Keys).ToList())
        {
            await engine.UnloadAdapterAsync(adapter, cancellation).ConfigureAwait(false);
            _loaded.Remove(adapter);
        }
        foreach (var (adapter, file) in files)
        {
            if (_loaded.Contains(adapter)) continue;
            await engine.LoadAdapterAsync(adapter, layout.Absolute(file.File), cancellation).ConfigureAwait(false);
            _loaded.Add(adapter);
        }
    }
}
