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
    public Task<ServedSociety> OpenAsync(CancellationToken cancellation) => ServedSociety.OpenAsync(Options, cancellation);
}
