using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Voting;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Configuration;

/// <summary>What a configuration cannot ask of a remote model: refused, never ignored.</summary>
public static class RemoteLimits
{
    private const float HottestTemperature = 2;

    /// <summary>Settings of <see cref="DebateConfig.Remote"/> where no remote model would be asked, one sentence each.</summary>
    public static IEnumerable<string> Unused(DebateConfig config) => JobDifference.Keys(new RemoteOptions(), config.Remote)
        .Select(key => $"remote.{key}: expected a model openai:NAME beside it, found {(config.Model.Length == 0 ? "none" : config.Model)}");

    /// <summary>One sentence for each such setting, beginning with the key.</summary>
    internal static IEnumerable<string> Validate(DebateConfig config)
    {
        foreach (var error in config.Remote.Validate()) yield return "remote." + error;
        if (!RemoteModel.IsRemote(config.Model)) yield break;
        if (!RemoteModel.IsName(RemoteModel.NameOf(config.Model))) yield return $"model: expected openai:NAME, the endpoint's name of a model, found {config.Model}";
        foreach (var key in JobDifference.Keys(new EngineOptions(), config.Engine))
            yield return $"engine.{key}: expected no choice, as the endpoint of a remote model decides how it is served, found one";
        foreach (var error in Unsupported(config.Debate.Sampling)) yield return error;
        if (config.Debate.VoteWeight != VoteWeight.Equal)
            yield return "debate.voteWeight: expected equal, as answers of a remote endpoint come as text without log-probabilities, found log-probability";
    }

    /// <summary>What of a sampling OpenAI's API has no field for, one sentence each.</summary>
    public static IEnumerable<string> Unsupported(SamplingOptions sampling)
    {
        if (sampling.TopK != 0) yield return $"debate.sampling.topK: expected 0, as a remote endpoint takes no top-k, found {sampling.TopK}";
        if (sampling.MinP != 0) yield return $"debate.sampling.minP: expected 0, as a remote endpoint takes no min-p, found {sampling.MinP}";
        if (sampling.Temperature > HottestTemperature)
            yield return $"debate.sampling.temperature: expected 0 to {HottestTemperature} with a remote endpoint, found {sampling.Temperature}";
    }

    /// <summary>The same for a run, whose agents all have the configuration's model.</summary>
    /// <param name="config">Of the run.</param>
    /// <param name="catalog">Its methods.</param>
    internal static IEnumerable<string> Validate(RunConfig config, MethodCatalog catalog)
    {
        if (!RemoteModel.IsRemote(config.Model))
        {
            foreach (var error in Unused(config)) yield return error;
            yield break;
        }
        if (config.DiversityProblems is not (0 or RunConfig.DefaultDiversityProblems))
            yield return $"diversityProblems: expected no choice, as a remote endpoint does not tell how likely answers are that it is given, found {config.DiversityProblems}";
        if (config.EmbeddingModel.Length > 0)
            yield return $"embeddingModel: expected none, as the diversity of a remote endpoint's agents is not measured, found {config.EmbeddingModel}";
        if (config.BestTemperature > HottestTemperature && config.Methods.Contains(MethodCatalog.BestTemperature))
            yield return $"bestTemperature: expected 0 to {HottestTemperature} with a remote endpoint, found {config.BestTemperature}";
        if (config.Iterations == 0 || !config.Methods.Any(key => catalog.Methods.Any(method => method.Key == key && method.Learner is not null))) yield break;
        if (catalog.Of(config).FirstOrDefault(method => method.LearnsPreferences) is { } preferring)
            yield return $"comparisons: expected methods whose agents learn conversations, as an endpoint's finetuning jobs do here, found {preferring.Key}";
        if (config.Feedback.Length > 0) yield return $"feedback: expected none, as an endpoint's finetuning jobs learn from one file, found {config.Feedback}";
        if (config.Remote is { CostBudget: not null, TrainingPrice: null }) yield return "remote.costBudget: expected trainingPrice beside it, as agents are finetuned, found none";
        var usual = new TrainingOptions { Epochs = config.Training.Epochs, Loss = config.Training.Loss };
        foreach (var key in JobDifference.Keys(usual, config.Training))
            yield return $"training.{key}: expected no choice, as the endpoint's finetuning jobs decide it, found one";
    }
}
