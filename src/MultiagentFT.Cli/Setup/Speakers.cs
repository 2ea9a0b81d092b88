using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>Who answers problems in bulk.</summary>
/// <param name="Config">Model, prompts, shape of the debate, task and chunks.</param>
/// <param name="Iteration">The iteration that finetuned the agents; 0 for those of the base model or of single files.</param>
/// <param name="Options">The same as it is served.</param>
internal sealed record Speakers(AnsweringConfig Config, int Iteration, SocietyOptions Options)
{
    public Society Society => Options.Speakers ?? Society.OfBase(Config.Debate.Agents);

    /// <summary>The adapters' files, absolute.</summary>
    public IReadOnlyList<AgentAdapter> Files => Options.Adapters;

    /// <exception cref="Foundation.InputException">The model or an adapter cannot be served as the options ask.</exception>
    public Task<ServedSociety> OpenAsync(CancellationToken cancellation) => OpenAsync(Options, cancellation);

    /// <summary>Opens a society whose files this machine may not have opened before.</summary>
    /// <exception cref="Foundation.InputException">The model or an adapter cannot be served as the options ask.</exception>
    public static async Task<ServedSociety> OpenAsync(SocietyOptions options, CancellationToken cancellation)
    {
        if (!RemoteModel.IsRemote(options.Model))
        {
            await ModelProbe.RequireAsync(new ProbeJob(options.Model, [.. options.AdapterFiles.Distinct()], options.Engine), cancellation).ConfigureAwait(false);
        }
        return await ServedSociety.OpenAsync(options, cancellation).ConfigureAwait(false);
    }
}
