using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Runs.Folder;

/// <summary>An agent's current weights.</summary>
/// <param name="Name">The agent, such as <c>generator-1</c>.</param>
/// <param name="Version">The iteration that trained them.</param>
/// <param name="File">The adapter's GGUF, or the reference to a remote model, relative to the run folder in files, absolute in <see cref="SavedSociety"/>.</param>
public sealed record AgentAdapter(string Name, int Version, string File)
{
    public AdapterVersion Adapter() => new(Name, Version);
}
