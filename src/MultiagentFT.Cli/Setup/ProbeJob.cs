using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Cli.Setup;

/// <summary>Files that are opened once in a process of their own.</summary>
/// <param name="Model">Absolute path.</param>
/// <param name="Adapters">Absolute paths.</param>
/// <param name="Engine">How they will be opened.</param>
/// <param name="EmbedsAlone">Whether the model embeds texts and answers nothing.</param>
internal sealed record ProbeJob(string Model, IReadOnlyList<string> Adapters, EngineOptions Engine, bool EmbedsAlone = false);
